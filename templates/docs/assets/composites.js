/** Controls that hold others: lists, groups, and fields that take several types. */

import { el, freshId, hidden, say } from "./dom.js";
import { UNSET, isNumber, isObject, makeObject } from "./json.js";
import { complain, helpOf, leaf, marks } from "./parts.js";

/** @typedef {import("./fields.js").Field} Field */
/** @typedef {import("./parts.js").Control} Control */
/** @typedef {(field: Field, changed: () => void, label?: string) => Control} Maker Makes the controls inside. */

/**
 * Return a fieldset with legend, help and a place for a fault.
 * @param {Field} field
 * @param {string} label
 * @param {...HTMLElement} children
 */
function framed(field, label, ...children) {
  const help = el("p", { class: "rc-help", id: freshId("help") }, helpOf(field));
  const fault = el("p", { class: "rc-fault", id: freshId("fault") });
  const node = el(
    "fieldset",
    { class: "rc-frame", tabindex: "-1", "aria-describedby": `${fault.id} ${help.id}` },
    el("legend", {}, label, ...marks(field)),
    help,
    fault,
    ...children,
  );
  return { node, complain: (message) => complain(node, fault, message) };
}

/**
 * Make the control of a list; it is sent when it holds an item.
 * @param {Field} field
 * @param {() => void} changed
 * @param {string} label
 * @param {Maker} make
 * @returns {Control}
 */
export function listControl(field, changed, label, make) {
  /** @type {{control: Control, row: HTMLElement}[]} */
  let rows = [];
  const list = el("ol", { class: "rc-items" });
  const news = el("span", { class: "rc-hidden", role: "status" });
  const add = el("button", { type: "button", onclick: () => addRow().control.focus() }, `Add to ${label}`);
  const frame = framed(field, label, list, add, news);

  function addRow() {
    const row = { row: el("li"), control: null };
    const place = `${label} ${rows.length + 1}`;
    row.control = make(field.item, changed, place);
    const remove = el("button", { type: "button", onclick: () => removeRow(row) }, "Remove", hidden(` ${place}`));
    row.row.append(row.control.node, remove);
    rows.push(row);
    list.append(row.row);
    changed();
    return row;
  }

  function removeRow(row) {
    const at = rows.indexOf(row);
    const values = rows.filter((each) => each !== row).map((each) => each.control.read());
    fill(values);
    say(news, `Removed; ${values.length} left.`);
    (rows[Math.min(at, rows.length - 1)]?.control ?? { focus: () => add.focus() }).focus();
    changed();
  }

  function fill(values) {
    rows = [];
    list.replaceChildren();
    for (const value of values) addRow().control.write(value);
  }

  return {
    ...frame,
    read: () => (rows.length ? rows.map(({ control }) => sent(control.read(), field.item)) : UNSET),
    write: (value) => fill(Array.isArray(value) ? value : []),
    find: (path) => (path.length ? (rows[Number(path[0])]?.control.find(path.slice(1)) ?? null) : frameControl()),
    children: () => rows.map(({ control }) => control),
    focus: () => (rows[0] ? rows[0].control.focus() : add.focus()),
  };

  function frameControl() {
    return leaf({ ...frame, read: () => UNSET, write: () => {}, focus: () => add.focus() });
  }
}

/** Return what stands for an item that was added and left empty. */
function sent(value, field) {
  if (value !== UNSET) return value;
  return field.kind === "group" ? makeObject([]) : "";
}

/**
 * Make the control of an object; it is sent when one of its members is.
 * @param {Field} field
 * @param {() => void} changed
 * @param {string} label
 * @param {Maker} make
 * @returns {Control}
 */
export function groupControl(field, changed, label, make) {
  const members = field.members.map((member) => /** @type {const} */ ([member.name, make(member, changed)]));
  const frame = framed(field, label, ...members.map(([, control]) => control.node));
  const control = {
    ...frame,
    read: () => {
      const set = readMembers(members);
      return Object.keys(set).length ? set : UNSET;
    },
    write: (value) => writeMembers(members, value),
    find: (path) => (path.length ? findMember(members, path) : control),
    children: () => members.map(([, member]) => member),
    focus: () => (members[0] ? members[0][1].focus() : frame.node.focus()),
  };
  return control;
}

/** Return an object of the members that are set. */
export function readMembers(members) {
  const read = members.map(([name, control]) => /** @type {[string, unknown]} */ ([name, control.read()]));
  return makeObject(read.filter(([, value]) => value !== UNSET));
}

/** Show an object's values in its members' controls, and empty the others. */
export function writeMembers(members, value) {
  const given = isObject(value) ? value : {};
  for (const [name, control] of members) control.write(Object.hasOwn(given, name) ? given[name] : UNSET);
}

/** Return the control of a value below an object. */
export function findMember(members, [name, ...rest]) {
  return members.find(([known]) => known === name)?.[1].find(rest) ?? null;
}

/**
 * Make the control of a field that takes several types: which one, and the control for that.
 * @param {Field} field
 * @param {() => void} changed
 * @param {string} label
 * @param {Maker} make
 * @returns {Control}
 */
export function variantsControl(field, changed, label, make) {
  const controls = field.variants.map((variant) => make({ ...variant, name: field.name }, changed, label));
  const place = el("div");
  const choice = el(
    "select",
    { id: freshId("kind"), onchange: () => (show(choice.selectedIndex), changed()) },
    ...field.variants.map((variant) => el("option", {}, wordsOf(variant))),
  );
  const head = el("div", { class: "rc-kind" }, el("label", { for: choice.id }, "Give"), choice);
  const frame = framed(field, label, head, place);

  function show(index) {
    choice.selectedIndex = index;
    place.replaceChildren(controls[index].node);
  }

  show(0);
  const current = () => controls[choice.selectedIndex];
  const control = {
    ...frame,
    read: () => current().read(),
    write: (value) => {
      const index = field.variants.findIndex((variant) => holds(variant, value));
      if (value !== UNSET) show(Math.max(index, 0));
      for (const each of controls) each.write(UNSET);
      current().write(value);
    },
    find: (path) => (path.length ? current().find(path) : control),
    children: () => [current()],
    focus: () => current().focus(),
  };
  return control;
}

const WORDS = {
  text: "text",
  integer: "a whole number",
  number: "a number",
  flag: "true or false",
  choice: "a choice",
  list: "a list",
  group: "an object",
};

function wordsOf(variant) {
  if (variant.kind === "media") return `${variant.medium}, as address or file`;
  if (variant.kind === "list" && variant.item) return `a list of ${variant.item.medium || variant.item.kind}`;
  return WORDS[variant.kind] ?? variant.kind;
}

function holds(variant, value) {
  if (variant.kind === "choice") return variant.choices.includes(value);
  const checks = {
    text: typeof value === "string",
    media: typeof value === "string",
    integer: typeof value === "bigint" || Number.isInteger(value),
    number: isNumber(value),
    flag: typeof value === "boolean",
    list: Array.isArray(value),
    group: isObject(value),
  };
  return checks[variant.kind] ?? false;
}
