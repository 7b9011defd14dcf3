/** Put a form into each `<div class="rc-try">`; without this script the page's own snippets stand alone. */

import { el, mountEach, say } from "./dom.js";
import { makeForm } from "./form.js";
import { isObject, makeObject, parseJson } from "./json.js";
import { makeRunPanel } from "./run-panel.js";
import { makeSnippetPanel } from "./snippet-panel.js";

mountEach(".rc-try", (place) => void mount(place));

async function mount(place) {
  const state = el("p", { role: "status" }, "Loading the form…");
  place.append(state);
  try {
    const reply = await fetch(new URL(place.dataset.schema, document.baseURI), { credentials: "omit" });
    if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
    const schema = parseJson(await reply.text());
    build(place, schema);
    state.remove();
  } catch (error) {
    say(state, `The form cannot be shown: ${error instanceof Error ? error.message : error}. The snippets on this page work without it.`);
  }
}

function build(place, schema) {
  if (!isObject(schema) || !isObject(schema.properties)) throw new Error("the schema describes no input");
  const model = readModel(schema);
  const snippets = makeSnippetPanel(model);
  const form = makeForm(model, exampleOf(schema), snippets.show);
  place.append(
    section("Fill in", form.node),
    section("Take away", snippets.node),
    section("Run on an emulator", makeRunPanel(model, form)),
  );
}

/**
 * Return the model that a schema file describes, its fields in the order of the docs.
 * @param {Record<string, any>} schema With `x-model`: `id`, `package`, `attribute_path`, `fields`, `order`, `output`.
 * @returns {import("./snippets.js").Model}
 */
export function readModel(schema) {
  const facts = schema["x-model"];
  const { properties } = schema;
  const names = [...new Set([...facts.order, ...Object.keys(properties)])].filter((name) => Object.hasOwn(properties, name));
  return {
    id: facts.id,
    package: facts.package,
    path: facts.attribute_path,
    names: facts.fields,
    output: facts.output ?? "",
    schema: { ...schema, properties: makeObject(names.map((name) => [name, properties[name]])) },
  };
}

/** Return the page's example: the schema's own, or else the samples of its required fields. */
export function exampleOf(schema) {
  const whole = Array.isArray(schema.examples) ? schema.examples[0] : undefined;
  if (isObject(whole)) return whole;
  const samples = Object.entries(schema.properties)
    .filter(([name, part]) => (schema.required ?? []).includes(name) && Array.isArray(part.examples))
    .map(([name, part]) => /** @type {[string, unknown]} */ ([name, part.examples[0]]));
  return makeObject(samples);
}

function section(title, content) {
  return el("section", { class: "rc-section", "aria-label": title }, el("h3", {}, title), content);
}
