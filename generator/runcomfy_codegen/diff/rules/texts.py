"""Texts, samples, defaults and display hints: none of them decides what is taken."""

from __future__ import annotations

from runcomfy_codegen.diff.delta import Delta
from runcomfy_codegen.diff.registry import change_rule
from runcomfy_codegen.diff.words import instead, shown

_SAYS = "Only what people read is different."
_UNSENT = "The SDK sends no defaults; the value is what the page says of a field that is left out."


def _change_words(delta: Delta, what: str) -> str:
    if delta.added:
        return f"there is {what} now: {shown(delta.after)}"
    if delta.removed:
        return f"{what} is gone; it was {shown(delta.before)}"
    return f"{what} is {instead(delta.before, delta.after)}"


@change_rule("title-changed", "note", _SAYS, parts=("model", "input", "output"), on=("title",))
def change_title(delta: Delta) -> str | None:
    """A title is another one."""
    return _change_words(delta, "a title" if delta.added else "the title")


@change_rule("summary-changed", "note", _SAYS, parts=("model",), on=("summary",))
def change_summary(delta: Delta) -> str | None:
    """The summary of a model is another one."""
    return _change_words(delta, "the summary")


@change_rule("task-changed", "note", _SAYS, parts=("model",), on=("task",))
def change_task(delta: Delta) -> str | None:
    """The task of a model is another one."""
    return _change_words(delta, "the task")


@change_rule("description-changed", "note", _SAYS, parts=("input", "output"), on=("description",))
def change_description(delta: Delta) -> str | None:
    """A description came, went or is another one."""
    return _change_words(delta, "a description" if delta.added else "the description")


@change_rule(
    "example-changed",
    "note",
    "Samples show how a call looks; they decide nothing.",
    parts=("model", "input", "output"),
    on=("example", "examples"),
)
def change_example(delta: Delta) -> str | None:
    """The docs' own payload or the samples of a field are others."""
    what = "the docs' own example" if delta.keyword == "example" else "the list of samples"
    return _change_words(delta, what)


@change_rule("default-added", "note", _UNSENT, parts=("input", "output"), on=("default",))
def add_default(delta: Delta) -> str | None:
    """The page names a default now."""
    return f"the default is {shown(delta.after)} now{_sent(delta)}" if delta.added else None


@change_rule("default-removed", "note", _UNSENT, parts=("input", "output"), on=("default",))
def remove_default(delta: Delta) -> str | None:
    """The page no longer names a default."""
    return f"the default {shown(delta.before)} is gone{_sent(delta)}" if delta.removed else None


@change_rule("default-changed", "note", _UNSENT, parts=("input", "output"), on=("default",))
def change_default(delta: Delta) -> str | None:
    """The page names another default."""
    if delta.added or delta.removed:
        return None
    return f"the default is {instead(delta.before, delta.after)}{_sent(delta)}"


def _sent(delta: Delta) -> str:
    return "; the SDK sends no defaults" if delta.place.part == "input" else ""


@change_rule(
    "widget-changed",
    "note",
    "It tells how a form shows the field.",
    parts=("input", "output"),
    on=("x-widget",),
)
def change_widget(delta: Delta) -> str | None:
    """The display hint of a field is another one."""
    return _change_words(delta, "the display hint")


@change_rule(
    "format-changed",
    "note",
    "In JSON Schema 2020-12 a format is a remark that refuses nothing.",
    parts=("input", "output"),
    on=("format",),
)
def change_format(delta: Delta) -> str | None:
    """The format of a text is another one."""
    return _change_words(delta, "the format")
