/** Follow a job to its end. */

import { ServiceError } from "./service.js";

const DEADLINE_SECONDS = 900;
const FAILED = new Set(["failed", "error"]);
const CANCELLED = new Set(["cancelled", "canceled"]);
const FINISHED = new Set(["completed", "succeeded", "success", "done", ...FAILED, ...CANCELLED]);

/**
 * @typedef {object} Ended
 * @property {"succeeded"|"failed"|"cancelled"} state
 * @property {unknown} output
 * @property {unknown} error
 */

/**
 * Ask for a job's status until it has ended, then for its result. A passing fault of a call is survived.
 * @param {ReturnType<import("./service.js").connect>} service
 * @param {string} id
 * @param {(words: string) => void} tell Called with each state.
 * @param {AbortSignal} signal Stops asking; the job goes on.
 * @returns {Promise<Ended>}
 * @throws {ServiceError} If the service refuses, or the job takes too long.
 */
export async function follow(service, id, tell, signal) {
  const start = performance.now();
  let isOver = false;
  for (;;) {
    const elapsed = (performance.now() - start) / 1000;
    try {
      const reply = await (isOver ? service.result(id, signal) : service.status(id, signal));
      const state = String(reply.status ?? "").toLowerCase();
      if (isOver && FINISHED.has(state)) return ending(state, reply);
      isOver ||= FINISHED.has(state);
      tell(isOver ? "reading the result" : inWords(state, reply.queue_position));
      if (isOver && elapsed < DEADLINE_SECONDS) continue;
    } catch (error) {
      if (!(error instanceof ServiceError) || !error.doubtful) throw error;
      tell(`asking again: ${error.message}`);
    }
    if (elapsed > DEADLINE_SECONDS) {
      throw new ServiceError(`not done after ${DEADLINE_SECONDS} s; request ${id} goes on`);
    }
    await pause(Math.min(5, Math.max(0.5, elapsed * 0.08)), signal);
  }
}

function ending(state, reply) {
  const isBad = FAILED.has(state) || CANCELLED.has(state);
  const word = isBad ? (FAILED.has(state) ? "failed" : "cancelled") : "succeeded";
  return { state: word, output: reply.output, error: reply.error ?? reply.error_message };
}

function inWords(state, position) {
  if (state === "in_queue") return Number.isInteger(position) ? `in the queue, place ${position}` : "in the queue";
  return state === "in_progress" ? "running" : state.replaceAll("_", " ").slice(0, 60);
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => (clearTimeout(timer), reject(signal.reason));
    const timer = setTimeout(() => (signal.removeEventListener("abort", stop), resolve(undefined)), seconds * 1000);
    signal.addEventListener("abort", stop, { once: true });
  });
}
