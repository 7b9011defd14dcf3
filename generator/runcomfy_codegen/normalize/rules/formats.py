"""Rules for the ``format`` keyword and for ``validations``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from runcomfy_codegen.jsontypes import MEDIA_KINDS, Json, MediaKind
from runcomfy_codegen.normalize.nodes import SchemaNode, type_names
from runcomfy_codegen.normalize.registry import Change, Edit, schema_rule
from runcomfy_codegen.pointer import child

_MEDIA_FORMATS: Mapping[str, MediaKind] = {
    f"{kind}_{form}": kind for kind in MEDIA_KINDS for form in ("uri", "uris", "url", "urls")
}
_WIDGET = re.compile(r"(str|int|float|bool|text|number)(_[a-z0-9_]+)?")


@schema_rule(
    "media-format",
    "The format names a kind of media; JSON Schema has no such format, x-media carries it.",
)
def mark_media_formats(node: SchemaNode) -> Iterator[Change]:
    """Turn ``image_uri`` and its kin, on a string or on an array, into ``x-media`` on the string."""
    word = node.schema.get("format")
    kind = _MEDIA_FORMATS.get(word) if isinstance(word, str) else None
    if kind is None:
        return
    names = type_names(node.schema)
    items = node.schema.get("items")
    if "string" in names:
        yield Edit(node.at("format"))
        yield Edit(node.at("x-media"), kind)
    elif "array" in names and isinstance(items, dict):
        yield Edit(node.at("format"))
        if "x-media" not in items and "format" not in items:
            yield Edit(child(node.at("items"), "x-media"), kind)


@schema_rule(
    "widget-format",
    "The format names a form control of the web playground; it says nothing of the value.",
)
def move_widget_formats(node: SchemaNode) -> Iterator[Change]:
    """Move formats such as ``float_slider_with_range`` to ``x-widget``."""
    word = node.schema.get("format")
    if isinstance(word, str) and _WIDGET.fullmatch(word):
        yield Edit(node.at("format"))
        yield Edit(node.at("x-widget"), word)


@schema_rule(
    "uri-format",
    "Any string that is sent as a link may also be a data URI, so the format is not enforced.",
)
def drop_uri_format(node: SchemaNode) -> Iterator[Change]:
    """Remove ``format: uri`` and ``url``; whether the string is media is decided from name and sample."""
    if node.schema.get("format") in ("uri", "url"):
        yield Edit(node.at("format"))


@schema_rule(
    "validations",
    "'validations' is no JSON Schema keyword; x-validations carries the rules for local files.",
)
def move_validations(node: SchemaNode) -> Iterator[Change]:
    """Rename ``validations`` to ``x-validations``, with the members of each rule in one fixed form."""
    listed = node.schema.get("validations")
    if not isinstance(listed, list):
        return
    rules: list[Json] = []
    for entry in listed:
        if not isinstance(entry, dict) or not isinstance(entry.get("validation_rule"), str):
            return
        rules.append(
            {
                "rule": entry["validation_rule"],
                "value": entry.get("validation_value"),
                "message": entry.get("validation_error", ""),
            }
        )
    yield Edit(node.at("validations"))
    yield Edit(node.at("x-validations"), rules)
