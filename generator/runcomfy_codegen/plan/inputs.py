"""Plan the input of one model: its parameters, inner objects, media places and the schema for its classes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from runcomfy_codegen.jsontypes import Json, JsonObject, MediaKind
from runcomfy_codegen.normalize.medium import media_kind
from runcomfy_codegen.normalize.nodes import type_names
from runcomfy_codegen.plan.names import RESERVED_CLASSES, class_name, parameter_names
from runcomfy_codegen.plan.types import annotation, branches_of, constraints, display_type
from runcomfy_codegen.plan.units import Member, ObjectPlan, Parameter
from runcomfy_codegen.pointer import child

__all__ = ["INNER", "ROOT", "InputPlan", "plan_input"]

ROOT = "RootOfInput"
"""The name of the whole input on its way through the class generator, which respells names it does not like."""

INNER = "Zz"
"""Leads the names of inner objects on their way through the class generator, which names other types by itself."""

_NOT_VALIDATED = frozenset(
    {"title", "description", "examples", "x-media", "x-widget", "x-validations", "default"}
)


@dataclass(slots=True)
class InputPlan:
    """What is collected while walking an input schema."""

    root: str
    parameters: list[Parameter] = field(default_factory=list[Parameter])
    objects: list[ObjectPlan] = field(default_factory=list[ObjectPlan])
    media: list[tuple[str, MediaKind]] = field(default_factory=list[tuple[str, MediaKind]])
    validations: list[tuple[str, list[Json]]] = field(default_factory=list[tuple[str, list[Json]]])
    aliases: dict[str, str] = field(default_factory=dict[str, str])
    nullable: list[tuple[str, tuple[str, ...]]] = field(
        default_factory=list[tuple[str, tuple[str, ...]]]
    )
    definitions: JsonObject = field(default_factory=dict[str, Json])
    names: dict[int, str] = field(default_factory=dict[int, str])
    schema: str = ""

    def name_of(self, schema: JsonObject) -> str:
        """Return the class name given to an inner object."""
        return self.names[id(schema)]


def plan_input(schema: JsonObject, root: str) -> InputPlan:
    """Plan the input described by ``schema``, whose class is to be called ``root``."""
    plan = InputPlan(root)
    fields = frozenset(_field_names(schema))
    for name, node in _inner_objects(schema, ""):
        plan.names[id(node)] = _free_name(name, root, set(plan.names.values()), fields)
    for pointer, node in _places(schema, ""):
        kind = media_kind(node.get("x-media"))
        if kind is not None:
            plan.media.append((pointer, kind))
        rules = node.get("x-validations")
        if isinstance(rules, list):
            plan.validations.append((pointer, rules))
    _plan_object(plan, schema, root)
    for name, node in _inner_objects(schema, ""):
        _plan_inner(plan, node, name)
    fed = _feed(plan, schema)
    fed["$defs"] = plan.definitions
    plan.schema = json.dumps(fed, ensure_ascii=True, sort_keys=True)
    plan.parameters = _parameters(plan, schema)
    return plan


def _inner_objects(schema: JsonObject, name: str) -> Iterator[tuple[str, JsonObject]]:
    """Yield the inner object schemas, deepest first, with the name that says where they stand."""
    properties = schema.get("properties")
    for wire, member in properties.items() if isinstance(properties, dict) else ():
        yield from _object_at(cast("JsonObject", member), f"{name} {wire}")


def _object_at(schema: JsonObject, name: str) -> Iterator[tuple[str, JsonObject]]:
    items = schema.get("items")
    if isinstance(items, dict):
        yield from _object_at(items, f"{name} item")
    for branch in branches_of(schema):
        yield from _object_at(branch, name)
    if "properties" in schema:
        yield from _inner_objects(schema, name)
        yield name, schema


def _field_names(schema: JsonObject) -> Iterator[str]:
    """Yield the Python names of all fields of the input; inside its class, a field hides a class of its name."""
    for node in (schema, *(inner for _, inner in _inner_objects(schema, ""))):
        yield from parameter_names(cast("JsonObject", node["properties"])).values()


def _free_name(words: str, root: str, taken: set[str], fields: frozenset[str]) -> str:
    name = base = (
        class_name("".join(c if c.isalnum() and c.isascii() else "_" for c in words).split("_"))
        or "Item"
    )
    if name in RESERVED_CLASSES or name in fields:
        name = base = f"{base}Item"
    stem, count = root.removesuffix("Input"), 2
    used = {root, stem, f"Async{stem}", *fields, *taken, *(f"{other}Dict" for other in taken)}
    while name in used or f"{name}Dict" in used:
        name = f"{base}{count}"
        count += 1
    return name


def _plan_object(plan: InputPlan, schema: JsonObject, name: str) -> None:
    properties = cast("dict[str, JsonObject]", schema["properties"])
    names = parameter_names(properties)
    scope = ROOT if name == plan.root else f"{INNER}{name}"
    plan.aliases.update(
        {f"{scope}.{wire}": python for wire, python in names.items() if wire != python}
    )
    allowed = tuple(sorted(wire for wire, member in properties.items() if _allows_null(member)))
    if allowed:
        plan.nullable.append((name, allowed))


def _allows_null(schema: JsonObject) -> bool:
    values = schema.get("enum")
    if isinstance(values, list):
        return None in values
    return "null" in type_names(schema) or any(map(_allows_null, branches_of(schema)))


def _plan_inner(plan: InputPlan, schema: JsonObject, words: str) -> None:
    name = plan.name_of(schema)
    _plan_object(plan, schema, name)
    plan.definitions[f"{INNER}{name}"] = _feed(plan, schema)
    required = cast("list[str]", schema.get("required", []))
    members = [
        Member(wire, text if wire in required else f"NotRequired[{text}]")
        for wire, member in sorted(cast("dict[str, JsonObject]", schema["properties"]).items())
        for text in [annotation(member, plan.name_of)]
    ]
    place = (
        f"One item of{words.removesuffix(' item')}"
        if words.endswith(" item")
        else f"The value of{words}"
    )
    doc = str(schema.get("description", "")) or f"{place}."
    plan.objects.append(ObjectPlan(name, doc, tuple(members)))


def _feed(plan: InputPlan, schema: JsonObject) -> JsonObject:
    """Return the schema for the class generator: no texts, inner objects by reference."""
    fed: JsonObject = {k: copy.deepcopy(v) for k, v in schema.items() if k not in _NOT_VALIDATED}
    fed.pop("additionalProperties", None)
    fed["properties"] = {
        wire: _feed_member(plan, cast("JsonObject", member))
        for wire, member in cast("dict[str, Json]", schema["properties"]).items()
    }
    return fed


def _feed_member(plan: InputPlan, schema: JsonObject) -> JsonObject:
    if id(schema) in plan.names:
        return {"$ref": f"#/$defs/{INNER}{plan.names[id(schema)]}"}
    fed: JsonObject = {k: copy.deepcopy(v) for k, v in schema.items() if k not in _NOT_VALIDATED}
    items = schema.get("items")
    if isinstance(items, dict):
        fed["items"] = _feed_member(plan, items)
    branches = branches_of(schema)
    if branches:
        fed["anyOf"] = [_feed_member(plan, branch) for branch in branches]
    return fed


def _places(schema: JsonObject, pointer: str) -> Iterator[tuple[str, JsonObject]]:
    """Yield every node with a pointer into the payload, ``*`` standing for any index."""
    yield pointer, schema
    items, properties = schema.get("items"), schema.get("properties")
    if isinstance(items, dict):
        yield from _places(items, child(pointer, "*"))
    for branch in branches_of(schema):
        yield from _places(branch, pointer)
    for wire, member in sorted(properties.items()) if isinstance(properties, dict) else ():
        yield from _places(cast("JsonObject", member), child(pointer, wire))


def _parameters(plan: InputPlan, schema: JsonObject) -> list[Parameter]:
    """Return the parameters: required ones in the docs' order, then the others by name."""
    properties = cast("dict[str, JsonObject]", schema["properties"])
    required = cast("list[str]", schema.get("required", []))
    names = parameter_names(properties)
    order = [*required, *sorted(set(properties) - set(required))]
    return [
        Parameter(
            name=names[wire],
            wire=wire,
            annotation=annotation(properties[wire], plan.name_of),
            title=str(properties[wire].get("title", wire)),
            display=display_type(properties[wire]),
            required=wire in required,
            doc=" ".join(str(properties[wire].get("description", "")).split()),
            constraints=constraints(properties[wire]),
            default=(
                json.dumps(properties[wire]["default"], ensure_ascii=False)
                if "default" in properties[wire]
                else ""
            ),
            media=_media_of(properties[wire]),
        )
        for wire in order
    ]


def _media_of(schema: JsonObject) -> MediaKind | None:
    items = schema.get("items")
    inner = [*branches_of(schema), *([items] if isinstance(items, dict) else [])]
    kinds: list[MediaKind | None] = [media_kind(schema.get("x-media")), *map(_media_of, inner)]
    return next((kind for kind in kinds if kind is not None), None)
