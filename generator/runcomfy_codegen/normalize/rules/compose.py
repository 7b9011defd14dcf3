"""Rules for references, alternatives and keywords of JSON Schema's relatives."""

from __future__ import annotations

import json
from collections.abc import Iterator

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.nodes import INPUT, SchemaNode, type_names
from runcomfy_codegen.normalize.registry import Change, Edit, document_rule, schema_rule
from runcomfy_codegen.pointer import child, lookup

MAX_INLINED = 200_000
"""Characters that are inlined in one pass; definitions that refer to one another many times would fill the memory."""

_DEFINITIONS = ("$defs", "definitions")
_NOISE = ("$schema", "$id", "$comment")


@schema_rule("schema-noise", "The keyword says nothing of the value.")
def drop_noise(node: SchemaNode) -> Iterator[Change]:
    """Remove ``$schema``, ``$id`` and ``$comment``."""
    for key in _NOISE:
        if key in node.schema:
            yield Edit(node.at(key))


@document_rule("ref-inlined", "One module a model: what is referred to stands where it is used.")
def inline_references(document: JsonObject) -> Iterator[Change]:
    """Replace local references by what they lead to, and drop the definitions when none is left."""
    root = document.get("input_schema")
    if not isinstance(root, dict):
        return
    found, room = list(_references(root, INPUT)), MAX_INLINED
    for pointer, reference in found:
        target, node = lookup(root, reference.removeprefix("#")), lookup(document, pointer)
        whole = isinstance(target, dict) and not any(_references(target, ""))
        if (
            reference.startswith("#/")
            and whole
            and isinstance(target, dict)
            and isinstance(node, dict)
            and (room := room - len(json.dumps(target))) >= 0
        ):
            beside = {name: member for name, member in node.items() if name != "$ref"}
            yield Edit(pointer, {**target, **beside})
    if not found:
        for key in _DEFINITIONS:
            if key in root:
                yield Edit(child(INPUT, key))


def _references(value: Json, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield pointer, reference
        members: list[tuple[str | int, Json]] = list(value.items())
    elif isinstance(value, list):
        members = list(enumerate(value))
    else:
        return
    for name, member in members:
        if name not in ("default", "examples", "enum", "const"):
            yield from _references(member, child(pointer, name))


@schema_rule("nullable-flag", "'nullable' is OpenAPI 3.0; JSON Schema lists null among the types.")
def list_null(node: SchemaNode) -> Iterator[Change]:
    """Turn ``nullable: true`` into a type list with null."""
    flag = node.schema.get("nullable")
    if isinstance(flag, bool):
        yield Edit(node.at("nullable"))
        names = type_names(node.schema)
        if flag and names and "null" not in names:
            yield Edit(node.at("type"), [*names, "null"])


@schema_rule("example-singular", "'example' is OpenAPI 3.0; JSON Schema has a list of examples.")
def list_example(node: SchemaNode) -> Iterator[Change]:
    """Turn ``example`` into ``examples``."""
    if "example" in node.schema:
        listed = node.schema.get("examples")
        examples: list[Json] = list(listed) if isinstance(listed, list) else []
        value = node.schema["example"]
        yield Edit(node.at("example"))
        yield Edit(node.at("examples"), [value, *(e for e in examples if e != value)])


@schema_rule(
    "exclusive-flag",
    "A true exclusive bound is draft 4; JSON Schema 2020-12 wants the number itself.",
)
def number_exclusive_bounds(node: SchemaNode) -> Iterator[Change]:
    """Turn ``minimum: n, exclusiveMinimum: true`` into ``exclusiveMinimum: n``, and so with maximum."""
    for flag, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = node.schema.get(flag)
        if not isinstance(value, bool):
            continue
        if value and bound in node.schema:
            yield Edit(node.at(flag), node.schema[bound])
            yield Edit(node.at(bound))
        else:
            yield Edit(node.at(flag))


@schema_rule(
    "one-of",
    "The branches are alternatives; whether two of them fit at once does not matter to the caller.",
)
def widen_one_of(node: SchemaNode) -> Iterator[Change]:
    """Rename ``oneOf`` to ``anyOf``."""
    if "oneOf" in node.schema and "anyOf" not in node.schema:
        yield Edit(node.at("oneOf"))
        yield Edit(node.at("anyOf"), node.schema["oneOf"])


@schema_rule("single-branch", "One branch alone is no choice.")
def merge_single_branch(node: SchemaNode) -> Iterator[Change]:
    """Move the members of an ``anyOf`` or ``allOf`` with one branch into the node."""
    for key in ("anyOf", "allOf"):
        branches = node.schema.get(key)
        if isinstance(branches, list) and len(branches) == 1 and isinstance(branches[0], dict):
            branch = branches[0]
            if not set(branch) & (set(node.schema) - {key}):
                yield Edit(node.at(key))
                for name, member in branch.items():
                    yield Edit(node.at(name), member)


@schema_rule("any-of-null", "A branch that is null alone is the same as null among the types.")
def merge_null_branch(node: SchemaNode) -> Iterator[Change]:
    """Turn ``anyOf: [schema, {type: null}]`` into the schema with null among its types."""
    branches = node.schema.get("anyOf")
    if not isinstance(branches, list) or len(branches) != 2 or "type" in node.schema:
        return
    rest = [branch for branch in branches if branch != {"type": "null"}]
    if len(rest) != 1 or not isinstance(rest[0], dict):
        return
    names = type_names(rest[0])
    clash = set(rest[0]) & (set(node.schema) - {"anyOf"})
    if names and "enum" not in rest[0] and not clash:
        yield Edit(node.at("anyOf"))
        for name, member in rest[0].items():
            yield Edit(node.at(name), [*names, "null"] if name == "type" else member)
