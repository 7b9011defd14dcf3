"""Render page texts of a given schema in the layouts that scraped pages have.

All prose, addresses and models in them are invented.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import Literal, get_args

from runcomfy_codegen.jsontypes import Json, JsonObject

__all__ = [
    "GENERIC_OUTPUT",
    "LANGUAGES",
    "LAYOUTS",
    "SampleLayout",
    "object_schema",
    "render_page",
]

SampleLayout = Literal["flat-keys", "flat-words", "headed", "indented", "menu"]
LAYOUTS: tuple[SampleLayout, ...] = get_args(SampleLayout)

_API = "https://model-api.runcomfy.net/v1"
_KEY = "modelApiDoc_"
_NAMES = ("start", "auth", "submit", "monitor", "retrieve", "cancel", "hosted", "input")
_SENTENCES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Call {} with the request below and your key.",
        "Keep the key in YOUR_API_TOKEN and send it with each request.",
        "Queue a job for the model.",
        "Look at the state of the job.",
        "Fetch the result from the service.",
        "Cancel a job with its id.",
        "The file must be reachable from outside.",
        "Input",
    ),
    "de": (
        "So rufst du {} auf.",
        "Lege den Schlüssel in YOUR_API_TOKEN ab.",
        "Auftrag einreihen.",
        "Zustand lesen.",
        "Ergebnis holen.",
        "Wartenden Auftrag abbrechen.",
        "Die Datei muss öffentlich sein.",
        "Eingabe",
    ),
    "ja": (
        "{} を呼び出します。",
        "キーを YOUR_API_TOKEN に入れます。",
        "ジョブを送ります。",
        "状態を見ます。",
        "結果を取ります。",
        "ジョブを取り消します。",
        "ファイルは公開してください。",
        "入力",
    ),
    "zh": (
        "调用 {}。",
        "把密钥放进 YOUR_API_TOKEN。",
        "提交任务。",
        "查看状态。",
        "取回结果。",
        "取消任务。",
        "文件必须公开。",
        "输入",
    ),
    "ru": (
        "Вызовите {}.",
        "Положите ключ в YOUR_API_TOKEN.",
        "Поставьте задачу.",
        "Прочтите состояние.",
        "Заберите результат.",
        "Отмените задачу.",
        "Файл должен быть открыт.",
        "Ввод",
    ),
    "ko": (
        "{} 모델을 호출합니다.",
        "YOUR_API_TOKEN에 키를 넣습니다.",
        "작업을 넣습니다.",
        "상태를 봅니다.",
        "결과를 받습니다.",
        "작업을 취소합니다.",
        "파일은 공개되어야 합니다.",
        "입력",
    ),
}
LANGUAGES: tuple[str, ...] = tuple(_SENTENCES)

_LINK: JsonObject = {"type": "string", "format": "uri", "description": "modelApiDoc_outDescImage"}
_LINKS: JsonObject = {"type": "array", "items": {"type": "string", "format": "uri"}}
GENERIC_OUTPUT: JsonObject = {
    "output": {
        "type": "object",
        "properties": {"image": _LINK, "video": _LINK, "images": _LINKS, "videos": _LINKS},
    }
}
"""The output schema that every page has, whatever the model makes."""


def object_schema(properties: Mapping[str, Json], *required: str) -> JsonObject:
    """Return a raw input schema with the members that pages give, in their order."""
    return {
        "type": "object",
        "title": "Input",
        "required": list(required),
        "properties": dict(properties),
    }


def render_page(
    model_id: str,
    schema: JsonObject,
    example: JsonObject | None = None,
    *,
    layout: SampleLayout = "flat-words",
    language: str = "en",
    title: str = "Paint Box on playground and API | RunComfy",
    summary: str = "Paints what it is told.",
    output: JsonObject | None = GENERIC_OUTPUT,
) -> str:
    """Return the text of the page of a model.

    Args:
        model_id: The id, as it stands in the request URLs.
        schema: The raw input schema.
        example: The payload of the submit requests; by default the samples of the required properties.
        layout: The page's layout; ``flat-keys`` has unresolved i18n keys and no sentences.
        language: The language of the sentences.
        title: The heading, where the layout has one.
        summary: The line below it, where the layout has one.
        output: The output schema, None for a page without.
    """
    payload = _payload(schema) if example is None else example
    words = _words(model_id, layout, language)
    if layout in ("indented", "menu"):
        return _indented(model_id, schema, payload, words, layout, title, output)
    return _flat(model_id, schema, payload, words, layout, title, summary, output)


def _payload(schema: JsonObject) -> JsonObject:
    properties, required = schema["properties"], schema["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    payload: JsonObject = {}
    for name in required:
        member = properties.get(str(name))
        if isinstance(member, dict):
            payload[str(name)] = member.get("default", "")
    return payload


def _words(model_id: str, layout: SampleLayout, language: str) -> dict[str, str]:
    if layout == "flat-keys":
        words = {name: f"{_KEY}{name}Body" for name in _NAMES}
        words["start"] = f"{_KEY}getStartedBeforeModel{model_id}{_KEY}getStartedAfterModel"
        return words
    return {
        name: sentence.format(model_id)
        for name, sentence in zip(_NAMES, _SENTENCES[language], strict=True)
    }


def _dump(value: Json, *, indented: bool) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return text if indented else "\n".join(line.strip() for line in text.split("\n"))


def _curls(model_id: str, payload: JsonObject, *, indented: bool) -> dict[str, str]:
    pad = "  " if indented else ""
    data = _dump(payload, indented=indented)
    data = textwrap.indent(data, pad).lstrip() if indented else data
    token = f'{pad}--header "Authorization: Bearer <token>"'
    submit = (
        f"curl --request POST \\\n{pad}--url {_API}/models/{model_id} \\\n"
        f"{pad}--header \"Content-Type: application/json\" \\\n{token} \\\n{pad}--data '{data}'"
    )
    curls = {"submit": submit}
    for name, method in (("status", "GET"), ("result", "GET"), ("cancel", "POST")):
        url = f"{_API}/requests/{{request_id}}/{name}"
        curls[name] = f"curl --request {method} \\\n{pad}--url {url} \\\n{token}"
    return curls


def _flat(
    model_id: str,
    schema: JsonObject,
    payload: JsonObject,
    words: Mapping[str, str],
    layout: SampleLayout,
    title: str,
    summary: str,
    output: JsonObject | None,
) -> str:
    curls = _curls(model_id, payload, indented=False)
    headed = layout == "headed"

    def head(text: str) -> str:
        return f"{text}\n" if headed else ""

    parts = [
        f"{title}\n{summary}\nTable of contents\n1. Get started\n" if headed else "",
        f"{words['start']}\n{curls['submit']}{head('2. Authentication')}{words['auth']}\n",
        f"{head('3. API reference')}{head('Submit a request')}{words['submit']}\n{curls['submit']}",
        f"{head('Monitor request status')}{words['monitor']}\n{curls['status']}",
        f"{head('Retrieve request results')}{words['retrieve']}\n{curls['result']}",
        f"{head('Cancel a request')}{words['cancel']}\n{curls['cancel']}",
        f"{head('4. File inputs')}{words['hosted']}\n{head('5. Schema')}{head('Input schema')}",
        _dump({**schema, "title": words["input"]} if "title" in schema else schema, indented=False),
    ]
    if output is not None:
        parts += [head("Output schema"), _dump(output, indented=False)]
    return "".join(parts) + "Invented footer, with a {brace} in it.\n"


def _indented(
    model_id: str,
    schema: JsonObject,
    payload: JsonObject,
    words: Mapping[str, str],
    layout: SampleLayout,
    title: str,
    output: JsonObject | None,
) -> str:
    curls = _curls(model_id, payload, indented=True)
    contents = "1. Get started2. Authentication3. API referenceSubmit a request4. Schema"
    top = ["logo\nShop\nWorkflows\nSign in", contents] if layout == "menu" else [title, model_id]
    blocks = [
        *top,
        "1. Get started",
        words["start"],
        curls["submit"],
        "2. Authentication",
        words["auth"],
        "3. API reference",
        words["submit"],
        curls["submit"],
        words["monitor"],
        curls["status"],
        words["retrieve"],
        curls["result"],
        words["cancel"],
        curls["cancel"],
        words["hosted"],
        "4. Schema",
        _dump({**schema, "title": words["input"]} if "title" in schema else schema, indented=True),
    ]
    if output is not None:
        blocks += ["Output schema", _dump(output, indented=True)]
    return "\n\n".join(blocks) + "\n"
