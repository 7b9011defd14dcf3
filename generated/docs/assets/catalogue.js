/** Put a table that filters as you type into each `<div class="rc-catalogue">`, in place of the plain one behind it. */

import { el, freshId, mountEach, say } from "./dom.js";
import { filterEntries, readHash, valuesOf, writeHash } from "./filter.js";

const FACETS = [
  ["task", "Task"],
  ["vendor", "Vendor"],
  ["medium", "Makes"],
];

mountEach(".rc-catalogue", (place) => void mount(place));

async function mount(place) {
  const source = new URL(place.dataset.source, document.baseURI);
  try {
    const reply = await fetch(source, { credentials: "omit" });
    if (!reply.ok) return;
    const entries = await reply.json();
    const plain = plainTable(place);
    build(place, entries, source);
    plain?.setAttribute("hidden", "");
  } catch {
    // the plain table stays
  }
}

/** Return the table that follows a place, whatever the theme has put around it. */
function plainTable(place) {
  for (let node = place.nextElementSibling; node; node = node.nextElementSibling) {
    if (node.matches("table") || node.querySelector("table")) return node;
  }
  return null;
}

/**
 * @param {HTMLElement} place
 * @param {import("./filter.js").Entry[]} entries
 * @param {URL} source Pages are relative to it.
 */
function build(place, entries, source) {
  const text = el("input", { type: "search", id: freshId("search"), autocomplete: "off", oninput: apply });
  const selects = FACETS.map(([name, label]) => makeSelect(name, label, entries, apply));
  const count = el("p", { class: "rc-count", role: "status" });
  const body = el("tbody");
  const rows = entries.map((entry) => ({ entry, row: makeRow(entry, source) }));
  const heads = ["Model", "Id", "Task", "Makes", "Python"].map((word) => el("th", { scope: "col" }, word));
  place.append(
    el(
      "div",
      { class: "rc-filters", role: "search", "aria-label": "Models" },
      el("div", { class: "rc-field" }, el("label", { for: text.id }, "Text"), text),
      ...selects.map(({ node }) => node),
    ),
    count,
    el(
      "div",
      { class: "rc-scroll", tabindex: "0", role: "region", "aria-label": "Table of models" },
      el("table", {}, el("thead", {}, el("tr", {}, ...heads)), body),
    ),
  );
  restore();
  addEventListener("hashchange", () => place.isConnected && restore());

  function restore() {
    const wanted = readHash(location.hash);
    text.value = wanted.text ?? "";
    for (const { name, select } of selects) select.value = wanted[name] ?? "";
    show(wanted);
  }

  function apply() {
    const wanted = { text: text.value.trim() };
    for (const { name, select } of selects) wanted[name] = select.value;
    history.replaceState(history.state, "", writeHash(wanted) || location.pathname + location.search);
    show(wanted);
  }

  function show(wanted) {
    const kept = new Set(filterEntries(entries, wanted));
    body.replaceChildren(...rows.filter(({ entry }) => kept.has(entry)).map(({ row }) => row));
    say(count, kept.size === entries.length ? `${entries.length} models` : `${kept.size} of ${entries.length} models`);
  }
}

function makeSelect(name, label, entries, apply) {
  const options = valuesOf(entries, name).map((value) => el("option", { value }, value));
  const select = el("select", { id: freshId(name), onchange: apply }, el("option", { value: "" }, "any"), ...options);
  return { name, select, node: el("div", { class: "rc-field" }, el("label", { for: select.id }, label), select) };
}

function makeRow(entry, source) {
  const page = new URL(entry.page, source);
  const isOurs = page.origin === source.origin;
  return el(
    "tr",
    {},
    el("td", {}, isOurs ? el("a", { href: page.href }, entry.title) : entry.title),
    el("td", {}, el("code", {}, entry.id)),
    el("td", {}, entry.task),
    el("td", {}, entry.medium),
    el("td", {}, el("code", {}, entry.python)),
  );
}
