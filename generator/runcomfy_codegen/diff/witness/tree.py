"""The package that the programs are checked against: the models that they call, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.generate import PACKAGE
from runcomfy_codegen.plan import build_plan
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.spec import ModelSpec
from runcomfy_codegen.targets import client
from runcomfy_codegen.texts import make_texts

__all__ = ["package_files"]


def package_files(specs: Sequence[ModelSpec], names: Names, paths: Sequence[str]) -> dict[str, str]:
    """Return the files of the package of ``specs`` that programs which call ``paths`` can reach.

    Args:
        specs: All specs of the release; those that are left out still take part in naming.
        names: The names of the release.
        paths: Attribute paths that are called; those that the release has not lead to an error of the checker.

    Returns:
        The texts by path.

    Raises:
        CodegenError: A model's classes cannot be made.
    """
    released = {spec.model_id: names.models[spec.model_id].path for spec in specs}
    plan = build_plan(specs, names, PACKAGE, _reached(paths, released))
    made = make_texts(plan, list(client.units(plan)))
    if made.failed:
        raise CodegenError(*made.problems)
    return dict.fromkeys(_module_files(paths), "") | made.by_path


def _reached(paths: Iterable[str], names: Mapping[str, str]) -> frozenset[str]:
    """Return the ids on the way to each path, and the one nearest to it, so that its namespaces are there."""
    steps = {model_id: path.split(".") for model_id, path in sorted(names.items())}
    reached: set[str] = set()
    for wanted in (path.split(".") for path in paths):
        shared = {model_id: _shared(wanted, path) for model_id, path in steps.items()}
        reached |= {model_id for model_id, path in steps.items() if shared[model_id] == len(path)}
        reached |= {max(shared, key=lambda model_id: shared[model_id])} if shared else set()
    return frozenset(reached)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _module_files(paths: Iterable[str]) -> Iterator[str]:
    """Yield where each path's module would be: an empty file hides the module of a release that is installed."""
    for path in paths:
        vendor, *rest = path.split(".")
        yield f"{PACKAGE}/models/{vendor}/__init__.py"
        yield f"{PACKAGE}/models/{vendor}/{'__'.join(rest)}.py"
