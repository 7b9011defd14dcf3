/** The four snippets as tabs, each with a button that copies it. */

import { el, freshId, hidden, say } from "./dom.js";
import { writeSnippets } from "./snippets.js";

/**
 * Make the panel.
 * @param {import("./snippets.js").Model} model
 * @returns {{node: HTMLElement, show: (payload: Record<string, unknown>) => void}}
 */
export function makeSnippetPanel(model) {
  const news = el("span", { class: "rc-note", role: "status" });
  const pages = writeSnippets(model, {}).map(({ title }) => makePage(title, news));
  const tabs = pages.map(({ tab }) => tab);
  const list = el("div", { class: "rc-tabs", role: "tablist", "aria-label": "Snippets" }, ...tabs);
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    select((to + tabs.length) % tabs.length);
    tabs[(to + tabs.length) % tabs.length].focus();
  });
  tabs.forEach((tab, at) => tab.addEventListener("click", () => select(at)));
  select(0);
  return {
    node: el("div", { class: "rc-snippets" }, list, ...pages.map(({ panel }) => panel), news),
    show: (payload) => writeSnippets(model, payload).forEach(({ code }, at) => pages[at].show(code)),
  };

  function select(chosen) {
    pages.forEach(({ tab, panel }, at) => {
      tab.setAttribute("aria-selected", String(at === chosen));
      tab.setAttribute("tabindex", at === chosen ? "0" : "-1");
      panel.hidden = at !== chosen;
    });
    say(news, "");
  }
}

function makePage(title, news) {
  const ids = { tab: freshId("tab"), panel: freshId("panel") };
  const code = el("code");
  const tab = el("button", { type: "button", role: "tab", id: ids.tab, "aria-controls": ids.panel }, title);
  const copy = el("button", { type: "button", class: "rc-copy" }, "Copy", hidden(` the ${title} snippet`));
  copy.addEventListener("click", async () => {
    say(news, (await copied(code)) ? `${title} copied.` : "Press Ctrl+C to copy.");
  });
  const panel = el(
    "div",
    { role: "tabpanel", id: ids.panel, "aria-labelledby": ids.tab },
    el("pre", { tabindex: "0", "aria-label": `${title} snippet`, role: "region" }, code),
    copy,
  );
  return { tab, panel, show: (text) => say(code, text) };
}

/** Copy an element's text; where the browser forbids that, select it. */
async function copied(element) {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return false;
  }
}
