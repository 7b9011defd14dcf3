"""Find the ``_patch.py`` files beside generated modules, and read which names they show. They are not run."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.places import PATCH

__all__ = ["Patches", "read_patches"]


@dataclass(frozen=True, slots=True)
class Patches:
    """The names that patches show: those of the package itself, and those of vendors' packages.

    ``empty`` are the files that show none.
    """

    package: tuple[str, ...] = ()
    vendors: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    empty: tuple[Path, ...] = ()


def read_patches(package: Path) -> Patches:
    """Read the patches of the generated package in the folder ``package``.

    Raises:
        CodegenError: A patch is no Python, or lists its names by something that must be run.
    """
    top = package / PATCH
    files = [*([top] if top.is_file() else []), *sorted(package.glob(f"models/*/{PATCH}"))]
    shown = {file: _shown_names(file) for file in files}
    return Patches(
        shown.get(top, ()),
        {file.parent.name: names for file, names in shown.items() if file != top},
        tuple(file for file, names in shown.items() if not names),
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
                raise CodegenError(
                    _broken(file, "its __all__ is no list of strings that are names")
                )
            return tuple(sorted(set(names)))
    return ()


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
