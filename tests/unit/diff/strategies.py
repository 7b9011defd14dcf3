"""Random schemas of the vocabulary that specs have, and pairs that differ in one place."""

from __future__ import annotations

import copy
from typing import cast

from hypothesis import strategies as st
from runcomfy_codegen.jsontypes import Json, JsonObject

__all__ = ["instances", "schema_pairs", "schemas"]

_TEXTS = st.sampled_from(["", "a", "ab", "b"])
_SCALARS = st.one_of(st.integers(-2, 3), st.booleans(), st.none(), _TEXTS, st.just(1.0))
_TYPES = st.sampled_from(
    ["string", "integer", "number", "boolean", "array", "object", "null"]
) | st.lists(
    st.sampled_from(["string", "integer", "number", "array", "object", "null"]),
    min_size=1,
    max_size=3,
    unique=True,
)
_KEYWORDS: dict[str, st.SearchStrategy[object]] = {
    "type": _TYPES,
    "title": _TEXTS,
    "description": _TEXTS,
    "default": _SCALARS,
    "examples": st.lists(_SCALARS, max_size=2),
    "enum": st.lists(_SCALARS, min_size=1, max_size=3),
    "const": _SCALARS,
    "minimum": st.integers(-1, 2),
    "exclusiveMinimum": st.integers(-1, 2),
    "maximum": st.sampled_from([0, 1, 1.0, 2.5]),
    "exclusiveMaximum": st.integers(0, 3),
    "multipleOf": st.sampled_from([1, 2, 0.5, 3]),
    "minLength": st.integers(0, 2),
    "maxLength": st.integers(0, 2),
    "pattern": st.sampled_from(["^a", "b$"]),
    "minItems": st.integers(0, 2),
    "maxItems": st.integers(0, 2),
    "uniqueItems": st.booleans(),
    "x-media": st.sampled_from(["image", "video"]),
    "x-widget": _TEXTS,
    "format": st.just("uri"),
    "not": st.just({"type": "null"}),
}


def _nodes(inner: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    keyword = st.sampled_from(sorted(_KEYWORDS)).flatmap(
        lambda name: st.tuples(st.just(name), _KEYWORDS[name])
    )
    plain = cast(
        "st.SearchStrategy[JsonObject]",
        st.lists(keyword, max_size=4).map(lambda pairs: dict(pairs)),
    )
    members = st.dictionaries(st.sampled_from("xyz"), inner, max_size=2)
    required = st.lists(st.sampled_from("xyz"), max_size=2, unique=True)
    return st.one_of(
        plain,
        st.builds(_closed_object, plain, members, required),
        st.builds(_array, plain, inner),
        st.builds(_branched, plain, st.lists(inner, min_size=1, max_size=3)),
    )


def _closed_object(
    plain: JsonObject, members: dict[str, JsonObject], required: list[str]
) -> JsonObject:
    return {
        **plain,
        "properties": {**members},
        "required": [*required],
        "additionalProperties": False,
    }


def _array(plain: JsonObject, items: JsonObject) -> JsonObject:
    return {**plain, "items": items}


def _branched(plain: JsonObject, branches: list[JsonObject]) -> JsonObject:
    return {**plain, "anyOf": [*branches]}


schemas: st.SearchStrategy[JsonObject] = st.recursive(_nodes(st.just({})), _nodes, max_leaves=5)
"""Schemas whose objects, as in specs, take the listed properties only."""


@st.composite
def _one_keyword_apart(draw: st.DrawFn) -> tuple[JsonObject, JsonObject]:
    old = draw(schemas)
    new = copy.deepcopy(old)
    place = draw(st.sampled_from(_objects(new)))
    name = draw(st.sampled_from(sorted(_KEYWORDS)))
    if name in place and draw(st.booleans()):
        del place[name]
    else:
        place[name] = cast("Json", draw(_KEYWORDS[name]))
    return old, new


def _objects(schema: JsonObject) -> list[JsonObject]:
    """Return the schemas in ``schema``, itself first."""
    found = [schema]
    properties, branches = schema.get("properties"), schema.get("anyOf")
    inner: list[Json] = [schema.get("items")]
    inner += properties.values() if isinstance(properties, dict) else []
    inner += branches if isinstance(branches, list) else []
    for member in inner:
        if isinstance(member, dict):
            found += _objects(member)
    return found


schema_pairs: st.SearchStrategy[tuple[JsonObject, JsonObject]] = _one_keyword_apart() | st.tuples(
    schemas, schemas
)
"""Two schemas, most often alike but for one keyword."""

instances = cast(
    "st.SearchStrategy[Json]",
    st.recursive(
        _SCALARS | st.sampled_from([2.5, 0.5, "bab"]),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("xyz"), inner, max_size=2),
        max_leaves=4,
    ),
)
"""JSON values of the size of which the schemas speak."""
