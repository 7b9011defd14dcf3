"""The fields of a model as columns of a table, and the value that a cell stands for in one of them."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from ..fields import Field, is_list, is_object, local_files, read_fields
from ..models import MediaKind, ModelInfo

__all__ = ["columns_of", "is_missing", "resolved", "value_of"]

_ALTERNATIVES: Final = ("anyOf", "oneOf", "allOf")


def columns_of(info: ModelInfo) -> Mapping[str, Field]:
    """Return the fields of a model's input by name, read from its input class; empty where it is not known."""
    if info.input is None:
        return {}
    schema: dict[str, Any] = info.input.model_json_schema(by_alias=True)
    for pointer, kind in info.media.items():
        _mark(schema, schema, pointer.split("/")[1:], kind)
    return read_fields(schema)


def is_missing(cell: object) -> bool:
    """Tell whether a cell holds nothing: empty text, None, NaN, or the mark of a data frame for "not there"."""
    if cell is None or (isinstance(cell, str) and not cell):
        return True
    if isinstance(cell, float):
        return math.isnan(cell)
    return type(cell).__name__ in ("NAType", "NaTType")


def value_of(cell: object, field: Field, *, textual: bool) -> Any:
    """Return the value that ``cell`` stands for; local media become paths, as they stand in the table.

    Args:
        cell: What the table holds there.
        field: The field of that column.
        textual: Whether the table holds text only.

    Raises:
        MalformedTextError: If text has not the form that the field needs.
    """
    if textual and isinstance(cell, str):
        return field.from_text(cell)
    return _whole(field.with_media(_plain(cell)), field)


def resolved(value: Any, folder: Path) -> Any:
    """Return ``value`` with its relative paths taken from ``folder``, and all made absolute."""
    if isinstance(value, Path):
        return (folder / value.expanduser()).absolute()
    if not any(True for _ in local_files(value)):
        return value
    if is_list(value):
        return [resolved(item, folder) for item in value]
    return {key: resolved(item, folder) for key, item in cast("dict[str, Any]", value).items()}


def _plain(cell: object) -> Any:
    """Return a cell of a typed table as the JSON value it stands for; what is none is left for validation to name."""
    if is_object(cell):
        return {str(name): _plain(item) for name, item in cell.items() if item is not None}
    if isinstance(cell, (list, tuple)):
        return [_plain(item) for item in cast("list[object]", cell)]
    if isinstance(cell, decimal.Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    scalar = getattr(cell, "item", None)
    if callable(scalar) and getattr(cell, "ndim", None) == 0:
        return scalar()
    return cell


def _whole(value: Any, field: Field) -> Any:
    """Return whole floats as integers where the field takes no others; frames with gaps have no integers."""
    if isinstance(value, float) and value.is_integer() and "number" not in field.kinds:
        return int(value) if "integer" in field.kinds else value
    if is_list(value) and field.items:
        return [_whole(item, field.items) for item in value]
    return value


def _mark(node: dict[str, Any], root: Mapping[str, Any], parts: list[str], kind: MediaKind) -> None:
    """Note the kind of medium at a place of a schema, through references and alternatives."""
    for alternative in (part for word in _ALTERNATIVES for part in node.get(word, ())):
        _mark(alternative, root, parts, kind)
    reference = node.get("$ref")
    if isinstance(reference, str):
        _mark(root["$defs"][reference.rpartition("/")[2]], root, parts, kind)
    if not parts:
        if node.get("type") == "string":
            node["x-media"] = kind
        return
    name = parts[0].replace("~1", "/").replace("~0", "~")
    below = node.get("items") if name == "*" else node.get("properties", {}).get(name)
    if below is not None:
        _mark(below, root, parts[1:], kind)
