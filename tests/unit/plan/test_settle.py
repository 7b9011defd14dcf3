"""Names are given once: whatever comes and goes later, and in whatever order, they stay."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan.lock import ModelNames, Names
from runcomfy_codegen.plan.names import RESERVED_CLASSES
from runcomfy_codegen.plan.settle import settle_names
from runcomfy_codegen.spec import ModelSpec
from support.documents import make_spec, plan_of

SEGMENTS = [
    *("wan-2-5", "wan2-5", "WAN 2.5", "wan_2_5", "wan-2-5_2", "wan-25"),
    *(
        "max",
        "Max",
        "edit",
        "edit-2",
        "run",
        "run_",
        "con",
        "none",
        "job",
        "async-max",
        "max-namespace",
    ),
]
VENDORS = ["acme", "ACME", "async", "jobs"]
IDS = st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=3).flatmap(
    lambda rest: st.sampled_from(["/".join([vendor, *rest]) for vendor in VENDORS])
)
WIRES = st.sampled_from(
    ["x-y", "x y", "x_y", "X_y", "x_y_2", "class", "class_", "1", "field_1", "x"]
)


def bare(model_id: str, properties: JsonObject | None = None) -> ModelSpec:
    """Return a spec of which only id and input matter."""
    schema: JsonObject = {"type": "object", "properties": properties or {}}
    return ModelSpec({"model_id": model_id, "input_schema": schema})


def settle(ids: Iterable[str], lock: Names | None = None) -> Names:
    return settle_names([bare(model_id) for model_id in ids], lock or Names()).names


def paths(names: Names) -> dict[str, str]:
    return {model_id: entry.path for model_id, entry in names.models.items()}


@given(st.lists(st.sets(IDS, max_size=6), min_size=1, max_size=6), st.randoms())
def test_no_name_changes_whatever_comes_and_goes(releases: list[set[str]], random: Random) -> None:
    lock = Names()
    for release in releases:
        shuffled = sorted(release)
        random.shuffle(shuffled)
        names = settle(shuffled, lock)
        assert names == settle(release, lock)
        assert lock.models.items() <= names.models.items()
        assert lock.namespaces.items() <= names.namespaces.items()
        lock = names
    check_distinct(lock)


def check_distinct(names: Names) -> None:
    """Check that no two have the same path, file or class, and that each path can be walked."""
    entries = list(names.models.values())
    assert len({entry.path for entry in entries}) == len(entries)
    assert len({entry.module.lower() for entry in entries}) == len(entries)
    given: list[tuple[str, str]] = []
    for entry in entries:
        given += [(entry.vendor, f"{prefix}{entry.class_name}") for prefix in ("", "Async")]
        steps = entry.path.split(".")
        assert {".".join(steps[:depth]) for depth in range(1, len(steps))} <= set(names.namespaces)
    for path, name in names.namespaces.items():
        given += [(path.split(".")[0], f"{prefix}{name}") for prefix in ("", "Async")]
    assert len(set(given)) == len(given)
    assert not {name for _, name in given} & RESERVED_CLASSES


@given(st.lists(st.sets(WIRES), min_size=1, max_size=5))
def test_no_field_changes_its_name_whatever_comes(additions: list[set[str]]) -> None:
    lock, wires, before = Names(), set[str](), dict[str, str]()
    for added in additions:
        wires |= added
        properties: JsonObject = {wire: {"type": "string"} for wire in sorted(wires)}
        inner: JsonObject = {"type": "object", "properties": properties}
        spec = bare("acme/x", {**properties, "list": {"type": "array", "items": inner}})
        lock = settle_names([spec], lock).names
        for place in ("/properties", "/properties/list/items/properties"):
            fields = lock.models["acme/x"].fields
            names = {wire: fields.get(f"{place}/{wire}", wire) for wire in wires}
            assert len(set(names.values())) == len(wires)
            assert {wire: names[wire] for wire in before} == before
        before = names


def test_classes_of_inner_objects_stay_when_others_appear() -> None:
    thing: JsonObject = {"type": "object", "properties": {}}
    lock = settle_names([bare("acme/x", {"a_b": thing})], Names()).names
    later = settle_names([bare("acme/x", {"a-b": thing, "a_b": thing})], lock).names

    assert later.models["acme/x"].objects == {"/properties/a_b": "AB", "/properties/a-b": "AB2"}


@pytest.mark.parametrize("order", [1, -1])
def test_colliding_ids_have_different_paths_whatever_their_order(order: int) -> None:
    ids = ["acme/wan-2.7/edit", "acme/wan-2-7/edit", "acme/Wan 2 7/edit"][::order]

    assert paths(settle(ids)) == {
        "acme/Wan 2 7/edit": "acme.wan_2_7.edit",
        "acme/wan-2-7/edit": "acme.wan_2_7.edit_2",
        "acme/wan-2.7/edit": "acme.wan_2_7.edit_3",
    }


def test_locked_paths_stay_and_absent_models_keep_theirs() -> None:
    lock = settle(["acme/wan-2.7/edit", "acme/gone"])
    names = settle(["acme/wan-2-7/edit", "acme/wan-2.7/edit", "acme/GONE"], lock)

    assert paths(names) == {
        **paths(lock),
        "acme/wan-2-7/edit": "acme.wan_2_7.edit_2",
        "acme/GONE": "acme.gone_2",
    }


def test_a_collision_is_told_once() -> None:
    lock = settle(["acme/wan-2-5"])
    specs = [bare("acme/wan2-5"), bare("acme/WAN 2.5", {"x-y": {}, "x y": {}})]
    settled = settle_names(specs, lock)
    said = {note.where: note.message for note in settled.notes if "path" not in note.where}

    assert "client.acme.wan_2_5 belongs to acme/wan-2-5; here it is client.acme.wan_2_5_2" in (
        str([note.message for note in settled.notes if note.where == "acme/WAN 2.5"])
    )
    assert "the class Wan25 belongs to acme/wan-2-5; here it is the class Wan25_2" in (
        said["acme/wan2-5"]
    )
    assert "the name x_y belongs to 'x y'" in said["acme/WAN 2.5#/input_schema/properties/x-y"]
    assert {note.level for note in settled.notes} == {"note"}
    assert settle_names(specs, settled.names).notes == ()


def test_a_namespace_that_becomes_a_model_and_back_keeps_its_names() -> None:
    below, both = ["acme/max/edit"], ["acme/max", "acme/max/edit"]
    first = settle(below)
    second = settle(both, first)
    third = settle(below, second)

    assert first.namespaces["acme.max"] == "AcmeMaxNamespace" == third.namespaces["acme.max"]
    assert first.models.items() <= second.models.items()
    assert second.models["acme/max"] == ModelNames("acme.max", "models.acme.max", "Max")


def inner() -> JsonObject:
    return {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.mark.parametrize(
    "wire", ["options", "job", "field", "literal", "sequence", "paint", "type", "none"]
)
def test_classes_of_inner_objects_hide_nothing(wire: str) -> None:
    spec = make_spec({name: inner() for name in (wire, f"{wire}_dict")}, model_id="acme/paint")
    [model] = plan_of(spec).models
    made = [name for each in model.objects for name in (each.name, f"{each.name}Dict")]

    assert len(set(made)) == 4
    assert not set(made) & {*RESERVED_CLASSES, "Paint", "PaintInput", "AsyncPaint"}
