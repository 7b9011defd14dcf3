"""Checks that need no more than the text: it parses, and no type in it is left open."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from runcomfy_codegen.errors import Problem

__all__ = ["check_python"]

_BUG = "this is a fault of the generator or of the spec; look at the spec with: runcomfy-codegen explain MODEL"
_CONTAINERS = frozenset({"Mapping", "Sequence", "dict", "frozenset", "list", "set", "tuple"})


def check_python(path: str, source: str) -> list[Problem]:
    """Return a problem if ``source`` is not Python, and one for each line with ``Any`` or a bare container type."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return [
            Problem(
                "error",
                "generated-syntax",
                f"{path}:{error.lineno}",
                f"not Python: {error.msg}",
                _BUG,
            )
        ]
    return [
        Problem("error", "generated-any", f"{path}:{line}", f"a type came out as {said}", _BUG)
        for line, said in sorted(set(_open_types(tree)))
    ]


def _open_types(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each ``Any``, and the containers in annotations that do not say what they hold."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if node.id == "Any":
                yield node.lineno, "Any"
        elif isinstance(node, (ast.AnnAssign, ast.arg)):
            if node.annotation is not None:
                yield from _bare_containers(node.annotation)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            yield from _bare_containers(node.returns)


def _bare_containers(annotation: ast.expr) -> Iterator[tuple[int, str]]:
    if isinstance(annotation, ast.Name):
        if annotation.id in _CONTAINERS:
            yield annotation.lineno, f"a bare {annotation.id}"
        return
    nodes = list(ast.walk(annotation))
    told = {id(node.value) for node in nodes if isinstance(node, ast.Subscript)}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in _CONTAINERS and id(node) not in told:
            yield node.lineno, f"a bare {node.id}"
