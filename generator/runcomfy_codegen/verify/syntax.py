"""Checks that need no more than the text: it parses, and no type in it is left open."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator, Sequence

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.pythontext import without_texts

__all__ = ["check_python"]

_BUG = "this is a fault of the generator or of the spec; look at the spec with: runcomfy-codegen explain MODEL"
_CONTAINERS = frozenset({"Mapping", "Sequence", "dict", "frozenset", "list", "set", "tuple"})
_SUSPECT = re.compile(rf"\b(?:Any\b|(?:{'|'.join(sorted(_CONTAINERS))})\b(?!\s*[\[(]))")


def check_python(path: str, source: str) -> list[Problem]:
    """Return a problem if ``source`` is not Python, and one for each line with ``Any`` or a bare container type."""
    try:
        symtable.symtable(source, path, "exec")
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
    if not (_SUSPECT.search(source) and _SUSPECT.search(without_texts(source))):
        return []
    tree = ast.parse(source)
    found = {each for node in _annotations(tree.body) for each in _bare_containers(node)}
    found |= {(node.lineno, "Any") for node in _names(tree) if node.id == "Any"}
    return [
        Problem("error", "generated-any", f"{path}:{line}", f"a type came out as {said}", _BUG)
        for line, said in sorted(found)
    ]


def _names(tree: ast.AST) -> Iterator[ast.Name]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Name))


def _annotations(body: Sequence[ast.stmt]) -> Iterator[ast.expr]:
    """Yield all annotations; expressions, which are most of a module, hold none."""
    for statement in body:
        if isinstance(statement, ast.AnnAssign):
            yield statement.annotation
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = statement.args
            every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
            yield from (each.annotation for each in every if each and each.annotation)
            if statement.returns is not None:
                yield statement.returns
        for part in ("body", "orelse", "handlers", "finalbody", "cases"):
            yield from _annotations(getattr(statement, part, ()))


def _bare_containers(annotation: ast.expr) -> Iterator[tuple[int, str]]:
    """Yield the containers in an annotation that do not say what they hold."""
    told = {id(node.value) for node in ast.walk(annotation) if isinstance(node, ast.Subscript)}
    for node in _names(annotation):
        if node.id in _CONTAINERS and id(node) not in told:
            yield node.lineno, f"a bare {node.id}"
