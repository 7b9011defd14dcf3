/** Choose models by text, task, vendor and medium; the choice as a URL's hash. Pure. */

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} title
 * @property {string} summary
 * @property {string} task
 * @property {string} vendor
 * @property {string} medium What it makes.
 * @property {string} python
 * @property {string} page
 */
/** @typedef {{text?: string, task?: string, vendor?: string, medium?: string}} Wanted */

const KEYS = ["text", "task", "vendor", "medium"];

/**
 * Return the entries that fit: all words of the text occur, and each other choice is equal.
 * @param {Entry[]} entries
 * @param {Wanted} wanted
 */
export function filterEntries(entries, wanted) {
  const words = folded(wanted.text ?? "").split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const said = folded([entry.id, entry.title, entry.summary, entry.task, entry.medium].join(" "));
    const facets = KEYS.slice(1).every((key) => !wanted[key] || entry[key] === wanted[key]);
    return facets && words.every((word) => said.includes(word));
  });
}

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Return the values of a key among all entries, sorted. */
export function valuesOf(entries, key) {
  return [...new Set(entries.map((entry) => entry[key]))].sort();
}

/** Return the hash that keeps a choice; empty when all are wanted. */
export function writeHash(wanted) {
  const kept = KEYS.filter((key) => wanted[key]).map((key) => [key, wanted[key]]);
  return kept.length ? `#${new URLSearchParams(kept)}` : "";
}

/** Return the choice that a hash keeps. */
export function readHash(hash) {
  const read = new URLSearchParams(hash.replace(/^#/, ""));
  return Object.fromEntries(KEYS.filter((key) => read.has(key)).map((key) => [key, read.get(key)]));
}
