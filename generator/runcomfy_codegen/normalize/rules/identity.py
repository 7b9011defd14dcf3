"""Rules for the model's own title, summary and task."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.normalize.medium import derive_task
from runcomfy_codegen.normalize.registry import Change, Edit, document_rule
from runcomfy_codegen.normalize.sample import sample_input
from runcomfy_codegen.normalize.text import is_latin, is_unresolved, readable_title

_SITE = re.compile(r"(?<!\s)\s*\|\s*RunComfy\s*$")
_PITCH = re.compile(r"(?<!\s)(\s*(:|\s[-–—|])\s.*$|\s+on playground and API.*$)")


@document_rule(
    "model-title",
    "The page's heading is an advert for the model; its beginning is the model's name.",
)
def shorten_title(document: JsonObject) -> Iterator[Change]:
    """Cut the site's name and the pitch off the title."""
    title = document.get("title")
    if isinstance(title, str):
        short = _PITCH.sub("", _SITE.sub("", title)).strip()
        if short and short != title:
            yield Edit("/title", short)


@document_rule(
    "model-title-derived",
    "There is no title in Latin script, so it is derived from the id.",
    "derive",
)
def derive_title(document: JsonObject) -> Iterator[Change]:
    """Give a model without readable title one from its id."""
    title = document.get("title")
    if isinstance(title, str) and title.strip() and is_latin(title) and not is_unresolved(title):
        return
    segments = str(document["model_id"]).split("/")[1:]
    yield Edit("/title", " ".join(readable_title(segment) for segment in segments))


@document_rule(
    "model-summary",
    "A summary that is missing, unresolved or not in Latin script says nothing to the reader.",
)
def clean_summary(document: JsonObject) -> Iterator[Change]:
    """Blank a summary that cannot be read."""
    summary = document.get("summary")
    if not isinstance(summary, str) or not is_latin(summary) or is_unresolved(summary):
        yield Edit("/summary", "")


@document_rule(
    "model-task",
    "Pages do not name the task; it is derived from the id and the media that go in and out.",
    "derive",
)
def name_task(document: JsonObject) -> Iterator[Change]:
    """Set the task."""
    if not document.get("task"):
        yield Edit("/task", derive_task(document))


@document_rule(
    "example-missing",
    "The source has no example payload; this one is made up of samples, defaults, choices and bounds.",
    "derive",
)
def derive_example(document: JsonObject) -> Iterator[Change]:
    """Give a model without example payload one of its required properties."""
    schema = document.get("input_schema")
    if "example" not in document and isinstance(schema, dict):
        yield Edit("/example", sample_input(schema))
