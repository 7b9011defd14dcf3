/** The control of a media field: an address or data URI as text, or a file of this machine. */

import { el, freshId, hidden, say } from "./dom.js";
import { LocalFile, UNSET } from "./json.js";
import { readFile } from "./media.js";
import { labelled, leaf } from "./parts.js";

const TYPES = { image: "image/*", video: "video/*", audio: "audio/*" };

/**
 * Make the control.
 * @param {import("./fields.js").Field} field
 * @param {() => void} changed
 * @param {string} label
 * @returns {import("./parts.js").Control}
 */
export function mediaControl(field, changed, label) {
  let chosen = null;
  const input = el("input", {
    type: "text",
    inputmode: "url",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: typeof field.sample === "string" ? field.sample : `https://… (${field.medium})`,
    oninput: changed,
  });
  const note = el("span", { class: "rc-note", role: "status" });
  const drop = el("button", { type: "button", hidden: true }, "Remove file", hidden(` of ${label}`));
  drop.addEventListener("click", () => (choose(null), input.focus()));
  const picker = el("input", {
    type: "file",
    id: freshId("file"),
    accept: TYPES[field.medium] ?? null,
    onchange: () => void take(picker.files?.[0]),
  });
  const name = el("label", { for: picker.id }, "or a local file", hidden(` for ${label}`));
  const files = el("div", { class: "rc-file" }, name, picker, note, drop);

  async function take(file) {
    if (!file) return;
    say(note, "reading…");
    try {
      choose(await readFile(file));
    } catch (error) {
      choose(null);
      say(note, `cannot be read: ${error instanceof Error ? error.message : error}`);
    }
  }

  function choose(file) {
    chosen = file;
    say(note, file ? `${file.name}, ${file.type}, ${file.size} bytes` : "");
    input.disabled = file !== null;
    drop.hidden = file === null;
    if (!file) picker.value = "";
    changed();
  }

  return leaf({
    ...labelled(field, label, input, files),
    read: () => chosen ?? (input.value === "" && field.name ? UNSET : input.value),
    write: (value) => {
      choose(value instanceof LocalFile ? value : null);
      input.value = typeof value === "string" ? value : "";
    },
    focus: () => (chosen ? drop.focus() : input.focus()),
  });
}
