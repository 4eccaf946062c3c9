// The phone's page of a visit. Every form is put into a queue on the phone and sent in order, each entry under a key
// of its own, so that the server records it once. Without this script the forms are plain forms.
"use strict";

(() => {
  const page = document.getElementById("phone");
  if (!page || !window.indexedDB || !window.crypto.randomUUID) return;
  const words = page.dataset, KEPT = "gridcanary-visits", KEEP_HOURS = 12;
  const SHORTEST_PAUSE = 1000, LONGEST_PAUSE = 30000;  // milliseconds between two tries
  let sending = false, wanted = false, pause = SHORTEST_PAUSE, timer;
  let nothingToTell = "";  // the note while no entry waits

  // --- the queue, in the browser's own database -------------------------------------------------------------
  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("gridcanary-queue", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "place", autoIncrement: true });
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();  // signing out in another tab deletes it
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  const inStore = async (mode, work) => {
    const base = await opened;
    return new Promise((resolve, reject) => {
      const turn = base.transaction("entries", mode, { durability: "strict" });
      const asked = work(turn.objectStore("entries"));
      turn.oncomplete = () => resolve(asked.result);
      turn.onerror = turn.onabort = () => reject(turn.error);
    });
  };
  const all = () => inStore("readonly", (store) => store.getAll());
  const put = (entry) => inStore("readwrite", (store) => store.put(entry));
  const drop = (place) => inStore("readwrite", (store) => store.delete(place));

  // --- filling in -------------------------------------------------------------------------------------------
  const entryOf = (form, values) => {
    const key = crypto.randomUUID(), fields = [];
    for (const [name, value] of values) {
      if (name === "csrfmiddlewaretoken" || (value instanceof File && !value.size)) continue;
      fields.push([name, name === "entry_key" ? key : name === "written_at" ? new Date().toISOString() : value]);
    }
    return { key, url: new URL(form.action).pathname, title: form.dataset.title, user: words.user, fields, state: "waiting", text: "" };
  };

  // Several photographs become several entries: a network that breaks off loses one of them, not all.
  const split = (form, values) => {
    const name = form.dataset.split, files = values.filter(([one]) => one === name), rest = values.filter(([one]) => one !== name);
    return files.length > 1 ? files.map((file) => entryOf(form, [...rest, file])) : [entryOf(form, values)];
  };

  const cleared = (form) => {
    if (form.dataset.keep === "*") return;
    const kept = (form.dataset.keep || "").split(" ").map((name) => [name, form.elements[name] && form.elements[name].value]);
    form.reset();
    for (const [name, value] of kept) if (value !== undefined && form.elements[name]) form.elements[name].value = value;
    for (const field of form.querySelectorAll("textarea, input[type=text], input[type=number]")) {
      if (!kept.some(([name]) => name === field.name) && form.dataset.title && field.name !== "count") field.value = "";
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form.entry")) return;
    event.preventDefault();
    const values = [...new FormData(form)];
    try {
      for (const entry of split(form, values)) await put(entry);
    } catch {
      window.alert(words.failed);  // the disk is full or private browsing forbids it
      return;
    }
    cleared(form);
    await show();
    await send();
  });

  // --- sending ----------------------------------------------------------------------------------------------
  const locked = (work) => (navigator.locks ? navigator.locks.request("gridcanary-send", { ifAvailable: true }, (lock) => lock && work()) : work());

  // A call that comes while a round runs asks for one more round: the network may have come back in its middle.
  async function send() {
    wanted = true;
    if (sending) return;
    sending = true;
    try {
      while (wanted) {
        wanted = false;
        await locked(sendAll);
      }
    } finally {
      sending = false;
    }
    await tryLater();
  }

  // "online" is told before the network carries anything: try again soon, then less and less often.
  async function tryLater() {
    clearTimeout(timer);
    const waits = (await all()).some((one) => one.state === "waiting");
    pause = waits && navigator.onLine ? Math.min(2 * pause, LONGEST_PAUSE) : SHORTEST_PAUSE;
    if (waits) timer = setTimeout(send, navigator.onLine ? pause : LONGEST_PAUSE);
  }

  async function sendAll() {
    let sent = 0;
    const now = await session();
    if (!now) return show();
    for (const entry of (await all()).filter((one) => one.state === "waiting")) {
      if (entry.user !== String(now.user)) continue;
      const answer = await post(entry, now.token);
      if (!answer) break;  // no network, or a server in trouble: the order must stay, so everything after it waits
      if (answer.state === "recorded" || answer.state === "already") {
        await drop(entry.place);
        sent += 1;
      } else {
        await put({ ...entry, state: answer.state, text: answer.text });
      }
    }
    await show();
    if (sent && !(await all()).length) refreshed();
  }

  async function session() {
    try {
      const answer = await fetch(words.session, { cache: "no-store" });
      const now = await answer.json();
      if (now.user !== null) return now;
      tell(words.signIn);
    } catch {
      tell("");
    }
    return null;
  }

  async function post(entry, token) {
    const body = new FormData();
    for (const [name, value] of entry.fields) body.append(name, value);
    try {
      const answer = await fetch(entry.url, { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" }, redirect: "manual" });
      if (answer.ok || answer.status === 409 || answer.status === 422) return await answer.json();
      if (answer.status === 413 || answer.status === 404) return { state: "refused", text: words.trouble };
      tell(answer.type === "opaqueredirect" ? words.signIn : words.trouble);
    } catch {
      tell("");
    }
    return null;
  }

  // What is recorded stands on the page again, unless somebody is in the middle of a form.
  function refreshed() {
    const busy = document.activeElement && document.activeElement.closest("form.entry") && document.activeElement.matches("input, textarea, select");
    if (!busy) location.reload();
  }

  // --- showing ----------------------------------------------------------------------------------------------
  const box = document.getElementById("queue"), list = document.getElementById("queue-list");
  const tell = (text) => { document.getElementById("queue-note").textContent = text; };

  async function show() {
    const entries = await all(), mine = entries.filter((one) => one.user === words.user), count = document.getElementById("queue-count");
    box.hidden = false;
    box.classList.toggle("queue-done", !entries.length);
    count.textContent = !mine.length ? words.nothing : mine.length === 1 ? words.waitingOne : words.waitingMany.replace("N", mine.length);
    if (!entries.length) tell(nothingToTell);
    if (entries.length > mine.length) tell(words.other);
    list.replaceChildren(...mine.map(line));
  }

  function line(entry) {
    const row = document.createElement("li");
    row.append(entry.title + (entry.text ? ": " + entry.text : ""));
    if (entry.state === "waiting") return row;
    row.className = "stuck";
    row.append(document.createElement("br"));
    if (entry.state === "conflict") row.append(button(words.anyway, () => again(entry)));
    row.append(button(words.discard, async () => {
      if (!window.confirm(words.discardSure)) return;
      await drop(entry.place);
      await show();
    }));
    return row;
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  async function again(entry) {
    const key = crypto.randomUUID();
    const fields = entry.fields.filter(([name]) => name !== "force").map(([name, value]) => [name, name === "entry_key" ? key : value]);
    await put({ ...entry, key, fields: [...fields, ["force", "1"]], state: "waiting", text: "" });
    await show();
    await send();
  }

  // --- keeping the page on the phone ------------------------------------------------------------------------
  async function keep() {
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register(words.worker, { scope: new URL("./", new URL(words.worker, location.href)).pathname });
    const kept = await caches.open(KEPT), parts = [location.pathname];
    for (const part of document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")) parts.push(part.href);
    for (const part of document.querySelectorAll("script[src]")) parts.push(part.src);
    await kept.addAll(parts);
    await forget(kept);
    nothingToTell = words.kept;
    if (!(await all()).length) tell(nothingToTell);
  }

  // Pages older than a shift are of no use and would only tell a finder of the phone where somebody has been.
  async function forget(kept) {
    for (const request of await kept.keys()) {
      const answer = await kept.match(request), at = Date.parse(answer.headers.get("Date"));
      if (Date.now() - at > KEEP_HOURS * 3600e3) await kept.delete(request);
    }
  }

  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  document.getElementById("queue-send").addEventListener("click", send);
  show().then(send);
  if (navigator.onLine) keep().catch(() => tell(""));
})();
