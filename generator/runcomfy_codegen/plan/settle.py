"""Give names to what has none yet: once, in an order that input order does not touch, and visibly on collision."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan.lock import ModelNames, Names
from runcomfy_codegen.plan.names import (
    RESERVED_CLASSES,
    attribute_path,
    endpoint_class,
    free_name,
    inner_class,
    module_name,
    namespace_class,
    parameter_names,
    plain_parameter,
)
from runcomfy_codegen.plan.objects import inner_objects, property_pointer
from runcomfy_codegen.spec import ModelSpec

__all__ = ["Settled", "settle_names"]


@dataclass(frozen=True, slots=True)
class Settled:
    """All names, and a note for each collision that was settled just now."""

    names: Names
    notes: tuple[Problem, ...]


class _Taken:
    """Who has which name. Modules count as equal when they differ in case only, as they do on some disks."""

    def __init__(self, names: Names) -> None:
        self.paths: dict[str, str] = {}
        self.modules: dict[str, str] = {}
        self.classes: dict[tuple[str, str], str] = {}
        for model_id, entry in names.models.items():
            self.add_model(model_id, entry)
        for path, name in names.namespaces.items():
            self.add_class(path.split(".")[0], name, path)

    def add_model(self, model_id: str, entry: ModelNames) -> None:
        self.paths[entry.path] = model_id
        self.modules[entry.module.lower()] = model_id
        self.add_class(entry.vendor, entry.class_name, model_id)

    def add_class(self, vendor: str, name: str, owner: str) -> None:
        for form in (name, f"Async{name}"):
            self.classes[vendor, form] = owner

    def class_owner(self, vendor: str, name: str) -> str | None:
        """Return who has one of the two classes of ``name`` in the vendor's package."""
        forms = (name, f"Async{name}")
        owners = [self.classes[vendor, form] for form in forms if (vendor, form) in self.classes]
        return owners[0] if owners else None


def settle_names(specs: Iterable[ModelSpec], lock: Names) -> Settled:
    """Return ``lock`` with names for all that ``specs`` have and it has not.

    Nothing in ``lock`` changes. Models that are not among ``specs`` keep their names, so that one that comes back
    finds them.

    Args:
        specs: The specs of the release, in any order.
        lock: The names given by earlier releases.
    """
    models, notes = dict(lock.models), list[Problem]()
    taken = _Taken(lock)
    for spec in sorted(specs, key=lambda spec: spec.model_id):
        entry = models.get(spec.model_id)
        if entry is None:
            entry = _name_model(spec.model_id, taken, notes)
            taken.add_model(spec.model_id, entry)
        models[spec.model_id] = _name_inner(spec, entry, notes)
    namespaces = dict(lock.namespaces)
    for path in sorted(_namespace_paths(models.values()) - set(namespaces)):
        namespaces[path] = _name_namespace(path, taken)
    return Settled(Names(models, namespaces), tuple(notes))


def _name_model(model_id: str, taken: _Taken, notes: list[Problem]) -> ModelNames:
    wanted = attribute_path(model_id)
    path = free_name(wanted, taken.paths.__contains__)
    if path != wanted:
        notes.append(_note(model_id, f"client.{wanted}", f"client.{path}", taken.paths[wanted]))
    vendor, *_ = steps = path.split(".")
    wanted = f"models.{vendor}.{module_name(steps)}"
    module = free_name(wanted, lambda name: name.lower() in taken.modules)
    if module != wanted:
        notes.append(_note(model_id, wanted, module, taken.modules[wanted.lower()]))
    wanted = endpoint_class(steps)
    name = free_name(wanted, lambda name: taken.class_owner(vendor, name) is not None)
    if name != wanted:
        owner = taken.class_owner(vendor, wanted)
        notes.append(_note(model_id, f"the class {wanted}", f"the class {name}", str(owner)))
    return ModelNames(path, module, name)


