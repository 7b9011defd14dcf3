"""Python names for ids and fields, and the lock file that keeps them as they once were."""

from __future__ import annotations

import json
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.spec import canonical_json

__all__ = [
    "RESERVED_CLASSES",
    "attribute_name",
    "class_name",
    "lock_names",
    "lock_text",
    "parameter_names",
    "read_lock",
]

CLIENT_ATTRIBUTES = frozenset(
    {"aclose", "balance", "close", "core", "jobs", "map", "model", "models", "with_options"}
)
"""What the clients use themselves; a vendor of this name gets a trailing underscore."""
ENDPOINT_ATTRIBUTES = frozenset({"model", "prepare", "run", "submit"})
"""What endpoints use themselves, for nodes that are an endpoint and a namespace at once."""
RESERVED_PARAMETERS = frozenset({"options", "self"})
RESERVED_CLASSES = frozenset(
    {
        "Annotated",
        "ClassVar",
        "Endpoint",
        "Field",
        "FileInput",
        "Final",
        "InputModel",
        "Job",
        "Literal",
        "MediaOutput",
        "ModelInfo",
        "Namespace",
        "NotRequired",
        "Options",
        "Request",
        "RootModel",
        "Sequence",
        "TypedDict",
        "Unset",
    }
)
"""What generated modules import; a class of such a name would hide it."""
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
    """Return the attribute for one segment of an id: snake case, digits led by ``n``, keywords followed by ``_``.

    An underscore before digits would make the attribute private, and type checkers flag its use.
    """
    ascii_text = unicodedata.normalize("NFKD", segment).encode("ascii", "ignore").decode()
    snake = _NOT_WORD.sub("_", ascii_text).strip("_").lower()
    if not snake or snake[0].isdigit():
        snake = f"n{snake}"
    if keyword.iskeyword(snake) or keyword.issoftkeyword(snake) or snake in ENDPOINT_ATTRIBUTES:
        snake += "_"
    return snake


def class_name(attributes: Iterable[str]) -> str:
    """Return the CamelCase name made of attribute names; a leading digit is led by ``Model``."""
    words = [word for attribute in attributes for word in attribute.split("_") if word]
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return f"Model{name}" if name[:1].isdigit() else name


def parameter_names(wires: Iterable[str]) -> dict[str, str]:
    """Return a Python name for each wire name of one object, all different.

    A name that is an identifier stays as it is; what cannot be one becomes it by ``_`` for other characters and
    ``field_`` before digits and underscores; keywords and names that pydantic or the endpoints use get a
    trailing ``_``.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for wire in sorted(wires, key=lambda wire: (_plain_parameter(wire) != wire, wire)):
        name = base = _plain_parameter(wire)
        count = 2
        while name in taken:
            name = f"{base}_{count}"
            count += 1
        taken.add(name)
        names[wire] = name
    return names


def _plain_parameter(wire: str) -> str:
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
        or name in _PYDANTIC
        or name in RESERVED_CLASSES
        or name.startswith("model_")
    ):
        name += "_"
    return name


def lock_names(model_ids: Iterable[str], lock: Mapping[str, str]) -> dict[str, str]:
    """Return the attribute path of each id: the locked one, or a new one that no other id has.

    Locked ids that are not among ``model_ids`` keep their paths, so that a model that comes back finds its name.
    """
    paths = dict(lock)
    taken = set(paths.values())
    for model_id in sorted(set(model_ids) - set(paths)):
        segments = [attribute_name(segment) for segment in model_id.split("/")]
        if segments[0] in CLIENT_ATTRIBUTES:
            segments[0] += "_"
        path = base = ".".join(segments)
        count = 2
        while path in taken:
            path = f"{base}_{count}"
            count += 1
        taken.add(path)
        paths[model_id] = path
    return paths


def read_lock(file: Path) -> dict[str, str]:
    """Read ``names.lock.json``; an absent file locks nothing.

    Raises:
        CodegenError: The file is damaged.
    """
    if not file.exists():
        return {}
    try:
        data = cast("Json", json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CodegenError(_damaged(file, str(error))) from None
    models = data.get("models") if isinstance(data, dict) else None
    if not isinstance(models, dict) or not all(_is_path(path) for path in models.values()):
        raise CodegenError(_damaged(file, "it has no map 'models' of ids to attribute paths"))
    twice = sorted(str(path) for path, n in Counter(map(str, models.values())).items() if n > 1)
    if twice:
        raise CodegenError(_damaged(file, f"two models have the path {twice[0]!r}"))
    return {model_id: str(path) for model_id, path in models.items()}


def lock_text(paths: Mapping[str, str]) -> str:
    """Return the content of the lock file."""
    return canonical_json({"version": 1, "models": dict(paths)})


def _is_path(value: Json) -> bool:
    return (
        isinstance(value, str)
        and "." in value
        and all(part.isidentifier() and not keyword.iskeyword(part) for part in value.split("."))
    )


def _damaged(file: Path, why: str) -> Problem:
    return Problem(
        "error",
        "names-lock",
        str(file),
        f"the names lock cannot be used: {why}",
        "restore it from version control; without it, names of released models could change",
    )
