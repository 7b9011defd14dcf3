/** The controls of a form, one for each kind of field. */

import { groupControl, listControl, variantsControl } from "./composites.js";
import { el, freshId, hidden } from "./dom.js";
import { UNSET, isNumber, writeJson } from "./json.js";
import { mediaControl } from "./media-control.js";
import { labelled, leaf } from "./parts.js";

/** @typedef {import("./parts.js").Control} Control */

/** @typedef {import("./fields.js").Field} Field */

/**
 * Make the control of a field, with its null switch where null may be sent.
 * @param {Field} field
 * @param {() => void} changed Called after each change.
 * @param {string} [label] Stands for the field's own label.
 * @returns {Control}
 */
export function makeControl(field, changed, label = field.label) {
  const control = MAKERS[field.kind](field, changed, label, makeControl);
  return field.nullable && field.kind !== "choice" ? withNull(control, changed, label) : control;
}

const MAKERS = {
  text: textControl,
  integer: (field, changed, label) => numberControl(field, changed, label, "numeric"),
  number: (field, changed, label) => numberControl(field, changed, label, "decimal"),
  flag: (field, changed, label) => choiceControl({ ...field, choices: [true, false] }, changed, label),
  choice: choiceControl,
  media: mediaControl,
  list: listControl,
  group: groupControl,
  variants: variantsControl,
  null: (field, changed, label) => choiceControl({ ...field, choices: [null] }, changed, label),
};

function textControl(field, changed, label) {
  const input = el("textarea", {
    rows: field.long ? 4 : 1,
    placeholder: typeof field.sample === "string" ? field.sample : null,
    spellcheck: "false",
    oninput: changed,
  });
  return leaf({
    ...labelled(field, label, input),
    read: () => (input.value === "" && field.name ? UNSET : input.value),
    write: (value) => {
      input.value = value === UNSET ? "" : String(value);
    },
    focus: () => input.focus(),
  });
}

function numberControl(field, changed, label, mode) {
  const sample = isNumber(field.fallback) ? field.fallback : field.sample;
  const input = el("input", {
    type: "text",
    inputmode: mode,
    autocomplete: "off",
    placeholder: isNumber(sample) ? sample : null,
    oninput: changed,
  });
  return leaf({
    ...labelled(field, label, input),
    read: () => readNumber(input.value),
    write: (value) => {
      input.value = value === UNSET ? "" : String(value);
    },
    focus: () => input.focus(),
  });
}

/** Return the number that a text stands for; a text that is none stays a text, so that validation names the fault. */
export function readNumber(text) {
  const trimmed = text.trim();
  if (!trimmed) return UNSET;
  if (/^[+-]?\d+$/.test(trimmed)) {
    const whole = Number(trimmed);
    return Number.isSafeInteger(whole) ? whole + 0 : BigInt(trimmed);
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : text;
}

function choiceControl(field, changed, label) {
  const values = [UNSET, ...field.choices, ...(field.nullable ? [null] : [])];
  const input = el(
    "select",
    { onchange: changed },
    ...values.map((value) => el("option", {}, value === UNSET ? unsetWords(field) : textOf(value))),
  );
  return leaf({
    ...labelled(field, label, input),
    read: () => (input.selectedIndex < 0 ? UNSET : values[input.selectedIndex]),
    write: (value) => {
      const shown = value === UNSET ? UNSET : writeJson(value);
      input.selectedIndex = values.findIndex((each) => (each === UNSET ? UNSET : writeJson(each)) === shown);
    },
    focus: () => input.focus(),
  });
}

function unsetWords(field) {
  return field.required ? "choose…" : "not sent";
}

function textOf(value) {
  return typeof value === "string" && value ? value : writeJson(value);
}

/** Put a switch beside a control that sends null instead of its value. */
function withNull(control, changed, label) {
  const inside = el("div", {}, control.node);
  const box = el("input", {
    type: "checkbox",
    id: freshId("null"),
    onchange: () => {
      inside.toggleAttribute("inert", box.checked);
      changed();
    },
  });
  const words = el("label", { for: box.id }, "Send null", hidden(` for ${label}`));
  return {
    ...control,
    node: el("div", { class: "rc-nullable" }, inside, el("div", { class: "rc-switch" }, box, words)),
    read: () => (box.checked ? null : control.read()),
    write: (value) => {
      box.checked = value === null;
      inside.toggleAttribute("inert", box.checked);
      control.write(value === null ? UNSET : value);
    },
    focus: () => (box.checked ? box.focus() : control.focus()),
  };
}