def _name_namespace(path: str, taken: _Taken) -> str:
    steps = path.split(".")

    def is_taken(name: str) -> bool:
        return bool({name, f"Async{name}"} & RESERVED_CLASSES) or (
            taken.class_owner(steps[0], name) is not None
        )

    name = free_name(namespace_class(steps), is_taken)
    taken.add_class(steps[0], name, path)
    return name


def _namespace_paths(entries: Iterable[ModelNames]) -> set[str]:
    """Return every path that has models below it: whether it is a model itself may change, and differs in subsets."""
    steps = [entry.path.split(".") for entry in entries]
    return {".".join(step[:depth]) for step in steps for depth in range(1, len(step))}


def _name_inner(spec: ModelSpec, entry: ModelNames, notes: list[Problem]) -> ModelNames:
    objects, fields = dict(entry.objects), dict(entry.fields)
    found = list(inner_objects(spec.input_schema))
    parts = [("", spec.input_schema), *((inner.pointer, inner.schema) for inner in found)]
    classes = frozenset(objects.values())
    for pointer, schema in parts:
        fields |= _name_fields(spec.model_id, pointer, schema, fields, classes, notes)
    hiding = {
        fields.get(property_pointer(pointer, wire), wire)
        for pointer, schema in parts
        for wire in cast("JsonObject", schema["properties"])
    }
    for inner in found:
        if inner.pointer not in objects:
            objects[inner.pointer] = _name_object(inner.words, entry.class_name, objects, hiding)
    if len(objects) == len(entry.objects) and len(fields) == len(entry.fields):
        return entry
    return replace(entry, objects=objects, fields=fields)


def _name_object(
    words: str, model_class: str, objects: Mapping[str, str], hiding: Container[str]
) -> str:
    """Return a class name that no other class has, and no field, which would hide the class inside its own."""
    taken = {model_class, f"Async{model_class}", f"{model_class}Input"}
    for other in objects.values():
        taken |= {other, f"{other}Dict"}
    base = inner_class(words)
    if base in hiding:
        base += "Item"
    name, count = base, 2
    while {name, f"{name}Dict"} & taken or name in hiding:
        name = f"{base}{count}"
        count += 1
    return name


def _name_fields(
    model_id: str,
    pointer: str,
    schema: JsonObject,
    fields: Mapping[str, str],
    classes: frozenset[str],
    notes: list[Problem],
) -> dict[str, str]:
    """Return the names that are not yet among ``fields`` and differ from the wire name, by pointer.

    A name of one of ``classes``, the inner classes named by earlier releases, would hide that class.
    """
    wires = list(cast("JsonObject", schema["properties"]))
    pinned = dict(_pinned(pointer, fields)) if fields else {}
    if not pinned and all(plain_parameter(w) == w and w not in classes for w in wires):
        return {}
    names = parameter_names(wires, pinned, classes)
    owners = {name: f"the class {name}" for name in classes}
    owners |= {name: repr(wire) for wire, name in {**pinned, **names}.items()}
    given: dict[str, str] = {}
    for wire, name in sorted(names.items()):
        if wire == name or wire in pinned:
            continue
        place = property_pointer(pointer, wire)
        given[place] = name
        plain = plain_parameter(wire)
        if name != plain:
            where = f"{model_id}#/input_schema{place}"
            notes.append(_note(where, f"the name {plain}", f"the name {name}", owners[plain]))
    return given


def _pinned(pointer: str, fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the wire names of one object that have a name in ``fields``, and that name."""
    prefix = property_pointer(pointer, "")
    for place, name in fields.items():
        wire = place.removeprefix(prefix)
        if place.startswith(prefix) and "/" not in wire:
            yield wire.replace("~1", "/").replace("~0", "~"), name


def _note(where: str, wanted: str, given: str, owner: str) -> Problem:
    return Problem(
        "note",
        "name-settled",
        where,
        f"{wanted} belongs to {owner}; here it is {given}, and names.lock.json keeps it so",
    )
