/** What a schema file says of a model. Pure. */

import { isObject, makeObject } from "./json.js";

/**
 * Return the model that a schema file describes, its fields in the order of the docs.
 * @param {Record<string, any>} schema With `x-model`: `id`, `package`, `attribute_path`, `fields`, `order`, `output`.
 * @returns {import("./snippets.js").Model}
 */
export function readModel(schema) {
  const facts = schema["x-model"];
  const { properties } = schema;
  const known = (name) => Object.hasOwn(properties, name);
  const names = [...new Set([...facts.order, ...Object.keys(properties)])].filter(known);
  return {
    id: facts.id,
    package: facts.package,
    path: facts.attribute_path,
    names: facts.fields,
    output: facts.output ?? "",
    schema: { ...schema, properties: makeObject(names.map((name) => [name, properties[name]])) },
  };
}

/**
 * Return the page's example, or else the samples of the required fields; in the order of the schema.
 * @param {Record<string, any>} schema
 * @returns {Record<string, unknown>}
 */
export function exampleOf(schema) {
  const whole = Array.isArray(schema.examples) ? schema.examples[0] : undefined;
  const required = schema.required ?? [];
  const sampled = Object.entries(schema.properties).flatMap(([name, part]) => {
    if (isObject(whole)) return Object.hasOwn(whole, name) ? [[name, whole[name]]] : [];
    return required.includes(name) && Array.isArray(part.examples) ? [[name, part.examples[0]]] : [];
  });
  return makeObject(/** @type {[string, unknown][]} */ (sampled));
}
