/** The form of a model: its fields, what was filled in, and what is wrong with it. */

import { makeControl } from "./controls.js";
import { findMember, readMembers, writeMembers } from "./composites.js";
import { el, freshId, say } from "./dom.js";
import { findFaults, pointer } from "./faults.js";
import { readFields } from "./fields.js";

const MISSING = "is required";

/**
 * @typedef {object} Form
 * @property {HTMLElement} node
 * @property {() => Record<string, unknown>} payload Returns what would be sent.
 * @property {() => boolean} check Shows all faults, missing fields included; tells whether there are none.
 * @property {(faults: import("./faults.js").Fault[], headline: string) => void} refuse Shows faults, the service's
 *     own included.
 */

/**
 * Make the form of a model.
 * @param {import("./snippets.js").Model} model
 * @param {Record<string, unknown>} example The page's own example.
 * @param {(payload: Record<string, unknown>) => void} changed Called with each new payload.
 * @returns {Form}
 */
export function makeForm(model, example, changed) {
  let checked = false;
  let quiet = false;
  const fields = readFields(model.schema);
  const members = fields.map((field) => /** @type {const} */ ([field.name, makeControl(field, update)]));
  const summary = el("div", { class: "rc-summary", role: "alert", tabindex: "-1" });
  const verdict = el("p", { class: "rc-verdict", role: "status" });
  const more = el("details", { class: "rc-more" }, el("summary", {}, "Optional fields"));
  const node = el("div", { class: "rc-form" });
  members.forEach(([, control], at) => (fields[at].required ? node : more).append(control.node));
  if (more.childElementCount > 1) node.append(more);
  if (members.length && !fields[0].required) more.open = true;
  node.append(
    el(
      "div",
      { class: "rc-buttons" },
      button("Use the page's example", () => fill(example)),
      button("Empty all fields", () => fill({})),
      button("Check the input", check),
    ),
    verdict,
    summary,
  );
  update();
  return { node, payload, check, refuse };

  function payload() {
    return readMembers(members);
  }

  function fill(values) {
    quiet = true;
    writeMembers(members, values);
    quiet = false;
    checked = false;
    update();
  }

  function update() {
    if (quiet) return;
    const value = payload();
    const faults = findFaults(model.schema, value);
    mark(checked ? faults : faults.filter((fault) => fault.message !== MISSING));
    if (!checked || !faults.length) summary.replaceChildren();
    say(verdict, verdictOf(faults));
    changed(value);
  }

  function check() {
    checked = true;
    update();
    const faults = findFaults(model.schema, payload());
    if (!faults.length) return true;
    refuse(faults, `The input for ${model.id} has ${counted(faults)}; nothing was sent:`);
    return false;
  }

  function refuse(faults, headline) {
    mark(faults);
    summary.replaceChildren(el("p", {}, headline), el("ul", {}, ...faults.map(listed)));
    summary.focus();
  }

  function listed(fault) {
    const place = pointer(fault.path) || "/";
    const words = `${place}: ${fault.message}`;
    const control = controlAt(fault.path);
    return el("li", {}, control ? button(words, () => reveal(control), "rc-link") : words);
  }

  function reveal(control) {
    if (more.contains(control.node)) more.open = true;
    control.focus();
  }

  function controlAt(path) {
    for (let length = path.length; length > 0; length -= 1) {
      const found = findMember(members, path.slice(0, length));
      if (found) return found;
    }
    return null;
  }

  function mark(faults) {
    const all = members.flatMap(([, control]) => withInner(control));
    for (const control of all) control.complain("");
    for (const fault of faults) {
      const control = controlAt(fault.path);
      control?.complain(fault.message);
      if (control && more.contains(control.node)) more.open = true;
    }
  }
}

function withInner(control) {
  return [control, ...control.children().flatMap(withInner)];
}

function verdictOf(faults) {
  if (!faults.length) return "The input fits the model.";
  const missing = faults.filter((fault) => fault.message === MISSING).length;
  return missing === faults.length ? `Still required: ${missing} field${missing === 1 ? "" : "s"}.` : counted(faults);
}

function counted(faults) {
  return `${faults.length} fault${faults.length === 1 ? "" : "s"}`;
}

/** Make a button. */
export function button(words, act, style = null) {
  return el("button", { type: "button", class: style, id: freshId("button"), onclick: act }, words);
}
