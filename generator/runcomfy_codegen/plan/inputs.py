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
from runcomfy_codegen.plan.lock import ModelNames
from runcomfy_codegen.plan.objects import InnerObject, inner_objects, property_pointer
from runcomfy_codegen.plan.types import annotation, branches_of, constraints, display_type
from runcomfy_codegen.plan.units import Member, ObjectPlan, Parameter
from runcomfy_codegen.pointer import child

__all__ = ["INNER", "ROOT", "InputPlan", "media_places", "plan_input"]

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
    settled: ModelNames
    parameters: list[Parameter] = field(default_factory=list[Parameter])
    objects: list[ObjectPlan] = field(default_factory=list[ObjectPlan])
    validations: list[tuple[str, list[Json]]] = field(default_factory=list[tuple[str, list[Json]]])
    aliases: dict[str, str] = field(default_factory=dict[str, str])
    nullable: list[tuple[str, tuple[str, ...]]] = field(
        default_factory=list[tuple[str, tuple[str, ...]]]
    )
    unique: list[tuple[str, tuple[tuple[str, int], ...]]] = field(
        default_factory=list[tuple[str, tuple[tuple[str, int], ...]]]
    )
    definitions: JsonObject = field(default_factory=dict[str, Json])
    classes: dict[int, str] = field(default_factory=dict[int, str])
    schema: str = ""

    def name_of(self, schema: JsonObject) -> str:
        """Return the class name given to an inner object."""
        return self.classes[id(schema)]

    def field_name(self, pointer: str, wire: str) -> str:
        """Return the Python name of a field of the object at ``pointer``."""
        return self.settled.fields.get(property_pointer(pointer, wire), wire)


def plan_input(schema: JsonObject, names: ModelNames) -> InputPlan:
    """Plan the input described by ``schema`` with the names that were settled for it."""
    root = f"{names.class_name}Input"
    plan = InputPlan(root, names)
    found = list(inner_objects(schema))
    for inner in found:
        plan.classes[id(inner.schema)] = names.objects[inner.pointer]
    for pointer, node in _places(schema, ""):
        rules = node.get("x-validations")
        if isinstance(rules, list):
            plan.validations.append((pointer, rules))
    _plan_object(plan, schema, "", root)
    for inner in found:
        _plan_inner(plan, inner)
    fed = _feed(plan, schema)
    fed["$defs"] = plan.definitions
    plan.schema = json.dumps(fed, ensure_ascii=True, sort_keys=True)
    plan.parameters = _parameters(plan, schema)
    return plan


def media_places(schema: JsonObject) -> Iterator[tuple[str, MediaKind]]:
    """Yield the places in the payload that take media, and their kinds; ``*`` stands for any index."""
    for pointer, node in _places(schema, ""):
        kind = media_kind(node.get("x-media"))
        if kind is not None:
            yield pointer, kind


def _plan_object(plan: InputPlan, schema: JsonObject, pointer: str, name: str) -> None:
    properties = cast("dict[str, JsonObject]", schema["properties"])
    names = {wire: plan.field_name(pointer, wire) for wire in properties}
    scope = ROOT if name == plan.root else f"{INNER}{name}"
    plan.aliases.update(
        {f"{scope}.{wire}": python for wire, python in names.items() if wire != python}
    )
    allowed = tuple(sorted(wire for wire, member in properties.items() if _allows_null(member)))
    if allowed:
        plan.nullable.append((name, allowed))
    sets = sorted((wire, depth) for wire, node in properties.items() for depth in _sets(node))
    if sets:
        plan.unique.append((name, tuple(sets)))


def _allows_null(schema: JsonObject) -> bool:
    values = schema.get("enum")
    if isinstance(values, list):
        return None in values
    return "null" in type_names(schema) or any(map(_allows_null, branches_of(schema)))


def _sets(schema: JsonObject, depth: int = 0) -> Iterator[int]:
    """Yield how deep those lists lie that must not repeat an item, whichever alternative a value takes."""
    lists = [node for node in (schema, *branches_of(schema)) if "array" in type_names(node)]
    if lists and all(node.get("uniqueItems") is True for node in lists):
        yield depth
    if len(lists) == 1:
        yield from _sets(cast("JsonObject", lists[0].get("items", {})), depth + 1)


def _plan_inner(plan: InputPlan, inner: InnerObject) -> None:
    schema, words, name = inner.schema, inner.words, plan.name_of(inner.schema)
    _plan_object(plan, schema, inner.pointer, name)
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
    if id(schema) in plan.classes:
        return {"$ref": f"#/$defs/{INNER}{plan.classes[id(schema)]}"}
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
    order = [*required, *sorted(set(properties) - set(required))]
    return [
        Parameter(
            name=plan.field_name("", wire),
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
