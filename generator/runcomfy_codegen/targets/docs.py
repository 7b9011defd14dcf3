"""The docs in Markdown: a page and two schemas a model, the indexes of models, the tables of rules, and the guides."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.table import rule_table
from runcomfy_codegen.places import templates_folder
from runcomfy_codegen.plan import ModelPlan, Plan
from runcomfy_codegen.plan.pages import changes_of, sections, usages_of
from runcomfy_codegen.render.renderer import Renderer
from runcomfy_codegen.spec import canonical_json
from runcomfy_codegen.targets.unit import Unit

__all__ = ["units"]

_PAGE = "docs/models/{vendor}/{model}.md.jinja"
_FACTS = "docs/models/{vendor}/_facts.md.jinja"
_INDEX = "docs/models/index.md.jinja"
_GALLERY = "docs/models/gallery.md.jinja"
_RULES = "docs/normalization.md.jinja"
_NAMES = "docs/names.md.jinja"
_MEDIA = ("image", "video", "audio", "file")


def units(plan: Plan) -> Iterator[Unit]:
    """Yield what belongs to each model, then what is about all of them, then what is about none."""
    for model in plan.models:
        yield from _model_units(plan, model)
    yield from _index_units(plan)
    rows = rule_table(model.spec for model in plan.models)
    yield Unit("docs/normalization.md", repr(rows), (_RULES,), partial(_render, _RULES, rows=rows))
    yield Unit("docs/names.md", "", (_NAMES,), partial(_render, _NAMES))
    for file in _static_files():
        yield Unit(file, "", (file,), partial(_copy, file))


def _model_units(plan: Plan, model: ModelPlan) -> Iterator[Unit]:
    model_id, place = model.spec.model_id, f"{model.vendor}/{model.module}"
    facts = f"{model.spec.sha256} {model.names} {plan.package}"
    page = partial(_render_page, model, plan.package)
    yield Unit(f"docs/models/{place}.md", facts, (_PAGE, _FACTS), page, model_id)
    schema = partial(_render_input_schema, model, plan.package)
    yield Unit(f"docs/schemas/{place}.json", facts, (), schema, model_id)
    schema = partial(_render_output_schema, model)
    yield Unit(f"docs/schemas/{place}.output.json", model.spec.sha256, (), schema, model_id)


def _index_units(plan: Plan) -> Iterator[Unit]:
    facts = repr([_entry(model) for model in plan.models])
    yield Unit("docs/catalogue.json", facts, (), partial(_render_catalogue, plan))
    yield Unit("docs/models/index.md", facts, (_INDEX,), partial(_render, _INDEX, plan=plan))
    groups = {
        "task": sections(plan.models, lambda model: model.spec.task),
        "vendor": sections(plan.models, lambda model: model.spec.model_id.split("/")[0]),
        "medium": sections(plan.models, _medium),
    }
    for name, found in groups.items():
        gallery = partial(
            _render,
            _GALLERY,
            by=name,
            others=[other for other in groups if other != name],
            sections=found,
        )
        yield Unit(f"docs/models/by-{name}.md", facts, (_GALLERY,), gallery)


@cache
def _static_files() -> tuple[str, ...]:
    """Return the names of the guides and of what makes the site's look, which are as they are written."""
    folder = templates_folder()
    files = [file for file in (folder / "docs").rglob("*") if file.is_file()]
    names = sorted(file.relative_to(folder).as_posix() for file in files)
    return tuple(name for name in names if not name.endswith(".jinja"))


def _render(template: str, renderer: Renderer, **context: object) -> str:
    return renderer.fill(template, **context)


def _copy(template: str, _renderer: Renderer) -> str:
    return (templates_folder() / template).read_text(encoding="utf-8")


def _render_page(model: ModelPlan, package: str, renderer: Renderer) -> str:
    usages, changes = usages_of(model, package), changes_of(model)
    return renderer.fill(_PAGE, model=model, usages=usages, changes=changes)


def _render_catalogue(plan: Plan, _renderer: Renderer) -> str:
    return canonical_json([_entry(model) for model in plan.models])


def _entry(model: ModelPlan) -> JsonObject:
    """Return what an index says of a model."""
    taken: set[str] = {kind for _, kind in model.media}
    inputs: list[Json] = [kind for kind in _MEDIA if kind in taken]
    return {
        "id": model.spec.model_id,
        "title": model.spec.title,
        "summary": model.spec.summary,
        "task": model.spec.task,
        "vendor": model.spec.model_id.split("/")[0],
        "inputs": inputs,
        "medium": _medium(model),
        "python": f"client.{model.attribute_path}",
        "page": f"models/{model.vendor}/{model.module}.html",
    }


def _medium(model: ModelPlan) -> str:
    return model.output or "file"


def _render_input_schema(model: ModelPlan, package: str, _renderer: Renderer) -> str:
    """Return the schema of the input, with what is needed to write a call under ``x-model``."""
    spec, example = model.spec, model.example
    schema: JsonObject = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **spec.input_schema,
        "title": spec.title,
        "examples": [example],
        "x-model": {
            "id": spec.model_id,
            "task": spec.task,
            "package": package,
            "attribute_path": model.attribute_path,
            "fields": {parameter.wire: parameter.name for parameter in model.parameters},
            "order": [parameter.wire for parameter in model.parameters],
            "output": model.output,
        },
    }
    return canonical_json(schema)


def _render_output_schema(model: ModelPlan, _renderer: Renderer) -> str:
    schema: JsonObject = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.spec.output_schema,
    }
    return canonical_json(schema)
