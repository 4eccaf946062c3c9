// Small helps that pages do without when scripts are off.
"use strict";

// A slider shows its number while it moves.
document.addEventListener("input", (event) => {
  const echo = event.target.dataset && event.target.dataset.echo;
  if (echo) document.getElementById(echo).textContent = event.target.value;
});

// The language switch comes back to what is on the screen now, zoom included.
document.addEventListener("submit", (event) => {
  if (event.target.matches(".languages")) event.target.elements.next.value = location.pathname + location.search;
});

// A session that has ended answers with the sign-in page: show it as a page, not inside the list.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (new URL(event.detail.xhr.responseURL).pathname !== document.body.dataset.login) return;
  event.detail.shouldSwap = false;
  location.reload();
});

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, () => {
    document.getElementById("trouble").hidden = false;
    document.getElementById("trouble").scrollIntoView();
  });
}
