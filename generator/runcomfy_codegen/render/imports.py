"""Write the import block that a generated module needs, from the names it uses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from runcomfy_codegen.format import fit
from runcomfy_codegen.pythontext import without_texts

__all__ = ["import_block", "in_order"]


def in_order(names: Iterable[str]) -> list[str]:
    """Return ``names`` as import sorters order them: constants, then classes, then the rest."""
    return sorted(names, key=lambda name: (not name.isupper(), not name[:1].isupper(), name))


def import_block(body: str, sources: Mapping[str, str]) -> str:
    """Return import statements for those names of ``sources`` that ``body`` uses.

    Args:
        body: Python source in black's form, without imports; what stands before ``: `` or ``=`` is a name of its own.
        sources: Module by name; relative modules begin with a dot.
    """
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name in in_order(set(_words(frozenset(sources)).findall(without_texts(body)))):
        names[sources[name]].append(name)
    groups: tuple[list[str], list[str], list[str]] = ([], [], [])
    for module in sorted(names):
        group = 2 if module.startswith(".") else 1 if module == "pydantic" else 0
        groups[group].append(fit(f"from {module} import {', '.join(names[module])}", 0))
    return "\n\n".join("\n".join(group) for group in groups if group)


@cache
def _words(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![.\w])(?:{'|'.join(sorted(names))})(?!\w|=[^=]|: )")
