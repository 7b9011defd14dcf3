/** Values as Python writes them. Pure. */

import { LocalFile, isObject, isPrintable } from "./json.js";

const ESCAPES = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Return a text as Python's `repr` writes it. */
export function pythonRepr(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = Array.from(text, (letter) => {
    if (letter in ESCAPES) return ESCAPES[letter];
    if (letter === mark) return `\\${letter}`;
    return letter === " " || isPrintable(letter) ? letter : escapeLetter(letter.codePointAt(0));
  });
  return mark + body.join("") + mark;
}

function escapeLetter(code) {
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

/**
 * Return a value as Python source, lists and objects one member a line.
 * @param {unknown} value
 * @param {number} indent Columns before the first line.
 * @returns {string}
 */
export function pythonLiteral(value, indent) {
  const pad = " ".repeat(indent);
  if (value instanceof LocalFile) return `Path(${pythonText(value.name)})`;
  if (typeof value === "string") return pythonText(value);
  if (Array.isArray(value) && value.length) {
    const items = value.map((item) => `${pad}    ${pythonLiteral(item, indent + 4)},\n`);
    return `[\n${items.join("")}${pad}]`;
  }
  if (isObject(value) && Object.keys(value).length) {
    const members = Object.entries(value).map(
      ([name, item]) => `${pad}    ${pythonText(name)}: ${pythonLiteral(item, indent + 4)},\n`,
    );
    return `{\n${members.join("")}${pad}}`;
  }
  if (Array.isArray(value)) return "[]";
  if (isObject(value)) return "{}";
  return { true: "True", false: "False", null: "None" }[String(value)] ?? String(value);
}

function pythonText(text) {
  return isPrintable(text) ? JSON.stringify(text) : pythonRepr(text);
}

/** Return a number without an exponent, as the messages of the SDK show bounds. */
export function plainNumber(number) {
  const [digits, exponent] = String(number).split("e");
  if (exponent === undefined) return digits;
  const [whole, fraction = ""] = digits.replace("-", "").split(".");
  const point = whole.length + Number(exponent);
  const all = whole + fraction;
  const sign = digits.startsWith("-") ? "-" : "";
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${all}`;
  return sign + all.padEnd(point, "0");
}
