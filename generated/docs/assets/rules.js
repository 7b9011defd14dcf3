/** The service's rules for media files (`x-validations`), checked for the files chosen on this machine. Pure. */

/**
 * @typedef {object} Facts What is measured of a file; null where it cannot be told.
 * @property {number|null} width
 * @property {number|null} height
 * @property {number|null} seconds
 */

const SIGNS = {
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
  "=": (left, right) => left === right,
  "==": (left, right) => left === right,
};
const RULE = /^\s*([a-z_]+)\s*(?:([/*x])\s*([a-z_]+))?\s*([<>]=?|==?)\s*$/i;
const SIZE = /^(?:file_?)?size(?:_in)?_?(b|bytes|kb|mb|gb)$/i;
const POWERS = { b: 0, bytes: 0, kb: 1, mb: 2, gb: 3 };
const PLAIN = { width: "width", height: "height", pixels: "pixels", megapixels: "megapixels", aspect_ratio: "ratio" };
const OTHER_WORDS = [
  [/^(width|height)_p(?:ixels|x)$/, (found) => found[1]],
  [/^(?:total_pixels|pixel_count)$/, () => "pixels"],
  [/^duration(?:_s|_sec|_seconds)?$/, () => "seconds"],
  [/^duration_ms$/, () => "milliseconds"],
];

/**
 * Return what is wrong with a file by the service's rules; a rule that is not understood blocks nothing.
 * @param {import("./json.js").LocalFile} file
 * @param {unknown} rules
 * @returns {string[]}
 */
export function brokenRules(file, rules) {
  const broken = (Array.isArray(rules) ? rules : []).flatMap((rule) => {
    const found = RULE.exec(typeof rule?.rule === "string" ? rule.rule : "");
    const limit = limitOf(rule?.value);
    if (!found || limit === null) return [];
    const [, first, joint, second, sign] = found;
    const quantity = (joint ? `${first}${joint.replace("x", "*")}${second}` : first).toLowerCase();
    if (!isBroken(file, quantity, SIGNS[sign], limit)) return [];
    const words = String(rule.message ?? "").split(/\s+/).filter(Boolean).join(" ").slice(0, 300);
    return [`${words || `must keep ${quantity} ${sign} ${limit}`} (the file has ${inWords(file)})`];
  });
  return [...new Set(broken)];
}

function limitOf(value) {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const number = Number(value);
  return Number.isFinite(number) && String(value).trim() ? number : null;
}

function isBroken(file, quantity, holds, limit) {
  const size = SIZE.exec(quantity);
  if (size) {
    // "MB" is 10^6 or 2^20 bytes: only what breaks the rule in both readings is broken
    const power = POWERS[size[1].toLowerCase()];
    return ![1000, 1024].some((unit) => holds(file.size / unit ** power, limit));
  }
  const joint = /[/*]/.exec(quantity)?.[0];
  const values = (joint ? quantity.split(joint) : [quantity]).map((name) => measure(file.facts, name));
  if (values.includes(null)) return false;
  const [first, second] = values;
  if (!joint) return !holds(first, limit);
  if (joint === "/" && second === 0) return false;
  return !holds(joint === "/" ? first / second : first * second, limit);
}

function measure({ width, height, seconds }, name) {
  const word = Object.hasOwn(PLAIN, name) ? PLAIN[name] : otherWord(name);
  if (word === "seconds") return seconds;
  if (word === "milliseconds") return seconds === null ? null : seconds * 1000;
  if (width === null || height === null) return null;
  const known = { width, height, pixels: width * height, megapixels: (width * height) / 1e6, ratio: width / height };
  return known[word] ?? null;
}

function otherWord(name) {
  for (const [pattern, word] of OTHER_WORDS) {
    const found = pattern.exec(name);
    if (found) return word(found);
  }
  return "";
}

function inWords({ size, facts: { width, height, seconds } }) {
  const parts = [`${size} bytes`];
  if (width !== null) parts.push(`${width} x ${height} pixels`);
  if (seconds !== null) parts.push(`${Number(seconds.toPrecision(3))} s`);
  return parts.join(", ");
}
