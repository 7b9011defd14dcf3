/** Submit the input to a running emulator, follow the job, cancel it, show what came of it. */

import { el, freshId, say } from "./dom.js";
import { button } from "./form.js";
import { follow } from "./job.js";
import { showOutput } from "./results.js";
import { ServiceError, connect, judgeBase } from "./service.js";
import { writeJson } from "./json.js";

const EMULATOR = "http://127.0.0.1:8787";
const TOKEN_WORDS = "Kept in this page's memory only, sent to the base URL only. The emulator takes any.";

/**
 * Make the panel.
 * @param {import("./snippets.js").Model} model
 * @param {import("./form.js").Form} form
 * @returns {HTMLElement}
 */
export function makeRunPanel(model, form) {
  /** @type {{service: ReturnType<typeof connect>, id: string, stop: AbortController}|null} */
  let running = null;
  const base = el("input", { type: "url", value: EMULATOR, autocomplete: "off", spellcheck: "false", oninput: warn });
  const token = el("input", { type: "password", autocomplete: "off", spellcheck: "false" });
  const baseNote = el("p", { class: "rc-help", id: freshId("base"), role: "status" });
  const tokenNote = el("p", { class: "rc-help", id: freshId("token") }, TOKEN_WORDS);
  const state = el("p", { class: "rc-state", role: "status" });
  const outcome = el("div", { class: "rc-outcome" });
  const submit = button("Submit", () => void run(), "rc-primary");
  const cancel = button("Cancel", () => void abandon());
  cancel.disabled = true;
  base.setAttribute("aria-describedby", baseNote.id);
  token.setAttribute("aria-describedby", tokenNote.id);
  warn();
  return el(
    "div",
    { class: "rc-run" },
    el(
      "p",
      { class: "rc-help" },
      "Start the emulator with ",
      el("code", {}, "runcomfy-sdk emulator"),
      "; it answers like the service and costs nothing.",
    ),
    field("Base URL", base, baseNote),
    field("Token", token, tokenNote),
    el("div", { class: "rc-buttons" }, submit, cancel),
    state,
    outcome,
  );

  function warn() {
    const judged = judgeBase(base.value);
    say(baseNote, judged.problem ? `The base URL ${judged.problem}.` : judged.isLocal ? "" : elsewhere(judged.host));
    if (judged.problem) base.setAttribute("aria-invalid", "true");
    else base.removeAttribute("aria-invalid");
    say(submit, judged.isLocal || judged.problem ? "Submit" : `Submit to ${judged.host}`);
  }

  async function run() {
    const judged = judgeBase(base.value);
    if (running || !form.check()) return;
    if (judged.problem) {
      base.focus();
      return;
    }
    const job = { service: connect(judged.url, token.value || "emulator-token"), id: "", stop: new AbortController() };
    if (!judged.isLocal && !token.value) {
      say(state, `A token is needed for ${judged.host}; nothing was sent.`);
      token.focus();
      return;
    }
    running = job;
    busy(true);
    outcome.replaceChildren();
    tell("submitting");
    try {
      job.id = await job.service.submit(model.id, form.payload(), job.stop.signal);
      cancel.disabled = false;
      show(await follow(job.service, job.id, (words) => present(job, words), job.stop.signal), job.id);
    } catch (error) {
      if (!job.stop.signal.aborted) explain(error, job);
    } finally {
      running = null;
      busy(false);
    }
  }

  /** Tell a state, or stop asking when the page has gone on to another. */
  function present(job, words) {
    if (submit.isConnected) tell(`${words} (request ${job.id})`);
    else job.stop.abort();
  }

  async function abandon() {
    const job = running;
    if (!job?.id) return;
    cancel.disabled = true;
    try {
      const reply = await job.service.cancel(job.id, AbortSignal.timeout(5000));
      const said = String(reply.outcome ?? reply.status ?? "").replaceAll("_", " ");
      const words = said === "cancelled" ? "cancelled; confirming" : `the service says: ${said.slice(0, 60)}`;
      if (running === job) tell(words);
    } catch (error) {
      if (running === job) tell(`could not be cancelled: ${error instanceof Error ? error.message : error}`);
    }
  }

  function show(ended, id) {
    tell(ended.state === "succeeded" ? `succeeded (request ${id})` : `${ended.state} (request ${id})`);
    if (ended.state === "succeeded") outcome.replaceChildren(showOutput(ended.output, model.output));
    else if (ended.error) outcome.replaceChildren(el("p", { class: "rc-fault" }, written(ended.error)));
  }

  function explain(error, job) {
    const words = error instanceof Error ? error.message : String(error);
    const isUnknown = !job.id && error instanceof ServiceError && error.doubtful;
    tell(isUnknown ? `${words}. Whether a job was made is not known; it was not sent again.` : words);
    const faults = error instanceof ServiceError ? faultsOf(error.detail) : [];
    if (!job.id && faults.length) form.refuse(faults, "The service refused the input:");
  }

  function tell(words) {
    say(state, words.charAt(0).toUpperCase() + words.slice(1));
  }

  function busy(isBusy) {
    submit.disabled = isBusy;
    if (!isBusy) cancel.disabled = true;
    outcome.setAttribute("aria-busy", String(isBusy));
  }
}

function elsewhere(host) {
  return (
    `This is another machine: the input and the token go to ${host}, and a job may be charged. ` +
    "A browser may by itself send a submit again whose answer was lost, which the SDK never does."
  );
}

function field(label, input, note) {
  input.id = freshId("input");
  return el("div", { class: "rc-field" }, el("label", { for: input.id }, label), input, note);
}

function written(value) {
  return (typeof value === "string" ? value : writeJson(value)).slice(0, 2000);
}

/** Return the faults that the service names in `detail`. */
function faultsOf(detail) {
  if (!Array.isArray(detail)) return [];
  return detail
    .filter((entry) => Array.isArray(entry?.loc) && typeof entry.msg === "string")
    .map(({ loc, msg }) => ({ path: loc.filter((part, at) => at || part !== "body"), message: msg.slice(0, 300) }));
}
