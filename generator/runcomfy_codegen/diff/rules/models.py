"""Models as a whole: those that came and went, and where they stand in the client."""

from __future__ import annotations

from runcomfy_codegen.diff.delta import Delta
from runcomfy_codegen.diff.registry import change_rule


@change_rule(
    "model-added",
    "compatible",
    "It takes nothing away.",
    parts=("model",),
    on=("model",),
    section="Added",
)
def add_model(delta: Delta) -> str | None:
    """There is a new model."""
    return f"a new model, {delta.after}" if delta.added else None


@change_rule(
    "model-removed",
    "breaking",
    "Code that calls it finds no such attribute.",
    parts=("model",),
    on=("model",),
    section="Removed",
)
def remove_model(delta: Delta) -> str | None:
    """A model is gone."""
    return "the model is gone" if delta.removed else None


@change_rule(
    "attribute-path-renamed",
    "breaking",
    "Code that calls the model by its old path finds no such attribute.",
    parts=("model",),
    on=("attribute_path",),
)
def rename_path(delta: Delta) -> str | None:
    """The Python path of a model in names.lock.json is another one."""
    return f"the path in the client is {delta.after} instead of {delta.before}"
