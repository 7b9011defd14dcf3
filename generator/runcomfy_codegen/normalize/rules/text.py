"""Rules for titles and descriptions."""

from __future__ import annotations

from collections.abc import Iterator

from runcomfy_codegen.normalize.nodes import SchemaNode
from runcomfy_codegen.normalize.registry import Change, Edit, Finding, schema_rule
from runcomfy_codegen.normalize.text import (
    has_mojibake,
    is_english_script,
    is_latin,
    is_unresolved,
    readable_title,
)


@schema_rule(
    "schema-title",
    "The schema's own title is a translated heading of the page, not a fact of the model.",
)
def drop_schema_title(node: SchemaNode) -> Iterator[Change]:
    """Remove the title of the whole input schema."""
    if node.role == "root" and "title" in node.schema:
        yield Edit(node.at("title"))


@schema_rule(
    "title-readable",
    "Docs are in English; a title that is missing, unresolved or has foreign letters is derived from the name.",
    "derive",
)
def derive_titles(node: SchemaNode) -> Iterator[Change]:
    """Give every property a title that can be read."""
    if node.role != "property":
        return
    title = node.schema.get("title")
    if (
        not isinstance(title, str)
        or not title.strip()
        or is_unresolved(title)
        or not is_english_script(title)
    ):
        yield Edit(node.at("title"), readable_title(node.name))
    elif title != title.strip():
        yield Edit(node.at("title"), title.strip(), "Outer blanks carry nothing.")


@schema_rule("description-empty", "An empty description says nothing.")
def drop_empty_descriptions(node: SchemaNode) -> Iterator[Change]:
    """Remove descriptions that are empty, blank or null."""
    if "description" not in node.schema:
        return
    text = node.schema["description"]
    if text is None or (isinstance(text, str) and not text.strip()):
        yield Edit(node.at("description"))


@schema_rule(
    "description-unresolved", "The site did not resolve its own i18n key, so there is no text."
)
def drop_unresolved_descriptions(node: SchemaNode) -> Iterator[Change]:
    """Remove descriptions that are unresolved i18n keys."""
    text = node.schema.get("description")
    if isinstance(text, str) and is_unresolved(text):
        yield Edit(node.at("description"))


@schema_rule("description-trim", "Outer blanks carry nothing.")
def trim_descriptions(node: SchemaNode) -> Iterator[Change]:
    """Strip blanks around descriptions."""
    text = node.schema.get("description")
    if isinstance(text, str) and text.strip() and text != text.strip():
        yield Edit(node.at("description"), text.strip())


@schema_rule(
    "text-mojibake",
    "Characters were lost before the page was scraped; they cannot be told, so the text stays.",
    "note",
)
def report_mojibake(node: SchemaNode) -> Iterator[Change]:
    """Report texts with replacement characters and keep them."""
    for key in ("title", "description"):
        text = node.schema.get(key)
        if isinstance(text, str) and has_mojibake(text):
            yield Finding(node.at(key), f"characters were lost in {text[:120]!r}")


@schema_rule(
    "text-localized",
    "There is no English text for it on any page; the text stays in its language.",
    "note",
)
def report_localized_descriptions(node: SchemaNode) -> Iterator[Change]:
    """Report descriptions that are not in Latin script and keep them."""
    text = node.schema.get("description")
    if isinstance(text, str) and not is_latin(text):
        yield Finding(node.at("description"), f"the description is not in English: {text[:120]!r}")
