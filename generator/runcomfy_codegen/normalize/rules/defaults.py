"""Rules for ``default``: what is a default of the service, and what is a sample of the playground."""

from __future__ import annotations

import json
from collections.abc import Iterator

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.nodes import SchemaNode, type_names
from runcomfy_codegen.normalize.registry import Change, Edit, Finding, schema_rule
from runcomfy_codegen.normalize.rules.bounds import read_number
from runcomfy_codegen.normalize.vocabulary import KEYWORDS
from runcomfy_codegen.validator import Judge, refusals

_PROMPT_WORDS = frozenset({"prompt", "text", "lyrics", "script", "caption", "tags"})
_RANDOM_SEEDS = (-1, 0)
_CONSTRAINTS = KEYWORDS - {"default", "examples", "properties", "required", "additionalProperties"}
"""What a default is held against; inner objects are looked at as nodes of their own."""


@schema_rule("default-null", "A null default says that there is none.")
def drop_null_defaults(node: SchemaNode) -> Iterator[Change]:
    """Remove ``default: null`` where the type does not allow null."""
    if (
        "default" in node.schema
        and node.schema["default"] is None
        and "null" not in type_names(node.schema)
    ):
        yield Edit(node.at("default"))


@schema_rule("default-number", "The default is written as a string; the type is numeric.")
def read_string_defaults(node: SchemaNode) -> Iterator[Change]:
    """Turn numeric and boolean defaults given as strings into what they spell."""
    value, names = node.schema.get("default"), set(type_names(node.schema))
    if not isinstance(value, str) or "string" in names:
        return
    number = read_number(value)
    if number is not None and names & {"integer", "number"}:
        yield Edit(node.at("default"), number)
    elif value.lower() in ("true", "false") and "boolean" in names:
        yield Edit(node.at("default"), value.lower() == "true")


@schema_rule(
    "default-empty",
    "An empty string or list where a value is needed is a form's blank, not a default.",
)
def drop_empty_defaults(node: SchemaNode) -> Iterator[Change]:
    """Remove empty defaults of required properties, of media and of properties whose choices lack the empty string."""
    if node.schema.get("default") not in ("", []):
        return
    choices = node.schema.get("enum")
    if node.required or _takes_media(node) or (isinstance(choices, list) and "" not in choices):
        yield Edit(node.at("default"))


@schema_rule(
    "sample-default",
    "The default is the playground's sample; sending it unasked would change results.",
)
def move_samples(node: SchemaNode) -> Iterator[Change]:
    """Move defaults that are samples to ``examples``: prompts, media, fixed seeds, and those of required properties."""
    if "default" not in node.schema or node.schema["default"] is None:
        return
    value = node.schema["default"]
    if (
        node.required
        or _takes_media(node)
        or _is_prompt(node, value)
        or _is_sample_seed(node, value)
    ):
        listed = node.schema.get("examples")
        examples: list[Json] = list(listed) if isinstance(listed, list) else []
        yield Edit(node.at("default"))
        yield Edit(node.at("examples"), [value, *(e for e in examples if e != value)])


@schema_rule(
    "default-invalid", "The service's own schema refuses this default, so it cannot be one."
)
def drop_invalid_defaults(node: SchemaNode) -> Iterator[Change]:
    """Remove and report defaults and examples outside the property's own enum, bounds or type."""
    for key in ("default", "examples"):
        if key not in node.schema:
            continue
        value = node.schema[key]
        values = value if key == "examples" and isinstance(value, list) else [value]
        bad = [each for each in values if not _accepts(node, each)]
        if bad:
            shown = json.dumps(bad[0], ensure_ascii=False, sort_keys=True)[:80]
            yield Finding(
                node.at(key), f"the page's {key.removesuffix('s')} {shown} breaks its own schema"
            )
            good = [each for each in values if each not in bad]
            yield Edit(node.at(key), good) if key == "examples" and good else Edit(node.at(key))


def _accepts(node: SchemaNode, value: Json) -> bool:
    known = _constraints(node.schema)
    try:
        return Judge(known).accepts(value) or not refusals(known, value)
    except ValueError:
        return True  # verification reports the broken schema


def _constraints(schema: JsonObject) -> JsonObject:
    """Return what of a schema is known to constrain its value; the rest may be broken."""
    known = {key: schema[key] for key in schema if key in _CONSTRAINTS}
    items, branches = known.get("items"), known.get("anyOf")
    if isinstance(items, dict):
        known["items"] = _constraints(items)
    if isinstance(branches, list):
        known["anyOf"] = [_constraints(each) for each in branches if isinstance(each, dict)]
    return known


def _takes_media(node: SchemaNode) -> bool:
    items = node.schema.get("items")
    return "x-media" in node.schema or (isinstance(items, dict) and "x-media" in items)


def _is_prompt(node: SchemaNode, value: Json) -> bool:
    words = node.name.lower().split("_")
    return (
        isinstance(value, str)
        and bool(value.strip())
        and "enum" not in node.schema
        and bool(_PROMPT_WORDS & set(words))
        and "negative" not in words
    )


def _is_sample_seed(node: SchemaNode, value: Json) -> bool:
    words = node.name.lower().split("_")
    return "seed" in words and isinstance(value, int) and value not in _RANDOM_SEEDS
