"""The generated tests: every model's client held against its spec on the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from runcomfy_codegen.format import WIDTH, fits
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan import ModelPlan, Plan
from runcomfy_codegen.plan.samples import Sample, Violation, plan_samples
from runcomfy_codegen.render.literals import one_line, rows, source, text_source
from runcomfy_codegen.render.renderer import Renderer
from runcomfy_codegen.targets.unit import Unit

__all__ = ["units"]

_FIXED = ("conftest.py", "pytest.ini")
_FILE = "tests/{vendor}/test_{model}.py.jinja"


@dataclass(frozen=True, slots=True)
class _Run:
    """One input that the model takes, as source: the payload, and the keyword arguments of both calls."""

    name: str
    doc: str
    payload: str
    arguments: str
    arguments_async: str


def units(plan: Plan) -> Iterator[Unit]:
    """Yield what all tests share, and one file a model."""
    for name in _FIXED:
        template = f"tests/{name}.jinja"
        render = partial(_render, template, plan=plan)
        yield Unit(f"tests/{name}", plan.package, (template,), render)
    for model in plan.models:
        yield Unit(
            f"tests/{model.vendor}/test_{model.module}.py",
            f"{model.spec.sha256} {model.attribute_path} {plan.package}",
            (_FILE,),
            partial(_render_model, model, plan.package),
            model.spec.model_id,
        )


def _render(template: str, renderer: Renderer, **context: object) -> str:
    return renderer.fill(template, **context)


def _render_model(model: ModelPlan, package: str, renderer: Renderer) -> str:
    samples = plan_samples(model.spec.input_schema, model.spec.example)
    base = next((run.payload for run in samples.runs if run.name == "minimal"), None)
    return renderer.fill(
        _FILE,
        model=model,
        package=package,
        runs=[_run(model, sample) for sample in samples.runs],
        violations="".join(_entry(violation, base) for violation in samples.violations),
        uncovered=source(list(samples.uncovered), 0, len("NOT_COVERED: Final[list[str]] = ")),
        kind=model.output if model.output != "file" else None,
    )


def _run(model: ModelPlan, sample: Sample) -> _Run:
    payload = sample.payload
    given: JsonObject = {
        f"{parameter.name}=": payload[parameter.wire]
        for parameter in model.parameters
        if parameter.wire in payload
    }
    constant = f"{sample.name.upper()}: Final[dict[str, object]] = "
    return _Run(
        sample.name,
        sample.doc,
        source(payload, 0, len(constant)),
        _call(rows(given, 8), 4),
        _call(rows(given, 16), 12),
    )


def _call(arguments: str, indent: int) -> str:
    return f"(\n{arguments}{' ' * indent})" if arguments else "()"


def _entry(violation: Violation, base: JsonObject | None) -> str:
    """Return one member of the table of violations; what differs from ``base`` is all that is written out."""
    payload, spread = violation.payload, ""
    if base and base.keys() <= payload.keys():
        spread = "MINIMAL"
        payload = {
            k: v for k, v in payload.items() if k not in base or one_line(v) != one_line(base[k])
        }
    name, pointer = text_source(violation.name), text_source(violation.pointer)
    row = f"    {name}: ({pointer}, {one_line(payload, spread, short=True)}),"
    if fits(row, WIDTH):
        return f"{row}\n"
    value = source(payload, 8, spread=spread, short=True)
    return f"    {name}: (\n        {pointer},\n        {value},\n    ),\n"
