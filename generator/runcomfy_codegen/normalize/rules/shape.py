"""Rules that make the document's structure that of a JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator

from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.normalize.nodes import SchemaNode, is_property_map, type_names
from runcomfy_codegen.normalize.registry import Change, Edit, Finding, schema_rule
from runcomfy_codegen.pointer import child


@schema_rule(
    "property-map",
    "The page gives a bare map of properties; JSON Schema wants an object schema around it.",
)
def wrap_property_map(node: SchemaNode) -> Iterator[Change]:
    """Wrap ``{name: schema, ...}``, as items or as a property, into an object schema."""
    if node.role != "root" and is_property_map(node.schema):
        yield Edit(node.pointer, {"type": "object", "properties": node.schema})


@schema_rule(
    "object-untyped",
    "The node has properties but no type; JSON Schema would accept anything that is no object.",
)
def type_objects(node: SchemaNode) -> Iterator[Change]:
    """Give ``type: object`` to a node that has properties and no type."""
    if isinstance(node.schema.get("properties"), dict) and "type" not in node.schema:
        yield Edit(node.at("type"), "object")


@schema_rule(
    "required-flag",
    "The property says 'required: true' of itself; JSON Schema lists required names on the object.",
)
def move_required_flags(node: SchemaNode) -> Iterator[Change]:
    """Move boolean ``required`` flags of properties to the object's list."""
    properties = node.schema.get("properties")
    if not isinstance(properties, dict):
        return
    listed = node.schema.get("required")
    names: list[Json] = list(listed) if isinstance(listed, list) else []
    added: list[str] = []
    flagged = False
    for name, member in properties.items():
        if isinstance(member, dict) and isinstance(member.get("required"), bool):
            flagged = True
            if member["required"] and name not in names:
                added.append(name)
            yield Edit(child(child(node.at("properties"), name), "required"))
    if flagged:
        yield Edit(node.at("required"), [*names, *sorted(added)])


@schema_rule(
    "required-unknown",
    "A required name without a property cannot be sent with a known type; it is kept out and reported, never invented.",
)
def drop_unknown_required(node: SchemaNode) -> Iterator[Change]:
    """Remove required names that no property has, and repeated ones."""
    required, properties = node.schema.get("required"), node.schema.get("properties")
    if not isinstance(required, list) or not isinstance(properties, dict):
        return
    kept: list[Json] = []
    for name in required:
        known = isinstance(name, str) and name in properties
        if known and name not in kept:
            kept.append(name)
        elif not known:
            yield Finding(
                node.at("required"),
                f"the page requires {str(name)[:80]!r} and has no such property"
                f" (it has {', '.join(sorted(properties))[:200]})",
            )
    if kept != required:
        yield Edit(node.at("required"), kept)


@schema_rule(
    "object-closed",
    "A misspelt field would be paid for and ignored, so objects accept the documented names only.",
)
def close_objects(node: SchemaNode) -> Iterator[Change]:
    """Set ``additionalProperties: false`` on objects that do not say."""
    if (
        "object" in type_names(node.schema)
        and isinstance(node.schema.get("properties"), dict)
        and "additionalProperties" not in node.schema
    ):
        yield Edit(node.at("additionalProperties"), False)
