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
  const model = readModel(place.dataset, schema);
  const snippets = makeSnippetPanel(model);
  const form = makeForm(model, exampleOf(schema), snippets.show);
  place.append(
    section("Fill in", form.node),
    section("Take away", snippets.node),
    section("Run on an emulator", makeRunPanel(model, form)),
  );
}

/** @returns {import("./snippets.js").Model} */
function readModel(facts, schema) {
  const names = facts.names ? parseJson(facts.names) : {};
  return {
    id: facts.model ?? "",
    package: facts.package || "runcomfy_sdk",
    path: facts.path ?? "",
    names: isObject(names) ? names : {},
    output: facts.output ?? "",
    schema,
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
