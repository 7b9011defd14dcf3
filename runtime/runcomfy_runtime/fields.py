"""Fields of a model's input, read from its JSON Schema, and the values that text stands for in them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeGuard, cast

__all__ = [
    "ABSENT",
    "Field",
    "Json",
    "MalformedTextError",
    "as_media",
    "is_list",
    "is_object",
    "local_files",
    "read_fields",
]

Json = Any
"""A value as `json` reads it; media fields hold a `pathlib.Path` where a local file was named."""

ABSENT: Final = object()
"""Stands for "no such value" where None is a value."""

_TRUE: Final = frozenset({"true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0"})
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_REMOTE: Final = ("http://", "https://", "data:")
_BOUNDS: Final = (
    ("minimum", "≥"),
    ("exclusiveMinimum", ">"),
    ("maximum", "≤"),
    ("exclusiveMaximum", "<"),
    ("multipleOf", "a multiple of"),
)


class MalformedTextError(ValueError):
    """Text that does not have the form a field needs; the message says which form that is."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an input.

    Attributes:
        name: Name on the wire.
        kinds: JSON types it may have, such as ``{"integer", "null"}``; empty when the schema does not say.
        schema: The field's own schema, references resolved, for bounds and examples.
        required: Whether the service insists on it.
        choices: The values of its ``enum``; empty when it has none.
        media: ``image``, ``video``, ``audio`` or ``file`` when it takes a medium.
        items: What an array holds.
        properties: What an object holds, by name.
    """

    name: str
    kinds: frozenset[str] = frozenset()
    schema: Mapping[str, Json] = field(default_factory=dict[str, Json])
    required: bool = False
    choices: tuple[Json, ...] = ()
    media: str | None = None
    items: Field | None = None
    properties: Mapping[str, Field] = field(default_factory=dict[str, "Field"])

    @property
    def boolean(self) -> bool:
        """Tell whether the field is a switch and nothing else."""
        return self.kinds - {"null"} == frozenset({"boolean"})

    @property
    def repeatable(self) -> bool:
        """Tell whether the field takes a list, one element per option."""
        return "array" in self.kinds

    @property
    def name_of_one(self) -> str:
        """Return what one element of a list is called: ``lora`` of ``loras``, ``image_url`` of ``image_urls``."""
        if not self.repeatable or not self.name.endswith("s") or self.name.endswith("ss"):
            return self.name
        return f"{self.name[:-3]}y" if self.name.endswith("ies") else self.name[:-1]

    @property
    def element(self) -> Field:
        """Return what one option's value stands for: the list's element, else the field itself."""
        return self.items if self.repeatable and self.items else self

    @property
    def description(self) -> str:
        """Return the service's words about the field, on one line."""
        return " ".join(str(self.schema.get("description") or "").split())

    @property
    def default(self) -> Json:
        """Return what the service documents as its own default, or `ABSENT`."""
        return self.schema.get("default", ABSENT)

    @property
    def example(self) -> Json:
        """Return a sample value from the documentation, or `ABSENT`."""
        examples: list[Json] = self.schema.get("examples") or [ABSENT]
        return examples[0]

    @property
    def bounds(self) -> str:
        """Return the allowed range in words, such as ``"≥ 0, ≤ 1"``; empty when there is none."""
        schema = self.schema
        said = [f"{sign} {schema[key]}" for key, sign in _BOUNDS if schema.get(key) is not None]
        for low, high, unit in (
            ("minItems", "maxItems", "items"),
            ("minLength", "maxLength", "characters"),
        ):
            least, most = schema.get(low) or 0, schema.get(high)
            if least and most is not None:
                said.append(f"{least} to {most} {unit}")
            elif most is not None:
                said.append(f"at most {most} {unit}")
            elif least:
                said.append(f"at least {least} {unit}")
        return ", ".join(said)

    def from_text(self, text: str) -> Json:
        """Return the value that ``text`` stands for.

        Text that is no value of the field's type is returned as it is, so that the model's own validation names that
        fault together with all others.

        Raises:
            MalformedTextError: If JSON or ``key=value`` pairs are needed and ``text`` has not that form.
        """
        if self.media and not self.repeatable:
            return as_media(text)
        for choice in self.choices:
            if text == (choice if isinstance(choice, str) else json.dumps(choice)):
                return choice
        if self.repeatable:
            return self._list_from_text(text)
        for kind, read in (("boolean", _boolean), ("integer", _integer), ("number", _number)):
            if kind in self.kinds and (value := read(text)) is not None:
                return value
        if "object" in self.kinds and ("string" not in self.kinds or text.startswith("{")):
            return self._object_from_text(text)
        if text == "null" and "null" in self.kinds and "string" not in self.kinds:
            return None
        return text

    def with_media(self, value: Json) -> Json:
        """Return ``value`` with each string that names a local file in a media field as a `pathlib.Path`."""
        if isinstance(value, str):
            return as_media(value) if self.media and not self.repeatable else value
        if is_list(value) and self.items:
            return list(map(self.items.with_media, value))
        if is_object(value):
            return {
                key: self.properties[key].with_media(item) if key in self.properties else item
                for key, item in value.items()
            }
        return value

    def _list_from_text(self, text: str) -> list[Json]:
        if text.startswith("["):
            value = _json(text, "a JSON list, or one element per option")
            return cast("list[Json]", self.with_media(value))
        return [self.items.from_text(text) if self.items else text]

    def _object_from_text(self, text: str) -> dict[str, Json]:
        form = ",".join(f"{name}=…" for name in self.properties) or "a JSON object"
        if text.startswith("{"):
            return cast("dict[str, Json]", self.with_media(_json(text, f"{form} or a JSON object")))
        result: dict[str, Json] = {}
        for pair in self._pairs(text):
            name, equals, value = pair.partition("=")
            name = name.strip()
            if not equals:
                raise MalformedTextError(f"must have the form {form}; {pair!r} has no '='")
            part = self.properties.get(name, Field(name))
            if name in result and not part.repeatable:
                raise MalformedTextError(f"gives {name!r} twice; put a value with commas in quotes")
            read = part.from_text(_unquoted(value))
            result[name] = [*result.get(name, ()), *read] if part.repeatable else read
        return result

    def _pairs(self, text: str) -> Sequence[str]:
        """Split ``text`` at the commas that stand before a name and outside of double quotes.

        The names are the field's own; where it has none, any word is one.
        """
        names = "|".join(map(re.escape, self.properties)) or r"[A-Za-z_][\w.-]*"
        pair = re.compile(
            rf"""\s*[^=,]*=\s*"(?:[^"\\]|\\.)*"\s*(?=,|$)|.+?(?=,\s*(?:{names})=|$)""", re.DOTALL
        )
        found: list[str] = []
        rest = text
        while match := pair.match(rest):
            found.append(match.group())
            rest = rest[match.end() + 1 :]
        return found or [text]


