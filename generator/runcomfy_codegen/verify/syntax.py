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
    if "Any" not in source:
        return []
    return [
        Problem("error", "generated-any", f"{path}:{line}", f"a type came out as {said}", _BUG)
        for line, said in sorted({*_any_names(tree), *_bare_containers(tree)})
    ]


def _any_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "Any":
            yield node.lineno, "Any"


def _bare_containers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the containers in annotations that do not say what they hold."""
    for annotation in _annotations(tree):
        told = {id(node.value) for node in ast.walk(annotation) if isinstance(node, ast.Subscript)}
        for node in ast.walk(annotation):
            if isinstance(node, ast.Name) and node.id in _CONTAINERS and id(node) not in told:
                yield node.lineno, f"a bare {node.id}"


def _annotations(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.AnnAssign, ast.arg)) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            yield node.returns
