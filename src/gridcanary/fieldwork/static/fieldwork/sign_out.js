// Signing out takes everything of the visits off this device: pages that were kept, and entries that wait.
"use strict";

(() => {
  const QUEUE = "gridcanary-queue", KEPT = "gridcanary-visits";

  const waiting = async () => {
    if (!indexedDB.databases || !(await indexedDB.databases()).some((one) => one.name === QUEUE)) return 0;
    return new Promise((resolve) => {
      const asked = indexedDB.open(QUEUE);
      asked.onerror = () => resolve(0);
      asked.onsuccess = () => {
        const base = asked.result;
        const count = base.objectStoreNames.contains("entries") ? base.transaction("entries").objectStore("entries").count() : null;
        if (!count) { base.close(); resolve(0); return; }
        count.onsuccess = () => { base.close(); resolve(count.result); };
      };
    });
  };

  const forgotten = () => new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(QUEUE);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form.signout") || !window.indexedDB || !window.caches) return;
    event.preventDefault();
    if ((await waiting()) && !window.confirm(form.dataset.leaving)) return;
    await forgotten();
    await caches.delete(KEPT);
    for (const one of (await navigator.serviceWorker?.getRegistrations()) || []) await one.unregister();
    form.submit();
  });
})();
