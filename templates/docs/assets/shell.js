/** Words for a POSIX shell. Pure. */

import { isPrintable } from "./json.js";

/** Return a text as one word, as Python's `shlex.quote` writes it. */
export function quoteWord(text) {
  if (!text) return "''";
  return /[^A-Za-z0-9_@%+=:,./-]/.test(text) ? `'${text.replaceAll("'", `'"'"'`)}'` : text;
}

/** Return whether a text can be typed in a shell: control characters cannot, and others are not seen. */
export function isTypable(text) {
  return isPrintable(text.replaceAll("\n", ""));
}

/** Return a file name as a path that is taken for neither an option, a link, a list nor a reference. */
export function pathWord(name) {
  return /^[A-Za-z0-9_.][^:]*$/.test(name) ? name : `./${name}`;
}
