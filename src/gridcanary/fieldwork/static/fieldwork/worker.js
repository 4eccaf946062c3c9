// Keeps the pages of visits, so that they open without a network. What was filled in lies elsewhere (phone.js).
"use strict";

const KEPT = "gridcanary-visits";
const PHONE_PAGE = /\/fieldwork\/visits\/\d+\/phone\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const isPage = event.request.mode === "navigate" && PHONE_PAGE.test(url.pathname);
  const isPart = url.pathname.startsWith("/static/");
  if (isPage || isPart) event.respondWith(fresh(event.request, isPage));
});

// The network first: a page that was kept is only for when there is none.
async function fresh(request, isPage) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && (await caches.has(KEPT))) {
      const kept = await caches.open(KEPT);
      await kept.put(request.url, answer.clone());
    }
    return answer;
  } catch (error) {
    const known = await caches.match(request.url, { ignoreVary: true });
    if (known) return known;
    if (!isPage) throw error;
    const text = "离线：此页面尚未保存到本机。\nNo network: this page is not on this phone yet.";
    return new Response(text, { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  }
}
