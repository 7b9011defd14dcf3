/** What all controls of a form are made of: label, help, and the place for a fault. */

import { el, freshId } from "./dom.js";
import { writeJson } from "./json.js";

/**
 * @typedef {object} Control
 * @property {HTMLElement} node What stands in the form.
 * @property {() => unknown} read Returns the value, or `UNSET`.
 * @property {(value: unknown) => void} write Shows a value; `UNSET` empties it.
 * @property {(path: (string|number)[]) => Control|null} find Returns the control of a value inside.
 * @property {(message: string) => void} complain Shows a fault; an empty text takes it away.
 * @property {() => void} focus
 * @property {() => Control[]} children The controls of the values inside.
 */

/** @typedef {import("./fields.js").Field} Field */

/**
 * Put a label, help and a place for a fault around an input.
 * @param {Field} field
 * @param {string} label
 * @param {HTMLElement} input
 * @param {...HTMLElement} extra What stands behind the input.
 * @returns {{node: HTMLElement, complain: (message: string) => void}}
 */
export function labelled(field, label, input, ...extra) {
  input.id ||= freshId("input");
  const help = el("p", { class: "rc-help", id: freshId("help") }, helpOf(field));
  const fault = el("p", { class: "rc-fault", id: freshId("fault") });
  input.setAttribute("aria-describedby", `${fault.id} ${help.id}`);
  if (field.required) input.setAttribute("aria-required", "true");
  const node = el(
    "div",
    { class: "rc-field" },
    el("label", { for: input.id }, label, ...marks(field)),
    input,
    ...extra,
    fault,
    help.textContent ? help : null,
  );
  if (!help.textContent) input.setAttribute("aria-describedby", fault.id);
  return { node, complain: (message) => complain(input, fault, message) };
}

/** Show a fault at an element, or take it away. */
export function complain(input, fault, message) {
  fault.textContent = message;
  const mark = input.matches("fieldset") ? "data-invalid" : "aria-invalid";
  if (message) input.setAttribute(mark, "true");
  else input.removeAttribute(mark);
}

/** Return what stands behind a label: the name on the wire, and whether the field is required. */
export function marks(field) {
  if (!field.name) return [];
  const wire = el("code", { class: "rc-wire" }, field.name);
  return field.required ? [" ", wire, " ", el("span", { class: "rc-required" }, "required")] : [" ", wire];
}

/** Return what is said of a field: the docs' words, what is allowed, and the service's own default. */
export function helpOf(field) {
  const fallback = field.fallback === undefined ? "" : `The service's default is ${writeJson(field.fallback)}.`;
  const limits = field.limits && `${field.limits[0].toUpperCase()}${field.limits.slice(1)}.`;
  return [field.help, limits, fallback].filter(Boolean).join(" ");
}

/** Return a control without parts inside. */
export function leaf(parts) {
  const control = { find: (path) => (path.length ? null : control), children: () => [], ...parts };
  return control;
}
