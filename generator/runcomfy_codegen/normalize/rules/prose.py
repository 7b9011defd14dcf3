"""Rules that read descriptions for what the schema does not say. They report, and change nothing.

A limit in prose may be outdated, or mean something else; enforcing it would refuse what the service takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runcomfy_codegen.normalize.nodes import SchemaNode, type_names
from runcomfy_codegen.normalize.registry import Change, Finding, schema_rule

_AMOUNT = r"(?<!\d)\d[\d,.]{0,15}"
_SPAN = rf"{_AMOUNT}\s?(-|–|—|to|and|\.\.)\s?\d[\d,.]{{0,15}}"
_RANGE = re.compile(
    rf"\b(range|between|from|values?)\b[^.;]{{0,20}}?{_SPAN}"
    rf"|\b(max(imum)?|min(imum)?|at (most|least)|up to|(no more|less|greater) than)\b[^.;]{{0,20}}?{_AMOUNT}",
    re.IGNORECASE,
)
_LENGTH = re.compile(rf"{_AMOUNT}[^.;]{{0,20}}?\b(characters|chars|words|tokens)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(is|are|becomes?) (required|mandatory|ignored)\b|\brequired (to|when|if|for|with|unless)\b"
    r"|\b(only|must be) (used|valid|available|set|supported|combined|provided) (when|if|with|in|for)\b"
    r"|\b(cannot|can't|must not) be (used|combined|set) (with|together)\b",
    re.IGNORECASE,
)
_BOUNDS = {
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "array": ("minItems", "maxItems"),
    "string": ("minLength", "maxLength"),
}


@schema_rule(
    "prose-limit",
    "Only the description states this limit; it is not enforced, the service may see it otherwise.",
    "note",
)
def report_prose_limits(node: SchemaNode) -> Iterator[Change]:
    """Report limits that a description states and the schema does not."""
    text = node.schema.get("description")
    if not isinstance(text, str) or "enum" in node.schema or "const" in node.schema:
        return
    kinds = [name for name in type_names(node.schema) if name in _BOUNDS]
    media = "x-media" in node.schema
    for kind in kinds:
        pattern = _LENGTH if kind == "string" and not media else _RANGE
        found = pattern.search(text)
        if found and not any(bound in node.schema for bound in _BOUNDS[kind]):
            message = f"the text states a limit that the schema does not: {found.group()!r}"
            yield Finding(node.at("description"), message)


@schema_rule(
    "prose-condition",
    "Only the description says when the field counts; a schema of one field cannot.",
    "note",
)
def report_prose_conditions(node: SchemaNode) -> Iterator[Change]:
    """Report conditions between fields that a description states."""
    text = node.schema.get("description")
    found = _CONDITION.search(text) if isinstance(text, str) else None
    if found:
        yield Finding(node.at("description"), f"the text states a condition: {found.group()!r}")
