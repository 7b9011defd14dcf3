/** Show a job's output; nothing is loaded from another machine by itself. */

import { el } from "./dom.js";
import { isObject, writeJson } from "./json.js";
import { isLoopback } from "./service.js";

const ENDINGS = [
  [/\.(png|jpe?g|webp|gif|avif|bmp)$/i, "image"],
  [/\.(mp4|webm|mov|m4v)$/i, "video"],
  [/\.(wav|mp3|flac|ogg|m4a|opus)$/i, "audio"],
];

/**
 * Return an output as elements: its media, and the output itself as JSON.
 * @param {unknown} output
 * @param {string} kind What the model makes; used where a file's name does not tell.
 * @returns {HTMLElement}
 */
export function showOutput(output, kind) {
  const links = [...new Set(addresses(output))];
  const shown = links.map((link, at) => medium(link, at + 1, kind));
  const text = el("code", {}, shorten(writeJson(output ?? null)));
  const raw = el("pre", { tabindex: "0", role: "region", "aria-label": "Output as JSON" }, text);
  return el("div", { class: "rc-output" }, ...shown, el("details", {}, el("summary", {}, "Output as JSON"), raw));
}

/** Return the addresses inside an output: http, https, and pictures as data URIs; others are text to us. */
export function addresses(output) {
  if (Array.isArray(output)) return output.flatMap(addresses);
  if (isObject(output)) return Object.values(output).flatMap(addresses);
  return typeof output === "string" && checked(output) ? [output] : [];
}

function checked(text) {
  if (/^data:image\/(png|jpeg|webp|gif|avif);base64,[A-Za-z0-9+/=]+$/.test(text)) return true;
  if (!/^https?:\/\//i.test(text)) return false;
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}

function medium(link, number, kind) {
  const isData = link.startsWith("data:");
  const url = new URL(link);
  const found = isData ? "image" : (ENDINGS.find(([ending]) => ending.test(url.pathname))?.[1] ?? kind);
  const name = `${found || "file"} ${number}`;
  const safe = { rel: "noopener noreferrer", target: "_blank", referrerpolicy: "no-referrer" };
  const anchor = isData ? null : el("a", { href: url.href, ...safe }, `${name} at ${url.host}`);
  if (!isData && !isLoopback(url.hostname)) return el("p", {}, anchor);
  const shown = player(found, link, name);
  return el("figure", {}, shown, el("figcaption", {}, anchor ?? name));
}

function player(kind, link, name) {
  if (kind === "image") return el("img", { src: link, alt: `Result: ${name}`, referrerpolicy: "no-referrer" });
  if (kind === "video" || kind === "audio") {
    return el(kind, { src: link, controls: true, preload: "metadata", "aria-label": `Result: ${name}` });
  }
  return null;
}

function shorten(text) {
  return text.length > 20_000 ? `${text.slice(0, 20_000)}…` : text;
}
