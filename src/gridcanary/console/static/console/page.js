// Small helps that pages do without when scripts are off.
"use strict";

// A slider shows its number while it moves.
document.addEventListener("input", (event) => {
  const echo = event.target.dataset && event.target.dataset.echo;
  if (echo) document.getElementById(echo).textContent = event.target.value;
});
