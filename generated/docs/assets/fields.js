/** From an input's JSON Schema to the fields of a form. Pure. */

/**
 * @typedef {object} Field
 * @property {string} name Name on the wire; empty for an item of a list.
 * @property {string} label The readable name.
 * @property {string} help What the docs say.
 * @property {"text"|"integer"|"number"|"flag"|"choice"|"media"|"list"|"group"|"variants"|"null"} kind
 * @property {boolean} required
 * @property {boolean} nullable Whether null may be sent.
 * @property {boolean} long Whether the text is likely to have several lines.
 * @property {string} limits What is allowed, in words.
 * @property {unknown} fallback The service's own default; undefined if it names none.
 * @property {unknown} sample A sample value; undefined if there is none.
 * @property {unknown[]} choices The values of a choice.
 * @property {string} medium What a media field takes.
 * @property {Field|null} item What a list holds.
 * @property {Field[]} members What a group holds.
 * @property {Field[]} variants The alternatives of a field that takes several types.
 */

const LONG_TEXT = 48;
const LONG_LIMIT = 200;

/**
 * Return the fields of an input schema: required ones first, else in the schema's order.
 * @param {object} schema An object schema.
 * @returns {Field[]}
 */
export function readFields(schema) {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const properties = Object.entries(schema.properties ?? {});
  const fields = properties.map(([name, part]) => readField(name, part, required.has(name)));
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

/**
 * Return one field.
 * @param {string} name
 * @param {object} schema
 * @param {boolean} required
 * @returns {Field}
 */
export function readField(name, schema, required) {
  const branches = branchesOf(schema);
  const real = branches.filter((branch) => branch.type !== "null" && branch.const !== null);
  const single = real.length === 1 ? real[0] : null;
  const values = Array.isArray(schema.examples) ? schema.examples : [];
  return {
    name,
    label: typeof schema.title === "string" && schema.title ? schema.title : name,
    help: typeof schema.description === "string" ? schema.description : "",
    kind: single ? kindOf(single) : real.length ? "variants" : "null",
    required,
    nullable: real.length > 0 && takesNull(schema),
    long: isLong(schema, values[0]),
    limits: single ? limitsOf(single) : "",
    fallback: schema.default,
    sample: values[0],
    choices: single ? choicesOf(single).filter((choice) => choice !== null) : [],
    medium: single?.["x-media"] ?? "",
    item: single && kindOf(single) === "list" ? readField("", single.items ?? {}, true) : null,
    members: single && kindOf(single) === "group" ? readFields(single) : [],
    variants: single ? [] : real.map((branch) => readField("", { ...branch, title: branch.title ?? "" }, true)),
  };
}

/**
 * Return the alternatives of a schema, one for each type, with what stands beside `anyOf` folded in.
 * @param {object} schema
 * @returns {object[]} Schemas whose `type` is one name, or that have `enum` or `const`.
 */
export function branchesOf(schema) {
  if (Array.isArray(schema.anyOf)) {
    const { anyOf, ...rest } = schema;
    return anyOf.flatMap((branch) => branchesOf({ ...rest, ...branch }));
  }
  if (Array.isArray(schema.enum) || "const" in schema) return [schema];
  if (Array.isArray(schema.type)) return schema.type.map((type) => ({ ...schema, type }));
  return [schema];
}

/** Return the values that an `enum` or a `const` lists; empty if a schema has neither. */
export function choicesOf(schema) {
  if (Array.isArray(schema.enum)) return schema.enum;
  return "const" in schema ? [schema.const] : [];
}

/** Tell whether a schema takes null. */
export function takesNull(schema) {
  return branchesOf(schema).some((branch) =>
    choicesOf(branch).length ? choicesOf(branch).includes(null) : branch.type === "null",
  );
}

function kindOf(schema) {
  if (choicesOf(schema).length) return "choice";
  if (schema["x-media"]) return "media";
  const kinds = { integer: "integer", number: "number", boolean: "flag", array: "list", object: "group" };
  return kinds[schema.type] ?? "text";
}

function isLong(schema, sample) {
  const widget = String(schema["x-widget"] ?? "");
  return (
    /area|multi/i.test(widget) ||
    (schema.maxLength ?? 0) > LONG_LIMIT ||
    (typeof sample === "string" && (sample.length > LONG_TEXT || sample.includes("\n")))
  );
}

function limitsOf(schema) {
  const said = [
    ...range(schema.minimum, schema.maximum, ""),
    ...range(schema.minLength, schema.maxLength, " characters"),
    ...range(schema.minItems, schema.maxItems, " items"),
  ];
  if (schema.exclusiveMinimum !== undefined) said.push(`more than ${schema.exclusiveMinimum}`);
  if (schema.exclusiveMaximum !== undefined) said.push(`less than ${schema.exclusiveMaximum}`);
  if (schema.multipleOf !== undefined) said.push(`a multiple of ${schema.multipleOf}`);
  if (schema.pattern !== undefined) said.push(`matching ${schema.pattern}`);
  if (schema.uniqueItems) said.push("no item twice");
  return said.join("; ");
}

function range(low, high, unit) {
  const idle = unit && !low;
  if (low !== undefined && !idle && high !== undefined) return [`${low} to ${high}${unit}`];
  if (high !== undefined) return [`at most ${high}${unit}`];
  return low !== undefined && !idle ? [`at least ${low}${unit}`] : [];
}
