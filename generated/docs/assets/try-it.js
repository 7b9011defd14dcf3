/** Put a form into each `<div class="rc-try">`; without this script the page's own snippets stand alone. */

import { el, mountEach, say } from "./dom.js";
import { makeForm } from "./form.js";
import { isObject, parseJson } from "./json.js";
import { exampleOf, readModel } from "./model.js";
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
    const words = error instanceof Error ? error.message : String(error);
    say(state, `The form cannot be shown: ${words}. The snippets on this page work without it.`);
  }
}

function build(place, schema) {
  if (!isObject(schema) || !isObject(schema.properties)) throw new Error("the schema describes no input");
  const model = readModel(schema);
  const snippets = makeSnippetPanel(model);
  const form = makeForm(model, exampleOf(model.schema), snippets.show);
  place.append(
    section("Fill in", form.node),
    section("Take away", snippets.node),
    section("Run on an emulator", makeRunPanel(model, form)),
  );
}

function section(title, content) {
  return el("section", { class: "rc-section", "aria-label": title }, el("h3", {}, title), content);
}
