"""Turn clean input schemas back into the service's own dialect of JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from .replies import JsonObject

__all__ = ["service_schema"]

_RENAMED = {"x-widget": "format", "x-validations": "validations"}


def service_schema(schema: JsonObject) -> JsonObject:
    """Write a schema as the catalogue of the service writes it.

    Model-api contract, schema dialect: numbers are of type `float`; media carry the format
    `image_uri`, lists of media `image_uris`; list items that are objects are a bare map of their
    properties; samples stand as `default`.

    Args:
        schema: JSON Schema 2020-12 with the keywords of a model spec.

    Returns:
        A new schema that strict validators refuse.
    """
    result: JsonObject = {}
    for key, value in schema.items():
        if key == "type":
            result[key] = "float" if value == "number" else value
        elif key == "x-media":
            result["format"] = f"{value}_uri"
        elif key in _RENAMED:
            result.setdefault(_RENAMED[key], value)
        elif key == "examples":
            result.setdefault("default", cast("list[object]", value)[0])
        elif key == "properties":
            result[key] = _properties(value)
        elif key == "items" and isinstance(value, dict):
            _add_items(result, cast("JsonObject", value))
        else:
            result[key] = value
    return result


def _properties(value: object) -> JsonObject:
    properties = cast("dict[str, JsonObject]", value)
    return {name: service_schema(schema) for name, schema in properties.items()}


def _add_items(result: JsonObject, items: JsonObject) -> None:
    if "properties" in items:
        result["items"] = _properties(items["properties"])
    elif "x-media" in items:
        result["format"] = f"{items['x-media']}_uris"
        result["items"] = {key: value for key, value in items.items() if key != "x-media"}
    else:
        result["items"] = service_schema(items)
