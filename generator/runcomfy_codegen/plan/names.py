"""Python names for ids and fields: the rules, each a pure function of what it names."""

from __future__ import annotations

import hashlib
import keyword
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache
from itertools import count

__all__ = [
    "RESERVED_CLASSES",
    "attribute_name",
    "attribute_path",
    "class_name",
    "endpoint_class",
    "free_name",
    "inner_class",
    "module_name",
    "namespace_class",
    "parameter_names",
    "plain_parameter",
]

CLIENT_ATTRIBUTES = frozenset(
    {"aclose", "balance", "close", "core", "jobs", "map", "model", "models", "with_options"}
)
"""What the clients use themselves; a vendor of this name gets a trailing underscore."""
TYPE_NAMES = frozenset({"bool", "dict", "float", "frozenset", "int", "list", "str"})
"""What annotations are made of; inside a class, an attribute of such a name would hide the type from the others."""
ENDPOINT_ATTRIBUTES = (
    frozenset({"cached_property", "model", "prepare", "run", "self", "submit"}) | TYPE_NAMES
)
"""What endpoints use themselves, for nodes that are an endpoint and a namespace at once."""
WINDOWS_NAMES = frozenset(
    {"aux", "con", "nul", "prn", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Names that no file may have on Windows; modules and packages are named after attributes."""
MODULE_LENGTH = 120
"""Longest name of a module, so that its files, compiled or half written, stay below 255 bytes."""
RESERVED_PARAMETERS = frozenset({"cached_property", "options", "self"})
"""What signatures use themselves, and the modules of models that are namespaces too."""
RESERVED_CLASSES = frozenset(
    {
        "Annotated",
        "Any",
        "AsyncEndpoint",
        "AsyncJob",
        "AsyncMediaOutput",
        "AsyncNamespace",
        "AsyncRequest",
        "ClassVar",
        "Endpoint",
        "False",
        "Field",
        "FileInput",
        "Final",
        "InputModel",
        "Job",
        "Literal",
        "MODEL",
        "MediaOutput",
        "ModelInfo",
        "Namespace",
        "None",
        "NotRequired",
        "Options",
        "Request",
        "RootModel",
        "Sequence",
        "TYPE_CHECKING",
        "True",
        "TypedDict",
        "UNSET",
        "Unset",
    }
)
"""What generated modules import or name themselves, which a class of such a name would hide, and what cannot be one."""
_PYDANTIC = frozenset(
    {
        "construct",
        "copy",
        "dict",
        "from_orm",
        "json",
        "parse_file",
        "parse_obj",
        "parse_raw",
        "schema",
        "schema_json",
        "update_forward_refs",
        "validate",
    }
)
_NOT_WORD = re.compile(r"[^0-9A-Za-z]+")


def attribute_name(segment: str) -> str:
    """Return the attribute for one segment of an id.

    Snake case; a letter without a Latin form is ``u`` and its code point; digits are led by ``n``, for an underscore
    would make the attribute private; a name that is not free is followed by ``_``.
    """
    snake = _NOT_WORD.sub("_", _latin(segment)).strip("_").lower()
    if not snake or snake[0].isdigit():
        snake = f"n{snake}"
    if (
        keyword.iskeyword(snake)
        or keyword.issoftkeyword(snake)
        or snake in ENDPOINT_ATTRIBUTES
        or snake in WINDOWS_NAMES
    ):
        snake += "_"
    return snake


def _latin(text: str) -> str:
    return "".join(
        char if char.isascii() else f" u{ord(char):x} " if char.isalnum() else " "
        for char in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(char)
    )


def attribute_path(model_id: str) -> str:
    """Return the attributes that lead from a client to the model, joined by dots."""
    first, *rest = map(attribute_name, model_id.split("/"))
    return ".".join([f"{first}_" if first in CLIENT_ATTRIBUTES else first, *rest])


def module_name(path: Sequence[str]) -> str:
    """Return the module of the model at ``path`` in its vendor's package; two underscores stand for a dot.

    A name that is too long for a file is cut and ends in a hash of the whole.
    """
    name = "__".join(path[1:])
    if len(name) <= MODULE_LENGTH:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: MODULE_LENGTH - 9].rstrip('_')}_{digest}"


def class_name(attributes: Iterable[str]) -> str:
    """Return the CamelCase name made of attribute names; a leading digit is led by ``Model``."""
    words = [word for attribute in attributes for word in attribute.split("_") if word]
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return f"Model{name}" if name[:1].isdigit() else name


def endpoint_class(path: Sequence[str]) -> str:
    """Return the class of the model at ``path``, named without its vendor, whose package it is in."""
    name = class_name(path[1:])
    return f"{name}Model" if {name, f"Async{name}"} & RESERVED_CLASSES else name


def namespace_class(path: Sequence[str]) -> str:
    """Return the class of the namespace at ``path``."""
    return f"{class_name(path)}Namespace"


def inner_class(words: str) -> str:
    """Return the class of an object inside an input, named by the wire names that lead to it."""
    ascii_words = "".join(c if c.isalnum() and c.isascii() else "_" for c in words)
    name = class_name(ascii_words.split("_")) or "Item"
    return f"{name}Item" if name in RESERVED_CLASSES else name


def free_name(base: str, is_taken: Callable[[str], bool]) -> str:
    """Return ``base``, or else the first of ``base_2``, ``base_3`` and so on that is not taken."""
    if not is_taken(base):
        return base
    return next(name for n in count(2) if not is_taken(name := f"{base}_{n}"))


_NO_PINS: Mapping[str, str] = {}


def parameter_names(
    wires: Iterable[str],
    pinned: Mapping[str, str] = _NO_PINS,
    reserved: Container[str] = frozenset(),
) -> dict[str, str]:
    """Return a Python name for each wire name of one object, all different.

    Args:
        wires: The wire names.
        pinned: Names that were given before, by wire name; those of absent ones are not given again. A wire name
            that is its own Python name needs no pin: no other takes it.
        reserved: Names that none may have that is not pinned to it.
    """
    given = set(wires)
    taken = set(pinned.values())
    names = {wire: name for wire, name in pinned.items() if wire in given}
    as_they_are = {
        wire
        for wire in given - set(names) - taken
        if plain_parameter(wire) == wire and wire not in reserved
    }
    names |= {wire: wire for wire in as_they_are}
    taken |= as_they_are
    for wire in sorted(given - set(names)):
        names[wire] = free_name(
            plain_parameter(wire), lambda name: name in taken or name in reserved
        )
        taken.add(names[wire])
    return names


@cache
def plain_parameter(wire: str) -> str:
    """Return the Python name for a wire name that collides with no other.

    A name that is an identifier stays as it is; what cannot be one becomes it by ``_`` for other characters and
    ``field_`` before digits and underscores; keywords, types, and names that pydantic or the endpoints use
    get a trailing ``_``.
    """
    name = unicodedata.normalize("NFKC", wire)
    if not name.isidentifier():
        name = re.sub(r"\W+", "_", name).strip("_")
    if not name.isidentifier() and not f"a{name}".isidentifier():
        name = "x"
    if not name[:1].isalpha():
        name = f"field_{name.lstrip('_')}"
    if (
        keyword.iskeyword(name)
        or name in RESERVED_PARAMETERS
        or name in TYPE_NAMES
        or name in _PYDANTIC
        or name in RESERVED_CLASSES
        or name.startswith("model_")
    ):
        name += "_"
    return name
