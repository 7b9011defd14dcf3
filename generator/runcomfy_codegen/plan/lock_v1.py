"""The names that releases gave while ``names.lock.json`` held attribute paths only (version 1)."""

from __future__ import annotations

from collections.abc import Mapping

from runcomfy_codegen.plan.names import class_name, namespace_class

__all__ = ["released_names"]

_RESERVED = frozenset(
    [
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
    ]
)
"""The class names that were kept free at that time."""


def released_names(
    paths: Mapping[str, str],
) -> tuple[dict[str, tuple[str, str, str]], dict[str, str]]:
    """Return path, module and class of each model by id, and the class of each namespace by path."""
    ids = {path: model_id for model_id, path in paths.items()}
    steps = {tuple(path.split(".")) for path in ids}
    nodes = {step[:depth] for step in steps for depth in range(1, len(step) + 1)}
    models: dict[str, tuple[str, str, str]] = {}
    namespaces: dict[str, str] = {}
    taken: dict[str, set[str]] = {}
    for node in sorted(nodes):
        path, vendor = ".".join(node), taken.setdefault(node[0], set())
        if path in ids:
            base = class_name(node[1:])
            name = _free(f"{base}Model" if base in _RESERVED else base, vendor)
            models[ids[path]] = (path, f"models.{node[0]}.{'__'.join(node[1:])}", name)
        else:
            name = namespaces[path] = _free(namespace_class(node), vendor)
        vendor |= {name, f"Async{name}"}
    return models, namespaces


def _free(base: str, taken: set[str]) -> str:
    name, count = base, 2
    while {name, f"Async{name}"} & taken:
        name = f"{base}_{count}"
        count += 1
    return name
