/** JSON that keeps whole numbers exact, and its text in the form that Python's `json` writes. */

/** Stands for "nothing was given"; such a field is not sent. */
export const UNSET = Symbol("unset");

/** A file chosen on this machine; it is sent as a data URI, and snippets name it by its file name. */
export class LocalFile {
  /**
   * @param {string} name File name.
   * @param {string} type Media type, such as `image/png`.
   * @param {number} size Length in bytes.
   * @param {string} uri The content as a data URI.
   * @param {import("./rules.js").Facts} [facts] What was measured of it.
   */
  constructor(name, type, size, uri, facts = { width: null, height: null, seconds: null }) {
    this.name = name;
    this.type = type;
    this.size = size;
    this.uri = uri;
    this.facts = facts;
    Object.freeze(this);
  }
}

/**
 * Tell whether a value is a JSON object.
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof LocalFile);
}

/**
 * Tell whether a value is a JSON number; whole ones that a double cannot hold are `BigInt`.
 * @param {unknown} value
 * @returns {value is number | bigint}
 */
export function isNumber(value) {
  return typeof value === "number" || typeof value === "bigint";
}

/**
 * Read JSON; whole numbers that a double cannot hold become `BigInt` where the browser shows their text.
 * @param {string} text
 * @returns {unknown}
 * @throws {SyntaxError} If it is not JSON.
 */
export function parseJson(text) {
  return JSON.parse(text, (_key, value, context) =>
    typeof value === "number" && /^-?\d+$/.test(context?.source ?? "") && !Number.isSafeInteger(value)
      ? BigInt(context.source)
      : value,
  );
}

const UNSEEN = /[\p{C}\p{Z}]/gu;

/** Return whether all characters of a text can be seen, in the sense of Python's `str.isprintable`. */
export function isPrintable(text) {
  return !/[\p{C}\p{Z}]/u.test(text.replaceAll(" ", ""));
}

/** Return a text as a JSON string; what cannot be seen is escaped. */
export function quoteJson(text) {
  return JSON.stringify(text).replace(UNSEEN, (found) =>
    found === " " ? found : [...Array(found.length).keys()].map((at) => escapeUnit(found.charCodeAt(at))).join(""),
  );
}

function escapeUnit(unit) {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}

/**
 * Return a value as JSON on one line.
 * @param {unknown} value
 * @param {(file: LocalFile) => string} [showFile] Gives the JSON of a local file; its data URI if left out.
 * @returns {string}
 */
export function writeJson(value, showFile = (file) => quoteJson(file.uri)) {
  if (typeof value === "string") return quoteJson(value);
  if (value instanceof LocalFile) return showFile(value);
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item, showFile)).join(", ")}]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, item]) => `${quoteJson(name)}: ${writeJson(item, showFile)}`);
    return `{${members.join(", ")}}`;
  }
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

/** Return a text that two values share exactly when they are equal as JSON, in which true is not 1. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  return writeJson(value);
}

/** Return the local files inside a value, in document order. */
export function localFiles(value) {
  if (value instanceof LocalFile) return [value];
  if (Array.isArray(value)) return value.flatMap(localFiles);
  return isObject(value) ? Object.values(value).flatMap(localFiles) : [];
}

/**
 * Return an object of members whose order is kept and whose names mean nothing to JavaScript (`__proto__` does
 * otherwise).
 * @param {Iterable<[string, unknown]>} entries
 * @returns {Record<string, unknown>}
 */
export function makeObject(entries) {
  const made = Object.create(null);
  for (const [name, value] of entries) made[name] = value;
  return made;
}
