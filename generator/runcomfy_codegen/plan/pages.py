"""What the docs show beside the plan: how each model is called, what was changed of its page, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from runcomfy_codegen.plan.fitting import fitting_value
from runcomfy_codegen.plan.models import ModelPlan
from runcomfy_codegen.plan.snippets import plan_snippets
from runcomfy_codegen.plan.units import Snippets
from runcomfy_codegen.pointer import split

__all__ = ["Changed", "Section", "Usage", "changes_of", "sections", "usages_of"]


@dataclass(frozen=True, slots=True)
class Usage:
    """One input of a model, as text for four readers."""

    title: str
    intro: str
    snippets: Snippets


@dataclass(frozen=True, slots=True)
class Changed:
    """What one rule did to a model's page. ``places`` are input fields, or the parts of the spec that are none."""

    rule: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Some models under one heading of an index."""

    title: str
    models: tuple[ModelPlan, ...]


def usages_of(model: ModelPlan, package: str) -> tuple[Usage, ...]:
    """Return the docs' own example, the smallest and the fullest input; where two are equal, one stands for both."""
    schema, example = model.spec.input_schema, model.example
    usages: list[Usage] = []
    shown: dict[str, int] = {}
    for title, intro, payload in (
        ("Example", "The docs' own example.", example),
        (
            "Smallest input",
            "What is required, and nothing else.",
            fitting_value(schema, [example], full=False),
        ),
        (
            "Fullest input",
            "Every field once, to show how each is written.",
            fitting_value(schema, [example], full=True),
        ),
    ):
        if not isinstance(payload, dict):
            continue
        same = shown.setdefault(json.dumps(payload, sort_keys=True), len(usages))
        if same < len(usages):
            usages[same] = replace(usages[same], intro=f"{usages[same].intro} {intro}")
            continue
        snippets = plan_snippets(
            package,
            model.spec.model_id,
            model.attribute_path,
            model.parameters,
            payload,
            model.output,
        )
        usages.append(Usage(title, intro, snippets))
    return tuple(usages)


def changes_of(model: ModelPlan) -> tuple[Changed, ...]:
    """Return what normalization did to the model's page, one entry a rule, in the order in which the rules ran."""
    places: dict[str, dict[str, None]] = {}
    for fix in model.spec.fixes:
        rule = str(fix["rule"])
        places.setdefault(rule, {})[_place(str(fix["pointer"]))] = None
    return tuple(Changed(rule, tuple(found)) for rule, found in places.items())


def _place(pointer: str) -> str:
    """Return the input field that ``pointer`` lies in, or the part of the spec."""
    steps = split(pointer)
    if len(steps) > 2 and steps[:2] == ["input_schema", "properties"]:
        return steps[2]
    return "".join(steps[:1]).replace("_schema", "")


def sections(models: Iterable[ModelPlan], title: Callable[[ModelPlan], str]) -> list[Section]:
    """Return ``models`` grouped by ``title``, both in order."""
    groups: dict[str, list[ModelPlan]] = {}
    for model in models:
        groups.setdefault(title(model), []).append(model)
    return [Section(name, tuple(group)) for name, group in sorted(groups.items())]
