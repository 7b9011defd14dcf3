"""The docs in Markdown: a page a model, an index, the rules of names, and the table of normalization rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from runcomfy_codegen.normalize.table import rule_table
from runcomfy_codegen.plan import Plan
from runcomfy_codegen.render.renderer import Renderer
from runcomfy_codegen.targets.unit import Unit

__all__ = ["units"]

_PAGE = "docs/models/{vendor}/{model}.md.jinja"
_INDEX = "docs/models/index.md.jinja"
_NAMES = "docs/names.md.jinja"
_RULES = "docs/normalization.md.jinja"


def units(plan: Plan) -> Iterator[Unit]:
    """Yield the index and the model pages."""
    entries = [(m.spec.model_id, m.attribute_path, m.spec.title, m.spec.task) for m in plan.models]
    yield Unit(
        "docs/models/index.md", repr(entries), (_INDEX,), partial(_render, _INDEX, plan=plan)
    )
    yield Unit("docs/names.md", "", (_NAMES,), partial(_render, _NAMES))
    rows = rule_table(model.spec for model in plan.models)
    yield Unit("docs/normalization.md", repr(rows), (_RULES,), partial(_render, _RULES, rows=rows))
    for model in plan.models:
        path = f"docs/models/{model.vendor}/{model.module}.md"
        facts = f"{model.spec.sha256} {model.names} {plan.package}"
        yield Unit(
            path,
            facts,
            (_PAGE,),
            partial(_render, _PAGE, model=model),
            model.spec.model_id,
        )


def _render(template: str, renderer: Renderer, **context: object) -> str:
    return renderer.fill(template, **context)
