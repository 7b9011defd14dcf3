/** The same payload as Python, as a command and as a request; each quoted for its own reader. Pure. */

import { branchesOf, choicesOf } from "./fields.js";
import { LocalFile, localFiles, quoteJson, writeJson } from "./json.js";
import { pythonLiteral } from "./python.js";
import { isTypable, pathWord, quoteWord } from "./shell.js";

/**
 * @typedef {object} Model
 * @property {string} id
 * @property {string} package Name of the Python package.
 * @property {string} path Path of attributes below the client.
 * @property {Record<string, string>} names Python name by wire name.
 * @property {string} output Kind of the files it makes; empty when unknown.
 * @property {object} schema The input schema.
 */

export const SERVICE = "https://model-api.runcomfy.net";

/** Longest body that a shell takes as one word (Linux allows 128 KiB). */
const LONGEST_WORD = 100_000;
/** Stands around the number of a file; JSON text never holds this character itself. */
const MARK = "\0";
const NOT_FLAGS = new Set(
  (
    "model help input input-file dry-run unlisted output-dir no-download no-wait timeout on-timeout output base-url " +
    "quiet"
  ).split(" "),
);

/**
 * Return the four snippets.
 * @param {Model} model
 * @param {Record<string, unknown>} payload
 * @returns {{title: string, language: string, code: string}[]}
 */
export function writeSnippets(model, payload) {
  return [
    { title: "Python", language: "python", code: writePython(model, payload) },
    { title: "Python, async", language: "python", code: writeAsync(model, payload) },
    { title: "Command line", language: "sh", code: writeCommand(model, payload) },
    { title: "curl", language: "sh", code: writeCurl(model, payload) },
  ];
}

function writePython(model, payload) {
  const head = localFiles(payload).length ? "from pathlib import Path\n\n" : "";
  return (
    `${head}from ${model.package} import RunComfy\n\nclient = RunComfy()\n` +
    `out = client.${model.path}.run(\n${argumentLines(model, payload, 4)})\nprint(${saving(model)})\n`
  );
}

function writeAsync(model, payload) {
  const head = localFiles(payload).length ? "from pathlib import Path\n" : "";
  return (
    `import asyncio\n${head}\nfrom ${model.package} import AsyncRunComfy\n\n\nasync def main() -> None:\n` +
    "    async with AsyncRunComfy() as client:\n" +
    `        out = await client.${model.path}.run(\n${argumentLines(model, payload, 12)}        )\n` +
    `        print(await ${saving(model)})\n\n\nasyncio.run(main())\n`
  );
}

function argumentLines(model, payload, indent) {
  const pad = " ".repeat(indent);
  return Object.entries(payload)
    .map(([wire, value]) => `${pad}${nameOf(model, wire)}=${pythonLiteral(value, indent)},\n`)
    .join("");
}

function nameOf(model, wire) {
  return Object.hasOwn(model.names, wire) ? model.names[wire] : wire;
}

function saving(model) {
  const isNamed = ["image", "video", "audio"].includes(model.output);
  return isNamed ? `out.${model.output}.save("out/")` : 'out.files[0].save("out/")';
}

function writeCommand(model, payload) {
  const words = Object.entries(payload).map(([wire, value]) => fieldWords(model, wire, value));
  const given = words.every(Boolean)
    ? words.flat()
    : [`--input ${quoteWord(writeJson(payload, (file) => quoteJson(pathWord(file.name))))}`];
  return `${[`runcomfy-sdk run ${quoteWord(model.id)}`, ...given, "--output-dir out"].join(" \\\n  ")}\n`;
}

/** Return the words that give one field on the command line; null where only JSON can give it. */
function fieldWords(model, wire, value) {
  const loose = wire.replaceAll("-", "_").toLowerCase();
  const twins = Object.keys(model.schema.properties ?? {}).filter(
    (name) => name.replaceAll("-", "_").toLowerCase() === loose,
  );
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(wire) || twins.length > 1) return null;
  const flag = flagOf(wire);
  const schema = model.schema.properties?.[wire] ?? {};
  if (flag && isPlainText(schema, value)) return textWords(flag, [value]);
  const items = branchesOf(schema)[0]?.items;
  const listed = Array.isArray(value) && value.length && items && value.every((item) => isPlainText(items, item));
  if (flag && listed && !value.some((item) => String(item).startsWith("["))) return textWords(flag, value);
  const json = writeJson(value, (file) => quoteJson(pathWord(file.name)));
  return [quoteWord(`${wire}:=${json}`)];
}

function flagOf(wire) {
  const flag = wire.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").replaceAll("_", "-").toLowerCase();
  return NOT_FLAGS.has(flag) || flag.startsWith("field-") ? null : `--${flag}`;
}

/** Tell whether the command line reads the text of a value as that value and nothing else. */
function isPlainText(schema, value) {
  const branches = branchesOf(schema);
  if (value instanceof LocalFile) return isTypable(value.name);
  if (typeof value !== "string" || branches.length !== 1 || !isTypable(value)) return false;
  const choices = choicesOf(branches[0]);
  return choices.length ? choices.every((choice) => typeof choice === "string") : branches[0].type === "string";
}

function textWords(flag, values) {
  return values.map((value) => `${flag} ${quoteWord(value instanceof LocalFile ? pathWord(value.name) : value)}`);
}

function writeCurl(model, payload) {
  const url = `${SERVICE}/v1/models/${model.id.split("/").map(encodeURIComponent).join("/")}`;
  const parts = [
    "curl --request POST",
    `--url ${quoteWord(url)}`,
    '--header "Content-Type: application/json"',
    '--header "Authorization: Bearer $RUNCOMFY_TOKEN"',
  ];
  const files = localFiles(payload);
  const text = writeJson(payload, (file) => MARK + files.indexOf(file) + MARK);
  if (!files.length && text.length < LONGEST_WORD) {
    return `${[...parts, `--data ${quoteWord(text)}`].join(" \\\n  ")}\n`;
  }
  return `${pipedBody(text, files)} | ${[...parts, "--data-binary @-"].join(" \\\n  ")}\n`;
}

/** Return the command that prints the body; the content of local files is encoded where it stands. */
function pipedBody(text, files) {
  const pieces = text.split(MARK);
  const lines = pieces.map((piece, at) => {
    if (at % 2) return `base64 < ${quoteWord(pathWord(files[Number(piece)].name))} | tr -d '\\n'`;
    const after = at + 1 < pieces.length ? `"data:${files[Number(pieces[at + 1])].type};base64,` : "";
    return `printf %s ${quoteWord((at ? '"' : "") + piece + after)}`;
  });
  return `{\n${lines.map((line) => `  ${line}\n`).join("")}}`;
}
