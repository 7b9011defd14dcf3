"""Find the ``_patch.py`` files beside generated modules, and read which names they show. They are not run."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from runcomfy_codegen.errors import CodegenError, Problem

__all__ = ["PATCH", "Patches", "read_patches"]

PATCH = "_patch.py"


@dataclass(frozen=True, slots=True)
class Patches:
    """The names that patches show: those of the package itself, and those of vendors' packages."""

    package: tuple[str, ...] = ()
    vendors: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def read_patches(package: Path) -> Patches:
    """Read the patches of the generated package in the folder ``package``.

    Raises:
        CodegenError: A patch is no Python, or does not list its names.
    """
    top = package / PATCH
    inner = sorted(package.glob(f"models/*/{PATCH}"))
    return Patches(
        _shown_names(top) if top.is_file() else (),
        {file.parent.name: _shown_names(file) for file in inner},
    )


def _shown_names(file: Path) -> tuple[str, ...]:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise CodegenError(_broken(file, f"it is no Python: {error.args[0]}{line}")) from None
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and _is_all(statement):
            names = _strings(statement.value)
            if names is None:
                break
            return tuple(sorted(set(names)))
    raise CodegenError(_broken(file, "it has no list __all__ of plain strings that are names"))


def _is_all(statement: ast.Assign | ast.AnnAssign) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)


def _strings(value: ast.expr | None) -> list[str] | None:
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    names = [item.value for item in value.elts if isinstance(item, ast.Constant)]
    strings = [name for name in names if isinstance(name, str) and name.isidentifier()]
    return strings if len(strings) == len(value.elts) else None


def _broken(file: Path, why: str) -> Problem:
    return Problem(
        "error",
        "patch-broken",
        str(file),
        f"the patch cannot be used: {why}",
        'list what it shows as __all__ = ["Name"], then regenerate',
    )
