/** The calls of the Model API that a job needs. The token goes to the base URL that the reader gave, nowhere else. */

import { parseJson, isObject, writeJson } from "./json.js";

/** An answer that ends what was asked for. */
export class ServiceError extends Error {
  /**
   * @param {string} message
   * @param {{status?: number, detail?: unknown, doubtful?: boolean}} [facts] `doubtful`: it may pass.
   */
  constructor(message, { status = 0, detail = null, doubtful = false } = {}) {
    super(message);
    this.status = status;
    this.detail = detail;
    this.doubtful = doubtful;
  }
}

/**
 * Judge the base URL that the reader gave.
 * @param {string} text
 * @returns {{url: string, host: string, isLocal: boolean, problem: string}} `problem` is empty when it can be used.
 */
export function judgeBase(text) {
  const none = { url: "", host: "", isLocal: false };
  let url;
  try {
    url = new URL(text.trim());
  } catch {
    return { ...none, problem: "is no URL; an emulator's looks like http://127.0.0.1:8787" };
  }
  const isLocal = isLoopback(url.hostname);
  if (!["http:", "https:"].includes(url.protocol)) return { ...none, problem: "must begin with http:// or https://" };
  if (url.protocol === "http:" && !isLocal) {
    return { ...none, problem: "must be https; plain http is for this machine only" };
  }
  if (url.username || url.password || url.search || url.hash) {
    return { ...none, problem: "must hold no user name, query or fragment" };
  }
  const path = url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "");
  return { url: url.origin + path, host: url.host, isLocal, problem: "" };
}

/** Tell whether a host name is this machine. */
export function isLoopback(host) {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Return the calls, bound to a service.
 * @param {string} base Root of the service, without `/v1`.
 * @param {string} token
 */
export function connect(base, token) {
  /** @returns {Promise<Record<string, unknown>>} */
  async function call(method, path, signal, body) {
    let reply;
    try {
      reply = await fetch(`${base}/v1/${path}`, {
        method,
        signal,
        body,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        redirect: "error",
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
    } catch (error) {
      signal?.throwIfAborted();
      const words = error instanceof Error ? error.message : String(error);
      throw new ServiceError(`no answer from ${base} (${words})`, { doubtful: true });
    }
    return read(reply, await reply.text().catch(() => ""));
  }

  const job = (id) => `requests/${encodeURIComponent(id)}`;
  return {
    submit: async (model, payload, signal) => {
      const path = `models/${model.split("/").map(encodeURIComponent).join("/")}`;
      const reply = await call("POST", path, signal, writeJson(payload));
      const id = reply.request_id;
      if (typeof id === "string" && /^[\w-][\w.~:-]{0,127}$/.test(id)) return id;
      throw new ServiceError("the reply names no usable request id", { doubtful: true });
    },
    status: (id, signal) => call("GET", `${job(id)}/status`, signal),
    result: (id, signal) => call("GET", `${job(id)}/result`, signal),
    cancel: (id, signal) => call("POST", `${job(id)}/cancel`, signal),
  };
}

function read(reply, text) {
  let body = null;
  try {
    body = parseJson(text);
  } catch {
    // an answer that is no JSON is told by its HTTP status
  }
  const value = isObject(body) ? body : {};
  const code = value.error_code ?? null;
  if (reply.ok && isObject(body) && code === null) return value;
  const places = [value.error_message, value.message, value.error, value.detail];
  const words = places.find((said) => typeof said === "string");
  const facts = [`HTTP ${reply.status}`, code === null ? "" : `code ${code}`].filter(Boolean).join(", ");
  const status = code === null ? reply.status : Number(String(code).slice(0, 3));
  const doubtful = reply.ok ? code === null : status >= 500 || [408, 409, 425, 429].includes(status) || code === 400005;
  throw new ServiceError(`${words ? `the service says: ${words.slice(0, 300)}` : "the service refused"} (${facts})`, {
    status,
    detail: value.detail ?? null,
    doubtful,
  });
}
