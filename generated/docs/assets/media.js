/** Media as inputs: addresses, data URIs and local files, judged by their first bytes as the SDK judges them. */

import { LocalFile } from "./json.js";
import { measureFile } from "./measure.js";

const HEAD = 64;
const SIGNATURES = [
  ["89504e470d0a1a0a", "image/png"],
  ["ffd8ff", "image/jpeg"],
  ["474946383761", "image/gif"],
  ["474946383961", "image/gif"],
  ["424d", "image/bmp"],
  ["49492a00", "image/tiff"],
  ["4d4d002a", "image/tiff"],
  ["0000000c4a584c200d0a870a", "image/jxl"],
  ["ff0a", "image/jxl"],
  ["0000000c6a5020200d0a870a", "image/jp2"],
  ["000001ba", "video/mpeg"],
  ["000001b3", "video/mpeg"],
  ["464c5601", "video/x-flv"],
  ["494433", "audio/mpeg"],
  ["fffb", "audio/mpeg"],
  ["fffa", "audio/mpeg"],
  ["fff3", "audio/mpeg"],
  ["fff2", "audio/mpeg"],
  ["fff1", "audio/aac"],
  ["fff9", "audio/aac"],
  ["664c6143", "audio/flac"],
  ["4f676753", "audio/ogg"],
  ["2321414d52", "audio/amr"],
];
const FORMS = {
  "RIFF WEBP": "image/webp",
  "RIFF WAVE": "audio/wav",
  "RIFF AVI ": "video/x-msvideo",
  "FORM AIFF": "audio/aiff",
  "FORM AIFC": "audio/aiff",
};
const BRANDS = {
  avif: "image/avif",
  avis: "image/avif",
  heic: "image/heic",
  heix: "image/heic",
  hevc: "image/heic",
  mif1: "image/heif",
  msf1: "image/heif",
  "M4A ": "audio/mp4",
  "M4B ": "audio/mp4",
  "qt  ": "video/quicktime",
  "3gp4": "video/3gpp",
  "3gp5": "video/3gpp",
};
/** Containers that hold more than one kind of medium. */
const SHARED = {
  audio: ["video/webm", "video/mp4", "application/ogg"],
  video: ["audio/ogg", "application/mp4", "application/ogg"],
};

/**
 * Return why a medium cannot stand where one of `kind` is expected; null when it can.
 * @param {string|LocalFile} value A URL, a data URI or a local file.
 * @param {string} kind `image`, `video`, `audio` or `file`.
 * @returns {string|null}
 */
export function mediaFault(value, kind) {
  const text = value instanceof LocalFile ? value.uri : value;
  if (/^https?:\/\//i.test(text)) return null;
  if (!/^data:/i.test(text)) return "is no http(s) URL and no data URI; give a pathlib.Path for a local file";
  const comma = text.indexOf(",");
  if (comma < 0) return "is a data URI without a comma; one looks like data:image/png;base64,…";
  const [type, ...parameters] = text.slice(5, comma).split(";").map((part) => part.trim().toLowerCase());
  const content = decode(text.slice(comma + 1), parameters.includes("base64"));
  if (content === null) return "is a data URI whose base64 is malformed";
  if (!content.length) return "is empty";
  return contentFault(content, kind) ?? promiseFault(type, kind);
}

function contentFault(content, kind) {
  if (kind === "file") return null;
  const found = sniff(content);
  if (found) return fits(found, kind) ? null : `is ${found}, but ${kind} is expected`;
  const shown = hex(content.subarray(0, 8)).replace(/..(?=.)/g, "$& ");
  return `is no ${kind} of a known format (its first bytes are ${shown})`;
}

function promiseFault(type, kind) {
  const named = /^(image|video|audio)\s*(\/|$)/.test(type);
  return named && !fits(type, kind) ? `is a data URI of ${type.slice(0, 80)}, but ${kind} is expected` : null;
}

/** Return the first bytes of a data URI's data; null if its base64 is malformed. */
function decode(data, isBase64) {
  const plain = (text) => {
    const bytes = text.replace(/%([0-9a-f]{2})/gi, (_all, digits) => String.fromCharCode(parseInt(digits, 16)));
    return bytes === text ? text : bytes;
  };
  if (!isBase64) return Uint8Array.from(plain(data).slice(0, HEAD), (letter) => letter.charCodeAt(0) & 0xff);
  for (const text of [data, plain(data)]) {
    if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
      return Uint8Array.from(atob(text.slice(0, 4 * HEAD)), (letter) => letter.charCodeAt(0));
    }
  }
  return null;
}

/** Return the media type that first bytes show; null when they are of no known format. */
export function sniff(head) {
  const text = String.fromCharCode(...head.subarray(0, HEAD));
  if (/^(RIFF|FORM)/.test(text)) return FORMS[`${text.slice(0, 4)} ${text.slice(8, 12)}`] ?? null;
  if (text.slice(4, 8) === "ftyp") return BRANDS[text.slice(8, 12)] ?? "video/mp4";
  const digits = hex(head.subarray(0, HEAD));
  if (digits.startsWith("1a45dfa3")) return text.includes("matroska") ? "video/x-matroska" : "video/webm";
  return SIGNATURES.find(([magic]) => digits.startsWith(magic))?.[1] ?? null;
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fits(type, kind) {
  return kind === "file" || type.startsWith(`${kind}/`) || (SHARED[kind] ?? []).includes(type);
}

/**
 * Read a file that the reader chose.
 * @param {File} file
 * @returns {Promise<LocalFile>}
 * @throws {DOMException} If it cannot be read.
 */
export async function readFile(file) {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const type = sniff(head) ?? (/^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : "application/octet-stream");
  const uri = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  const content = uri.slice(uri.indexOf(",") + 1);
  return new LocalFile(file.name, type, file.size, `data:${type};base64,${content}`, await measureFile(file, type));
}
