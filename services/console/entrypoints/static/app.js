// Keeps a page up to date while it is open, and sends a one-time link on. No library, no build.
"use strict";
(() => {
  const oneTime = document.getElementById("one-time");
  if (oneTime) { oneTime.submit(); return; }

  const kinds = ["raised", "raised_level", "lowered", "resolved", "reopened", "corrected"];
  const status = document.getElementById("status");
  let last = null;      // id of the newest event this page knows
  let source = null;
  let timer = null;

  const badge = () => document.getElementById("live");

  const show = (on) => {
    const live = badge();
    if (!live) return;
    live.classList.toggle("is-off", !on);
    if (!live.dataset.on) live.dataset.on = live.lastElementChild.textContent;
    live.lastElementChild.textContent = on ? live.dataset.on : live.dataset.off;
  };

  const refresh = async () => {
    timer = null;
    const before = new Set([...document.querySelectorAll("tr[data-id]")].map((row) => row.dataset.id));
    try {
      const answer = await fetch(location.href, { headers: { "X-Fragment": "1" } });
      if (answer.status === 401) { location.reload(); return; }
      if (!answer.ok) throw new Error(answer.status);
      const focus = document.activeElement && document.activeElement.getAttribute("name");
      document.getElementById("main").innerHTML = await answer.text();
      if (focus) { const field = document.querySelector(`[name="${focus}"]`); if (field) field.focus(); }
      for (const row of document.querySelectorAll("tr[data-id]"))
        if (before.size && !before.has(row.dataset.id)) row.classList.add("is-new");
      const live = badge();
      if (live) status.textContent = `${live.dataset.updated} ${new Date().toLocaleTimeString()}`;
      show(true);
    } catch { timer = setTimeout(refresh, 3000); }
  };

  const connect = () => {
    const live = badge();
    if (!live || source) return;
    const query = new URLSearchParams(live.dataset.filters);
    query.set("after", last === null ? live.dataset.after : last);
    source = new EventSource(`/live?${query}`);
    const heard = (event) => {
      last = event.lastEventId;
      // Many events at once are one refresh.
      if (timer === null) timer = setTimeout(refresh, 250);
    };
    for (const kind of kinds) source.addEventListener(`warning.${kind}`, heard);
    source.addEventListener("ready", () => show(true));
    source.onerror = () => {
      show(false);
      // A browser gives up for good when the answer is no stream at all: begin anew.
      if (source.readyState === EventSource.CLOSED) { source = null; setTimeout(connect, 3000); }
    };
  };

  connect();
  addEventListener("pagehide", () => { if (source) source.close(); source = null; });
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
})();
