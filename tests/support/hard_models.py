"""Specs whose ids and fields are hard to name: together they hold every kind of name that has its own rule."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.spec import ModelSpec

from support.documents import make_spec

__all__ = ["HARD_FIELDS", "HARD_IDS", "hard_specs"]

_KINDS: tuple[tuple[JsonObject, Json], ...] = (
    ({"type": "string"}, "text"),
    ({"type": "integer"}, 1),
    ({"type": "number"}, 0.5),
    ({"type": "boolean"}, True),
    ({"type": "string", "enum": ["a", "b"]}, "a"),
    ({"type": "array", "items": {"type": "string"}}, ["text"]),
)
HARD_FIELDS = (
    # keywords, soft keywords and constants
    *("class", "from", "lambda", "None", "True", "async", "match", "type", "case"),
    # digits, blanks, signs, other scripts, nothing to see
    *("47_video", "4k", "2", "with space", "-", '"quoted"', "back\\slash", "{{ x }}"),
    *("größe", "图片", "ñ", "ﬁ", "😀"),
    # equal once they are names
    *("a-b", "a_b", "a b", "_private", "private", "field_private", "__mangled", "__dunder__"),
    # types and other builtins
    *("str", "int", "float", "bool", "list", "dict", "frozenset", "object", "id", "print"),
    # what pydantic, the endpoints and the module itself use
    *("json", "schema", "copy", "validate", "model_config", "model_fields", "fields"),
    *("self", "cls", "options", "run", "submit", "prepare", "model", "Options", "UNSET", "MODEL"),
    *("Any", "Field", "Literal", "Sequence", "InputModel", "AsyncJob", "cached_property"),
    *("Fields", "FieldsInput", "LorasItem", "LorasItemDict", "loras"),
)
HARD_IDS = (
    # an endpoint and a namespace at once, with children called like what endpoints have
    *("acme/max", "acme/max/edit", "acme/max/run", "acme/max/model", "acme/max/str"),
    *("acme/max/cached_property", "acme/max/self", "acme/max/int/2"),
    # equal once they are names, as attributes or as classes
    *("acme/wan-2-5", "acme/wan2-5", "acme/wan2.5", "acme/wan 2 5", "acme/max-edit"),
    # keywords, digits, constants, builtins, client attributes
    *("class/import", "4k/4K", "acme/None", "acme/lambda", "print/list", "models/jobs"),
    *("str/int", "cached_property/self", "options/close", "core/_client", "acme/__init__"),
    # called like what generated modules import
    *("async/paint", "acme/async-max", "acme/job", "acme/async-job", "acme/input-model"),
    *("acme/unset", "acme/literal", "acme/media-output", "namespace/namespace"),
)


def hard_specs() -> list[ModelSpec]:
    """Return the specs: all ids, and all fields as arguments, as keys of an item, and as objects."""
    return [*_fields(), *(_plain(model_id) for model_id in HARD_IDS)]


def _plain(model_id: str) -> ModelSpec:
    return make_spec({"prompt": {"type": "string"}}, model_id=model_id, example={"prompt": "fox"})


def _fields() -> Iterator[ModelSpec]:
    schemas, example = _members(HARD_FIELDS)
    required = HARD_FIELDS[::2]
    yield make_spec(schemas, required=required, model_id="acme/fields", example=example)
    typable = [name for name in HARD_FIELDS if name.isidentifier()]
    for name, keys in (("keys", HARD_FIELDS), ("attributes", typable)):
        members, item = _members(keys)
        loras: JsonObject = {"type": "array", "items": {"type": "object", "properties": members}}
        yield make_spec({"loras": loras}, model_id=f"acme/{name}", example={"loras": [item]})
    objects: dict[str, Json] = {
        name: {"type": "object", "properties": {"path": {"type": "string"}}} for name in HARD_FIELDS
    }
    yield make_spec(
        objects,
        model_id="acme/objects",
        example={name: {"path": "owner/repo"} for name in HARD_FIELDS},
    )


def _members(names: Iterable[str]) -> tuple[JsonObject, JsonObject]:
    """Return a schema and a value for each name, of all kinds in turn."""
    kinds = {name: _KINDS[count % len(_KINDS)] for count, name in enumerate(names)}
    schemas: JsonObject = {name: copy.deepcopy(schema) for name, (schema, _) in kinds.items()}
    return schemas, {name: value for name, (_, value) in kinds.items()}
