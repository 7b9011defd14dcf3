"""What the docs show beside the plan: inputs, changes, groups."""

from __future__ import annotations

from runcomfy_codegen.plan.pages import changes_of, sections, usages_of
from support.documents import make_spec, plan_of


def test_a_model_is_shown_with_its_example_its_smallest_and_its_fullest_input() -> None:
    spec = make_spec(
        {
            "prompt": {"type": "string"},
            "size": {"type": "integer", "minimum": 3},
            "seed": {"type": "integer"},
        },
        required=["prompt"],
        example={"prompt": "a cat", "seed": 7},
    )
    [model] = plan_of(spec).models
    example, smallest, fullest = usages_of(model, "toy_sdk")

    assert (example.title, smallest.title, fullest.title) == (
        "Example",
        "Smallest input",
        "Fullest input",
    )
    assert '"seed": 7' in example.snippets.curl
    assert '--data \'{"prompt": "a cat"}\'' in smallest.snippets.curl
    assert '"size": 3' in fullest.snippets.curl


def test_an_input_is_shown_once_and_said_to_be_each_of_what_it_is() -> None:
    spec = make_spec({"prompt": {"type": "string"}}, required=["prompt"], example={"prompt": "x"})
    [model] = plan_of(spec).models

    [usage] = usages_of(model, "toy_sdk")
    assert usage.title == "Example"
    assert usage.intro == (
        "The docs' own example. What is required, and nothing else. "
        "Every field once, to show how each is written."
    )


def test_changes_name_each_rule_once_with_the_fields_it_edited() -> None:
    spec = make_spec(
        {"a": {"type": "float"}, "b~/c": {"type": "double"}, "d": {"type": "string"}},
        example={"d": "x"},
    )
    [model] = plan_of(spec).models
    places = {change.rule: change.places for change in changes_of(model)}

    assert places["type-alias"] == ("a", "b~/c")
    assert places["object-closed"] == ("input",)


def test_sections_keep_the_order_of_models() -> None:
    specs = [
        make_spec({"prompt": {"type": "string"}}, model_id=model_id, example={"prompt": "x"})
        for model_id in ("b/two", "a/one", "b/four", "a/three")
    ]
    found = sections(plan_of(*specs).models, lambda model: model.vendor)

    assert [(s.title, [m.spec.model_id for m in s.models]) for s in found] == [
        ("a", ["a/one", "a/three"]),
        ("b", ["b/four", "b/two"]),
    ]
