"""``names.lock.json``: the Python names that were given, so that no later release gives others."""

from __future__ import annotations

import json
import keyword
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.plan.lock_v1 import released_names
from runcomfy_codegen.spec import canonical_json

__all__ = ["ModelNames", "Names", "lock_text", "read_lock"]

VERSION = 2


@dataclass(frozen=True, slots=True)
class ModelNames:
    """What people write to reach one model.

    Attributes:
        path: The attributes that lead to it from a client, joined by dots.
        module: Its module below the package, such as ``models.acme.paint``.
        class_name: Its class in that module; ``Async`` before it and ``Input`` after it name the others.
        objects: The class of each object inside the input, by pointer into the input schema.
        fields: The Python name of each field that differs from its wire name, by pointer into the input schema.
    """

    path: str
    module: str
    class_name: str
    objects: Mapping[str, str] = field(default_factory=dict[str, str])
    fields: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def vendor(self) -> str:
        """The package of the vendor."""
        return self.module.split(".")[1]

    @property
    def module_in_vendor(self) -> str:
        """The name of the module inside the package of the vendor."""
        return self.module.split(".")[2]


@dataclass(frozen=True, slots=True)
class Names:
    """All names: those of models by id, and the classes of namespaces by path."""

    models: Mapping[str, ModelNames] = field(default_factory=dict[str, ModelNames])
    namespaces: Mapping[str, str] = field(default_factory=dict[str, str])


def lock_text(names: Names) -> str:
    """Return the content of the lock file."""
    models: JsonObject = {model_id: _entry(entry) for model_id, entry in names.models.items()}
    return canonical_json(
        {"version": VERSION, "models": models, "namespaces": dict(names.namespaces)}
    )


def _entry(names: ModelNames) -> JsonObject:
    entry: JsonObject = {"path": names.path, "module": names.module, "class": names.class_name}
    for key, inner in (("objects", names.objects), ("fields", names.fields)):
        if inner:
            entry[key] = dict(inner)
    return entry


def read_lock(file: Path) -> Names:
    """Read ``names.lock.json``; an absent file locks nothing.

    Version 1 held paths only; the names that it implied are given as the releases of that time gave them.

    Raises:
        CodegenError: The file is damaged.
    """
    if not file.exists():
        return Names()
    try:
        data = cast("Json", json.loads(file.read_text(encoding="utf-8")))
        names = _parse(data)
    except (OSError, ValueError, RecursionError) as error:
        raise CodegenError(_damaged(file, str(error))) from None
    return names


def _parse(data: Json) -> Names:
    version = data.get("version") if isinstance(data, dict) else None
    if not isinstance(data, dict) or version not in (1, VERSION):
        raise ValueError(f"its version is {version!r}; this release reads 1 and {VERSION}")
    if version == 1:
        paths = _strings(data, "models", _is_path)
        _check_distinct("path", paths.values())
        released, namespaces = released_names(paths)
        models = {model_id: ModelNames(*names) for model_id, names in released.items()}
        return Names(models, namespaces)
    entries = data.get("models")
    if not isinstance(entries, dict):
        raise ValueError("it has no map 'models' of ids to names")
    models = {model_id: _model_names(model_id, entry) for model_id, entry in entries.items()}
    _check_distinct("path", (names.path for names in models.values()))
    _check_distinct("module", (names.module.lower() for names in models.values()))
    return Names(models, _strings(data, "namespaces", _is_name))


def _model_names(model_id: str, entry: Json) -> ModelNames:
    if not isinstance(entry, dict):
        raise ValueError(f"the entry of {model_id!r} is no object")
    path, module, name = (entry.get(key) for key in ("path", "module", "class"))
    if not isinstance(path, str) or not _is_path(path):
        raise ValueError(f"the path of {model_id!r} is none: {path!r}")
    if not isinstance(module, str) or not _is_module(module, path):
        raise ValueError(f"the module of {model_id!r} is none of its vendor: {module!r}")
    if not isinstance(name, str) or not _is_name(name):
        raise ValueError(f"the class of {model_id!r} is none: {name!r}")
    objects, fields = (
        _strings(entry, key, _is_name) if key in entry else {} for key in ("objects", "fields")
    )
    return ModelNames(path, module, name, objects, fields)


def _strings(data: JsonObject, key: str, is_valid: Callable[[str], bool]) -> dict[str, str]:
    values = data.get(key)
    if not isinstance(values, dict):
        raise ValueError(f"it has no map {key!r}")
    strings = {name: value for name, value in values.items() if isinstance(value, str)}
    wrong = [name for name in values if name not in strings or not is_valid(strings[name])]
    if wrong:
        raise ValueError(f"the name of {wrong[0]!r} in {key!r} is none: {values[wrong[0]]!r}")
    return strings


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


def _is_path(text: str) -> bool:
    return "." in text and all(map(_is_name, text.split(".")))


def _is_module(text: str, path: str) -> bool:
    parts = text.split(".")
    return (
        len(parts) == 3
        and parts[:2] == ["models", path.split(".")[0]]
        and all(map(_is_name, parts))
    )


def _check_distinct(kind: str, values: Iterable[str]) -> None:
    twice = sorted(value for value, count in Counter(values).items() if count > 1)
    if twice:
        raise ValueError(f"two models have the {kind} {twice[0]!r}")


def _damaged(file: Path, why: str) -> Problem:
    return Problem(
        "error",
        "names-lock",
        str(file),
        f"the names lock cannot be used: {why}",
        "restore it from version control; without it, names of released models could change",
    )
