"""Branches of ``anyOf``."""

from __future__ import annotations

from runcomfy_codegen.diff.delta import Delta
from runcomfy_codegen.diff.registry import change_rule
from runcomfy_codegen.diff.words import shown


@change_rule(
    "branch-added",
    "compatible",
    "All values that were taken still are.",
    parts=("input",),
    on=("branch",),
)
@change_rule(
    "output-branch-added",
    "breaking",
    "A reader meets a form that it was not told of.",
    parts=("output",),
    on=("branch",),
)
def add_branch(delta: Delta) -> str | None:
    """There is one more form that a value can have."""
    return f"a new form: {shown(delta.after)}" if delta.added else None


@change_rule(
    "branch-removed",
    "breaking",
    "A value of that form is refused now.",
    parts=("input",),
    on=("branch",),
)
@change_rule(
    "output-branch-removed",
    "compatible",
    "Who reads all the old forms reads the fewer new ones.",
    parts=("output",),
    on=("branch",),
)
def remove_branch(delta: Delta) -> str | None:
    """A form that a value could have is gone."""
    return f"this form is gone: {shown(delta.before)}" if delta.removed else None


@change_rule(
    "branches-constrained",
    "breaking",
    "Values of no listed form are refused now.",
    parts=("input",),
    on=("anyOf",),
)
@change_rule(
    "output-branches-constrained",
    "compatible",
    "A reader is promised more than before.",
    parts=("output",),
    on=("anyOf",),
)
def constrain_branches(delta: Delta) -> str | None:
    """Beside what the schema says anyway, a value must have one of several forms now."""
    return f"one of these forms is wanted now: {shown(delta.after)}" if delta.added else None


@change_rule(
    "branches-freed",
    "compatible",
    "All values that were taken still are.",
    parts=("input",),
    on=("anyOf",),
)
@change_rule(
    "output-branches-freed",
    "breaking",
    "A reader meets forms that it was not told of.",
    parts=("output",),
    on=("anyOf",),
)
def free_branches(delta: Delta) -> str | None:
    """A value need no longer have one of several forms."""
    return (
        f"none of these forms is wanted any more: {shown(delta.before)}" if delta.removed else None
    )
