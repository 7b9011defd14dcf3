"""``llms.txt`` and ``llms-full.txt``: the docs for language models, in the form of llmstxt.org."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from runcomfy_codegen.plan import Plan
from runcomfy_codegen.render.renderer import Renderer
from runcomfy_codegen.targets.unit import Unit

__all__ = ["units"]

_INDEX = "llms.txt.jinja"
_FULL = "llms-full.txt.jinja"
_PAGE = "docs/models/{vendor}/_facts.md.jinja"
_HEAD = "llms-head.jinja"


def units(plan: Plan) -> Iterator[Unit]:
    """Yield the index and the full text."""
    facts = " ".join(f"{model.spec.sha256} {model.names}" for model in plan.models)
    facts = f"{plan.package} {facts}"
    yield Unit("llms.txt", facts, (_INDEX, _HEAD), partial(_render, _INDEX, plan))
    yield Unit("llms-full.txt", facts, (_FULL, _HEAD, _PAGE), partial(_render, _FULL, plan))


def _render(template: str, plan: Plan, renderer: Renderer) -> str:
    return renderer.fill(template, plan=plan)
