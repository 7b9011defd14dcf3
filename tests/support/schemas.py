"""Input schemas and inputs to choose from, and the input class that is generated for a schema."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, cast

from hypothesis import strategies as st
from pydantic import Field
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.render import render_classes
from runcomfy_codegen.spec import ModelSpec
from runcomfy_runtime.inputs import InputModel

from support.documents import plan_of

__all__ = ["INSTANCES", "NAMES", "NODES", "fitting", "inputs_of", "make_class", "objects"]

NAMES: tuple[str, ...] = ("a", "b", "class", "1st", "model_x", "prompt-x", "größe")
SCALARS: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([0.0, 1.0, 2.0, -1.0, 0.5, 2.5, 1e30]),
    st.sampled_from(["", "a", "b", "1", "true", "aaa", "aaaaaa", "1.0"]),
)
INSTANCES: st.SearchStrategy[Json] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from([*NAMES, "other"]), inner, max_size=3),
    ),
    max_leaves=6,
)


def described(**members: Json) -> JsonObject:
    return {key: value for key, value in members.items() if value is not None}


STRINGS = st.builds(
    described,
    type=st.just("string"),
    minLength=st.none() | st.integers(0, 3),
    maxLength=st.none() | st.integers(3, 5),
    pattern=st.none() | st.sampled_from(["^a", "b$", "^(?!a)", "[ab]{2}"]),
)
NUMBERS = st.builds(
    described,
    type=st.sampled_from(["integer", "number"]),
    minimum=st.none() | st.integers(-3, 0),
    maximum=st.none() | st.integers(1, 4),
    exclusiveMinimum=st.none() | st.integers(-4, 0),
    exclusiveMaximum=st.none() | st.integers(2, 5),
    multipleOf=st.none() | st.integers(1, 3),
)
ENUMS = st.one_of(
    st.builds(
        described,
        type=st.just("string"),
        enum=st.lists(st.sampled_from(["a", "b", "1"]), min_size=1, unique=True),
    ),
    st.builds(
        described,
        type=st.just("integer"),
        enum=st.lists(st.integers(0, 5), min_size=1, unique=True),
    ),
    st.just({"type": ["string", "integer"], "enum": ["a", 1, 5]}),
)
BASE: st.SearchStrategy[JsonObject] = st.one_of(
    STRINGS,
    NUMBERS,
    ENUMS,
    st.just({"type": "boolean"}),
    st.just({"type": ["string", "null"]}),
    st.just({"type": ["integer", "null"]}),
    st.just({"type": ["number", "string"]}),
    st.just({"type": ["boolean", "integer"]}),
)


def arrays(items: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    return st.builds(
        described,
        type=st.just("array"),
        items=items,
        minItems=st.none() | st.integers(0, 2),
        maxItems=st.none() | st.integers(2, 3),
        uniqueItems=st.none() | st.just(True),
    )


def objects(members: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    def build(properties: dict[str, JsonObject], required: list[str]) -> JsonObject:
        return {
            "type": "object",
            "properties": cast("Json", properties),
            "required": [name for name in required if name in properties],
            "additionalProperties": False,
        }

    names = st.sampled_from(NAMES)
    return st.builds(
        build,
        st.dictionaries(names, members, min_size=1, max_size=4),
        st.lists(names, unique=True, max_size=3),
    )


def either(first: JsonObject, second: JsonObject) -> JsonObject:
    """Return an alternative; of two lists, one without repeats is not told from another by its class."""
    if first.get("type") == second.get("type") == "array":
        first, second = ({**each, "uniqueItems": None} for each in (first, second))
    return {"anyOf": [described(**first), described(**second)]}


def composed(inner: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    return st.one_of(arrays(inner), objects(inner), st.builds(either, inner, inner))


NODES: st.SearchStrategy[JsonObject] = st.recursive(BASE, composed, max_leaves=5)


def make_class(schema: JsonObject) -> type[InputModel]:
    """Return the input class that is generated for ``schema``."""
    spec = ModelSpec(
        {
            "spec_version": 1, "model_id": "acme/paint", "title": "Paint", "summary": "", "task": "text-to-image",
            "input_schema": schema, "output_schema": {"type": "object", "x-media": "image", "properties": {}},
            "example": {}, "sources": [], "fixes": [], "open": [],
        }
    )  # fmt: skip
    (model,) = plan_of(spec).models
    scope: dict[str, Any] = {
        "Annotated": Annotated, "ClassVar": ClassVar, "Field": Field, "InputModel": InputModel, "Literal": Literal,
 "__name__": "toy",
    }  # fmt: skip
    sources, problems = render_classes([model])
    assert problems == []
    exec(f"from __future__ import annotations\n{sources[model.spec.model_id]}", scope)
    made = cast("type[InputModel]", scope[model.input_class])
    for each in (*(scope[inner.name] for inner in model.objects), made):
        each.model_rebuild(_types_namespace=scope)
    return made


def inputs_of(schema: JsonObject) -> st.SearchStrategy[dict[str, Json]]:
    """Return inputs for an object schema, many of which fit."""
    properties = cast("dict[str, JsonObject]", schema["properties"])
    members = {name: fitting(member) for name, member in properties.items()}
    names: st.SearchStrategy[str] = st.sampled_from(NAMES)
    return st.one_of(
        st.fixed_dictionaries({}, optional=members),
        st.dictionaries(names, INSTANCES, max_size=4),
    )


def fitting(schema: JsonObject) -> st.SearchStrategy[Json]:
    """Return instances that often fit ``schema``, so that both verdicts are met."""
    listed = schema.get("enum")
    if isinstance(listed, list):
        return st.sampled_from([*listed, True, 1.0, "5"])
    branches = schema.get("anyOf")
    if isinstance(branches, list):
        return st.one_of([fitting(cast("JsonObject", branch)) for branch in branches])
    items, properties = schema.get("items"), schema.get("properties")
    if isinstance(items, dict):
        return st.lists(fitting(items), max_size=4)
    if isinstance(properties, dict):
        members = {name: fitting(cast("JsonObject", member)) for name, member in properties.items()}
        return st.fixed_dictionaries({}, optional=members)
    return SCALARS
