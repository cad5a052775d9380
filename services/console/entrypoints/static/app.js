// Keeps a page up to date while it is open, and sends a one-time link on. No library, no build.
"use strict";
(() => {
  const oneTime = document.getElementById("one-time");
  if (oneTime) { oneTime.submit(); return; }

  const kinds = {
    warning: ["raised", "raised_level", "lowered", "resolved", "reopened", "corrected", "renewed", "acknowledged",
      "acknowledgement_expired", "commented", "assigned", "responded", "returned", "closed"],
    step: ["proposed", "issued", "answered", "reminded", "overdue", "escalated", "done", "withdrawn", "lapsed"],
    silence: ["created", "pending", "approved", "edited", "expired"],
  };
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

  // Nothing that somebody is writing, or has opened to write, is taken away.
  const isInUse = (part) =>
    [...part.querySelectorAll("textarea, input:not([type=hidden])")].some((f) => f === document.activeElement || f.value !== f.defaultValue)
    || [...part.querySelectorAll("details[open]")].some((d) => d.contains(document.activeElement));

  const marksOf = (root) => new Map([...root.querySelectorAll("tr[data-id]")].map((row) => [row.dataset.id, row.dataset.mark]));

  const put = (old, fresh) => {
    if (old.innerHTML === fresh.innerHTML || isInUse(old)) return;
    const focus = old.contains(document.activeElement) && document.activeElement.id;
    const before = marksOf(old);
    const opened = new Set([...old.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
    old.innerHTML = fresh.innerHTML;
    for (const one of old.querySelectorAll("details > summary")) if (opened.has(one.textContent)) one.parentElement.open = true;
    for (const row of old.querySelectorAll("tr[data-id]"))
      if (before.size && before.get(row.dataset.id) !== row.dataset.mark) row.classList.add("is-new");
    const again = focus && document.getElementById(focus);
    if (again) again.focus({ preventScroll: true });
  };

  const replace = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const parts = document.querySelectorAll("#main [data-live]");
    if (!parts.length) { document.getElementById("main").innerHTML = html; return; }
    for (const part of parts) { const other = fresh.getElementById(part.id); if (other) put(part, other); }
  };

  // Somebody who has scrolled down to read is asked first: rows must not move under the pointer.
  const ask = () => {
    const live = badge();
    if (status.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = live.dataset.more;
    status.textContent = "";
    button.onclick = () => { status.textContent = ""; refresh(true); };
    status.append(button);
  };

  const refresh = async (wanted) => {
    timer = null;
    const list = document.getElementById("live-list");
    if (!wanted && list && list.getBoundingClientRect().top < 0) { ask(); return; }
    try {
      const answer = await fetch(location.href, { headers: { "X-Fragment": "1" } });
      if (answer.status === 401) { location.reload(); return; }
      if (!answer.ok) throw new Error(answer.status);
      replace(await answer.text());
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
    for (const [family, names] of Object.entries(kinds))
      for (const name of names) source.addEventListener(`${family}.${name}`, heard);
    source.addEventListener("ready", () => show(true));
    source.onerror = () => {
      show(false);
      // A browser gives up for good when the answer is no stream at all: begin anew.
      if (source.readyState === EventSource.CLOSED) { source = null; setTimeout(connect, 3000); }
    };
  };

  // What is being made is looked at until it is done.
  const watch = () => {
    const made = document.querySelector("[data-poll]");
    if (made) setTimeout(async () => { await refresh(true); watch(); }, Number(made.dataset.poll));
  };

  // Arrow keys go from row to row while one of the list's links has the focus.
  addEventListener("keydown", (event) => {
    const row = (event.key === "ArrowDown" || event.key === "ArrowUp") && document.activeElement.closest("table.desk tr");
    if (!row || event.target.matches("input, select, textarea")) return;
    const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    if (next) { next.querySelector(".main-link").focus(); event.preventDefault(); }
  });

  connect();
  watch();
  addEventListener("pagehide", () => { if (source) source.close(); source = null; });
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
})();
