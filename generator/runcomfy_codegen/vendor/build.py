"""Make all texts of a vendored copy, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.extract.patches import Patches
from runcomfy_codegen.format import format_python
from runcomfy_codegen.generate import PACKAGE
from runcomfy_codegen.plan import Plan, build_plan
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.plan.settle import settle_names
from runcomfy_codegen.render import environment, templates_folder
from runcomfy_codegen.spec import ModelSpec
from runcomfy_codegen.targets import client, commands
from runcomfy_codegen.texts import Progress, make_texts
from runcomfy_codegen.vendor.sources import licence_text, runtime_files
from runcomfy_codegen.workers import Workers

__all__ = ["Copy", "build_copy"]

_SHIM = "_runtime.py"
_RUNTIME = "_runtime"


@dataclass(frozen=True, slots=True)
class Copy:
    """The texts by path inside the copy, and warnings of their making."""

    texts: dict[str, str]
    problems: tuple[Problem, ...]


def build_copy(
    specs: Sequence[ModelSpec],
    lock: Names,
    only: Sequence[str],
    package: str,
    *,
    with_cli: bool,
    patches: Patches,
    progress: Progress | None = None,
) -> Copy:
    """Return the copy that holds the models ``only``.

    Args:
        specs: All specs of the release; those left out still take part in naming.
        lock: The names lock.
        only: Ids of the models.
        package: The import name for the readme.
        with_cli: Whether the command line belongs to it.
        patches: The names that patches in the copy show.
        progress: Called with a stage's name, the count done and the total.

    Raises:
        CodegenError: Something came out wrong; nothing was written.
    """
    names = settle_names(specs, lock).names
    plan = build_plan(specs, names, package, frozenset(only), patches)
    texts, problems = _package_texts(plan, with_cli, progress)
    if any(problem.level == "error" for problem in problems):
        raise CodegenError(*problems)
    runtime = runtime_files(with_cli=with_cli)
    env = environment(templates_folder())
    shim = env.get_template("vendor/_runtime/__init__.py.jinja")
    runtime["__init__.py"] = format_python(
        shim.render(runtime=runtime["__init__.py"], with_cli=with_cli)
    )
    texts |= {f"{_RUNTIME}/{path}": text for path, text in runtime.items()}
    texts["LICENSE"] = licence_text()
    texts["README.md"] = env.get_template("vendor/README.md.jinja").render(plan=plan)
    return Copy(texts, tuple(problems))


def _package_texts(
    plan: Plan, with_cli: bool, progress: Progress | None
) -> tuple[dict[str, str], list[Problem]]:
    """Return the files of the linked form but its shim, with the same bytes."""
    linked = replace(plan, package=PACKAGE)
    targets = (client.units, commands.units) if with_cli else (client.units,)
    prefix = f"{PACKAGE}/"
    units = [
        unit for target in targets for unit in target(linked) if unit.path != f"{prefix}{_SHIM}"
    ]
    with Workers() as workers:
        made = make_texts(linked, units, progress, workers)
    texts = {path.removeprefix(prefix): text for path, text in made.by_path.items()}
    return texts, made.problems
