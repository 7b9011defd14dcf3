"""A plan of some models has the names of the plan of all."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runcomfy_codegen.plan import Plan, build_plan
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.plan.settle import settle_names
from support.documents import make_spec

IDS = (
    "acme/max",
    "acme/max-namespace",
    "acme/max/edit",
    "acme/wan-2-5",
    "acme/wan-2-5/pro",
    "acme/wan2-5",
    "acme/wan2-5/pro",
    "umbra/draw",
)
SPECS = [make_spec({"prompt": {"type": "string"}}, model_id=model_id) for model_id in IDS]
NAMES = settle_names(SPECS, Names()).names


def plan(*ids: str) -> Plan:
    return build_plan(SPECS, NAMES, "pkg", frozenset(ids))


def classes(planned: Plan) -> dict[str, str]:
    return {model.spec.model_id: model.class_name for model in planned.models}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sets(st.sampled_from(IDS), min_size=1))
def test_classes_and_paths_are_those_of_the_whole(ids: set[str]) -> None:
    some, whole = plan(*ids), build_plan(SPECS, NAMES, "pkg")

    assert set(classes(some)) == ids
    assert classes(some).items() <= classes(whole).items()
    assert {model.attribute_path for model in some.models} == {
        NAMES.models[each].path for each in ids
    }
    for vendor in some.vendors:
        names = [*vendor.namespace_exports, *(target.class_name for target in vendor.imported)]
        assert len(set(names)) == len(names)


def test_all_of_them_make_the_same_plan() -> None:
    assert plan(*IDS) == build_plan(SPECS, NAMES, "pkg")


def test_a_model_left_out_becomes_a_namespace_only_for_those_below_it() -> None:
    (vendor,) = plan("acme/max/edit").vendors
    (child,) = vendor.root.children

    assert [namespace.class_name for namespace in vendor.namespaces] == [
        child.sync_target.class_name,
        "AcmeNamespace",
    ]
    assert child.sync_target.is_namespace
    assert [inner.attribute for inner in vendor.namespaces[0].children] == ["edit"]


@pytest.mark.parametrize("left", ["acme/max", "umbra/draw"])
def test_nothing_is_left_of_what_was_cut(left: str) -> None:
    planned = plan(left)

    assert [model.children for model in planned.models] == [()]
    assert [vendor.segment for vendor in planned.vendors] == [left.split("/")[0]]
