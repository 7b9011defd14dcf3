/** What is wrong with a payload, in the words of the SDK's `InvalidInput`. Pure. */

import { branchesOf, choicesOf, takesNull } from "./fields.js";
import { LocalFile, canonical, isNumber, isObject, writeJson } from "./json.js";
import { mediaFault } from "./media.js";
import { plainNumber, pythonRepr } from "./python.js";
import { brokenRules } from "./rules.js";

/**
 * @typedef {object} Fault
 * @property {(string|number)[]} path Names and indices that lead to the value.
 * @property {string} message
 */

/** Largest request body that is sent, as in the SDK. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/**
 * Return all faults of a payload, one for each place, in document order; empty when it fits.
 * @param {object} schema The model's input schema.
 * @param {Record<string, unknown>} payload
 * @returns {Fault[]}
 */
export function findFaults(schema, payload) {
  const media = mediaFaults(schema, payload, []);
  const broken = new Set(media.map((fault) => pointer(fault.path)));
  const others = merged(objectFaults(schema, payload, [])).filter((fault) => !broken.has(pointer(fault.path)));
  const found = [...media, ...others];
  return found.length ? found : sizeFaults(payload);
}

/** Return the JSON pointer of a path. */
export function pointer(path) {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Return one fault for each place; several messages about it are joined, as the alternatives of a union are. */
function merged(faults) {
  const byPlace = new Map();
  for (const fault of faults) {
    const place = pointer(fault.path);
    const earlier = byPlace.get(place);
    if (!earlier) byPlace.set(place, fault);
    else if (!earlier.message.includes(fault.message)) {
      byPlace.set(place, { path: fault.path, message: `${earlier.message}; or: ${fault.message}` });
    }
  }
  return [...byPlace.values()];
}

function objectFaults(schema, value, path) {
  const properties = Object.entries(schema.properties ?? {});
  const known = new Set(properties.map(([name]) => name));
  const required = new Set(schema.required ?? []);
  const inside = properties.flatMap(([name, part]) => {
    if (Object.hasOwn(value, name)) return memberFaults(part, value[name], [...path, name]);
    return required.has(name) ? [{ path: [...path, name], message: "is required" }] : [];
  });
  const strangers = schema.additionalProperties === false ? Object.keys(value).filter((name) => !known.has(name)) : [];
  return [...inside, ...strangers.map((name) => ({ path: [...path, name], message: "is not a field of this model" }))];
}

/** Return the faults of an object's member, which may be neither null nor a truth value unless that is said. */
function memberFaults(schema, value, path) {
  if (value === null && !takesNull(schema)) {
    return [{ path, message: "must not be null; leave the field out instead" }];
  }
  if (hasRepeats(schema, value)) return [{ path, message: "must not hold the same item twice" }];
  if (typeof value === "boolean" && !takesBoolean(schema)) return [{ path, message: "must not be true or false" }];
  return valueFaults(schema, value, path);
}

function hasRepeats(schema, value) {
  if (!Array.isArray(value)) return false;
  return branchesOf(schema).some(
    (branch) =>
      (branch.uniqueItems && new Set(value.map(canonical)).size < value.length) ||
      (branch.items && value.some((item) => hasRepeats(branch.items, item))),
  );
}

function takesBoolean(schema) {
  return branchesOf(schema).some((branch) =>
    choicesOf(branch).length
      ? choicesOf(branch).some((choice) => typeof choice === "boolean")
      : branch.type === "boolean",
  );
}

function valueFaults(schema, value, path) {
  if (value === null && takesNull(schema)) return [];
  const branches = branchesOf(schema).filter((branch) => branch.type !== "null");
  const tried = branches.map((branch) => branchFaults(branch, value, path));
  return tried.some((faults) => !faults.length) ? [] : tried.flat();
}

function branchFaults(schema, value, path) {
  const choices = choicesOf(schema);
  if (choices.length) {
    const fits = choices.some((choice) => canonical(choice) === canonical(value));
    return fits ? [] : [{ path, message: `input should be ${listed(choices)}` }];
  }
  const check = CHECKS[schema.type];
  return check ? check(schema, value, path) : [];
}

function listed(choices) {
  const shown = choices.filter((choice) => choice !== null).map((choice) => {
    if (typeof choice === "string") return pythonRepr(choice);
    return { true: "True", false: "False" }[String(choice)] ?? String(choice);
  });
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}` : shown.join("");
}

const CHECKS = {
  string: stringFaults,
  integer: (schema, value, path) =>
    typeof value === "bigint" || Number.isInteger(value)
      ? numberFaults(schema, value, path)
      : [{ path, message: isEndless(value) ? "is not a finite number" : "input should be a valid integer" }],
  number: (schema, value, path) => {
    if (!isNumber(value)) return [{ path, message: "input should be a valid number" }];
    return isEndless(value) ? [{ path, message: "is not a finite number" }] : numberFaults(schema, value, path);
  },
  boolean: (_schema, value, path) =>
    typeof value === "boolean" ? [] : [{ path, message: "input should be a valid boolean" }],
  array: arrayFaults,
  object: (schema, value, path) =>
    isObject(value) ? objectFaults(schema, value, path) : [{ path, message: "input should be a valid dictionary" }],
};

function isEndless(value) {
  return typeof value === "number" && !Number.isFinite(value);
}

function first(rules, path) {
  const broken = rules.find(([isBroken]) => isBroken());
  return broken ? [{ path, message: broken[1] }] : [];
}

function numberFaults(schema, value, path) {
  const { multipleOf, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  return first(
    [
      [() => isOffStep(value, multipleOf), `input should be a multiple of ${plainNumber(multipleOf)}`],
      [() => value > maximum, `input should be less than or equal to ${plainNumber(maximum)}`],
      [() => value >= exclusiveMaximum, `input should be less than ${plainNumber(exclusiveMaximum)}`],
      [() => value < minimum, `input should be greater than or equal to ${plainNumber(minimum)}`],
      [() => value <= exclusiveMinimum, `input should be greater than ${plainNumber(exclusiveMinimum)}`],
    ],
    path,
  );
}

/** Tell whether a number is no multiple; fractions are given the tolerance that the SDK gives them. */
function isOffStep(value, step) {
  if (step === undefined) return false;
  if (Number.isInteger(Number(step)) && (typeof value === "bigint" || Number.isInteger(value))) {
    return BigInt(value) % BigInt(step) !== 0n;
  }
  const rest = Math.abs(Number(value) % Number(step));
  const threshold = Math.abs(Number(value) / 1e9);
  return rest > threshold && Math.abs(rest - Number(step)) > threshold;
}

function stringFaults(schema, value, path) {
  if (value instanceof LocalFile) return [];
  if (typeof value !== "string") return [{ path, message: "input should be a valid string" }];
  const { minLength = 0, maxLength = Infinity, pattern } = schema;
  const length = Array.from(value).length;
  return first(
    [
      [() => length > maxLength, `string should have at most ${plural(maxLength, "character")}`],
      [() => length < minLength, `string should have at least ${plural(minLength, "character")}`],
      [() => pattern !== undefined && !matches(pattern, value), `string should match pattern '${pattern}'`],
    ],
    path,
  );
}

/** Tell whether a text matches; a pattern that this browser cannot read is left to the service. */
function matches(pattern, text) {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}

function arrayFaults(schema, value, path) {
  if (!Array.isArray(value)) return [{ path, message: "input should be a valid list" }];
  const { minItems = 0, maxItems = Infinity, items = {} } = schema;
  const count = value.length;
  if (count > maxItems) {
    return [{ path, message: `list should have at most ${plural(maxItems, "item")} after validation, not ${count}` }];
  }
  const inside = value.flatMap((item, index) => valueFaults(items, item, [...path, index]));
  if (inside.length || count >= minItems) return inside;
  return [{ path, message: `list should have at least ${plural(minItems, "item")} after validation, not ${count}` }];
}

function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Return the faults of media by their text or content. */
function mediaFaults(schema, value, path, rules = []) {
  const branches = branchesOf(schema);
  const own = schema["x-validations"];
  const ruled = Array.isArray(own) ? [...rules, ...own] : rules;
  if (typeof value === "string" || value instanceof LocalFile) {
    const medium = branches.map((branch) => branch["x-media"]).find(Boolean);
    const message = medium ? mediaFault(value, medium) : null;
    if (message) return [{ path, message }];
    const broken = value instanceof LocalFile ? brokenRules(value, ruled) : [];
    return broken.length ? [{ path, message: broken.join("; ") }] : [];
  }
  return branches.flatMap((branch) => {
    if (Array.isArray(value)) {
      return value.flatMap((item, index) =>
        branch.items ? mediaFaults(branch.items, item, [...path, index], ruled) : [],
      );
    }
    if (!isObject(value)) return [];
    const members = Object.entries(branch.properties ?? {}).filter(([name]) => Object.hasOwn(value, name));
    return members.flatMap(([name, part]) => mediaFaults(part, value[name], [...path, name]));
  });
}

function sizeFaults(payload) {
  const size = new TextEncoder().encode(writeJson(payload)).length;
  if (size <= MAX_REQUEST_BYTES) return [];
  const message = `the request is ${size} bytes, more than ${MAX_REQUEST_BYTES}; give URLs for large files`;
  return [{ path: [], message }];
}
