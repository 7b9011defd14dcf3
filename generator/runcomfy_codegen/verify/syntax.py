"""Checks that need no more than the text: it parses, and no type in it is Any."""

from __future__ import annotations

import ast

from runcomfy_codegen.errors import Problem

__all__ = ["check_python"]


def check_python(path: str, source: str) -> list[Problem]:
    """Return a problem if ``source`` is not Python, and one for each use of ``Any`` or of a bare container type."""
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
        Problem("error", "generated-any", f"{path}:{node.lineno}", "a type came out as Any", _BUG)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "Any"
    ]


_BUG = "this is a fault of the generator or of the spec; look at the spec with: runcomfy-codegen explain MODEL"
