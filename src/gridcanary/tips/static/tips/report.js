/* Two comforts; every page works without them: leaving at once, and a small sum that shortens the wait. */
"use strict";

(() => {
  const link = document.getElementById("leave");
  const away = () => {
    document.documentElement.hidden = true;
    window.location.replace(link.dataset.leave);
  };
  let presses = 0, last = 0;
  if (link) {
    link.addEventListener("click", (event) => { event.preventDefault(); away(); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") { presses = 0; return; }
      presses = event.timeStamp - last < 1500 ? presses + 1 : 1;
      last = event.timeStamp;
      if (presses === 3) away();
    });
  }
  const summary = document.getElementById("summary");
  if (summary) summary.focus();
})();

(() => {
  const form = document.getElementById("send");
  if (!form) return;
  const K = new Int32Array([
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2]);
  const w = new Int32Array(64);
  const turned = (x, n) => (x >>> n) | (x << (32 - n));

  /* First 32 bits of SHA-256 of a text of one block (55 letters at most); more bits are never asked for. */
  const head = (text) => {
    w.fill(0);
    for (let i = 0; i < text.length; i++) w[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
    w[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
    w[15] = 8 * text.length;
    for (let i = 16; i < 64; i++) {
      const p = w[i - 15], q = w[i - 2];
      w[i] = (w[i - 16] + w[i - 7] + (turned(p, 7) ^ turned(p, 18) ^ (p >>> 3)) +
        (turned(q, 17) ^ turned(q, 19) ^ (q >>> 10))) | 0;
    }
    let a = 0x6a09e667 | 0, b = 0xbb67ae85 | 0, c = 0x3c6ef372 | 0, d = 0xa54ff53a | 0;
    let e = 0x510e527f | 0, f = 0x9b05688c | 0, g = 0x1f83d9ab | 0, h = 0x5be0cd19 | 0;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    return (a + 0x6a09e667) >>> 0;
  };

  const challenge = form.elements.challenge.value, bits = parseInt(challenge, 10);
  const limit = 2 ** (32 - bits), working = document.getElementById("working");
  let number = 0, waiting = false;
  const work = () => {
    const stop = performance.now() + 25;
    do {
      for (let i = 0; i < 200; i++, number++) {
        if (head(`${challenge}:${number}`) < limit) {
          form.elements.work.value = String(number);
          if (waiting) form.requestSubmit(document.getElementById("send-now"));
          return;
        }
      }
    } while (performance.now() < stop);
    setTimeout(work, 0);
  };
  form.addEventListener("submit", (event) => {
    const sends = !event.submitter || event.submitter.id === "send-now";
    if (!sends || form.elements.work.value) return;
    event.preventDefault();
    waiting = true;
    working.textContent = working.dataset.text;
  });
  if (bits <= 26) work();
})();