def is_list(value: Json) -> TypeGuard[list[Json]]:
    """Tell whether ``value`` is a JSON list."""
    return isinstance(value, list)


def is_object(value: Json) -> TypeGuard[dict[str, Json]]:
    """Tell whether ``value`` is a JSON object."""
    return isinstance(value, dict)


def as_media(text: str) -> str | Path:
    """Return a URL or data URI as it is and anything else as the local file it names (a leading ``@`` is allowed)."""
    if text.lower().startswith(_REMOTE):
        return text
    if text.startswith("@") and not Path(text).exists():
        return Path(text[1:])
    return Path(text)


def local_files(value: Json, pointer: str = "") -> Iterator[tuple[str, Path]]:
    """Yield each `pathlib.Path` inside ``value`` with its JSON pointer."""
    if isinstance(value, Path):
        yield pointer, value
    elif is_list(value):
        for index, item in enumerate(value):
            yield from local_files(item, f"{pointer}/{index}")
    elif is_object(value):
        for key, item in value.items():
            yield from local_files(item, f"{pointer}/{key}")


def read_fields(schema: Mapping[str, Json]) -> dict[str, Field]:
    """Return the fields of an object schema (JSON Schema 2020-12, local references) by name, in document order."""
    return _properties(schema, schema)


def _properties(schema: Mapping[str, Json], root: Mapping[str, Json]) -> dict[str, Field]:
    required: list[str] = schema.get("required") or []
    properties: dict[str, Json] = schema.get("properties") or {}
    return {name: _read(name, part, root, name in required) for name, part in properties.items()}


def _read(name: str, schema: Mapping[str, Json], root: Mapping[str, Json], required: bool) -> Field:
    merged = _merge(schema, root, 0)
    kinds = merged["type"]
    items: dict[str, Json] | None = merged.get("items")
    return Field(
        name=name,
        kinds=frozenset(kinds),
        schema=merged,
        required=required,
        choices=tuple(merged["enum"]),
        media=merged.get("x-media"),
        items=_read(name, items, root, False) if items else None,
        properties=_properties(merged, root),
    )


def _merge(schema: Mapping[str, Json], root: Mapping[str, Json], depth: int) -> dict[str, Json]:
    """Return ``schema`` with references and alternatives folded in; ``type`` and ``enum`` list all that is allowed."""
    merged = dict(schema)
    reference = merged.pop("$ref", None)
    if isinstance(reference, str) and depth < 8:
        merged = {**_merge(_follow(reference, root), root, depth + 1), **merged}
    kinds: list[str] = [merged["type"]] if isinstance(merged.get("type"), str) else []
    kinds = kinds or list(merged.get("type") or ())
    choices: list[Json] = list(merged.get("enum") or ())
    if "const" in merged:
        choices.append(merged["const"])
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in merged.pop(keyword, ()):
            folded = _merge(part, root, depth + 1) if depth < 8 else dict(part)
            kinds += [kind for kind in folded.pop("type", ()) if kind not in kinds]
            choices += [choice for choice in folded.pop("enum", ()) if choice not in choices]
            merged = {**folded, **merged}
    return {**merged, "type": kinds, "enum": choices}


def _follow(reference: str, root: Mapping[str, Json]) -> Mapping[str, Json]:
    node: Json = root
    for part in reference.lstrip("#/").split("/"):
        node = node.get(part.replace("~1", "/").replace("~0", "~"), {})
    return cast("Mapping[str, Json]", node)


def _boolean(text: str) -> bool | None:
    lowered = text.lower()
    return True if lowered in _TRUE else False if lowered in _FALSE else None


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _number(text: str) -> float | int | None:
    if (whole := _integer(text)) is not None:
        return whole
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _unquoted(text: str) -> str:
    """Return the text within double quotes, read as JSON text; other text as it is."""
    bare = text.strip()
    if len(bare) < 2 or bare[0] != '"' or bare[-1] != '"':
        return text
    try:
        return str(json.loads(bare, strict=False))
    except ValueError:
        raise MalformedTextError(
            f'holds quotes that do not match: {bare}; write \\" for a quote within quotes'
        ) from None


def _json(text: str, form: str) -> Json:
    try:
        return json.loads(text)
    except ValueError as error:
        raise MalformedTextError(f"must be {form}; this is not JSON: {error}") from None
