"""No generated signature holds a type that says nothing: every hint is resolved, as a caller's tools do, and walked."""

from __future__ import annotations

import importlib
import inspect
import shutil
import sys
import typing
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import get_type_hints, is_typeddict

import pytest
from pydantic import BaseModel
from runcomfy_codegen.ingest import ingest
from runcomfy_codegen.spec import ModelSpec, load_specs
from runcomfy_runtime import FileInput, Job, MediaOutput
from support.command import REPOSITORY
from support.hard_models import hard_specs
from support.open_types import open_types
from support.packages import make_package

CORPUS = REPOSITORY.parent / "shared" / "corpus"
METHODS = ("run", "submit", "prepare")


@pytest.mark.parametrize(
    ("hint", "found"),
    [
        ("Any", ["Any"]),
        ("dict", ["bare dict"]),
        ("list[dict]", ["bare dict"]),
        ("dict[str, Any] | None", ["Any"]),
        ("Sequence", ["bare Sequence"]),
        ("Job", ["bare Job"]),
        ("Job[object]", ["object"]),
        ("Sequence[int | list[tuple]]", ["bare tuple"]),
        ("Callable[[Any], int]", ["Any"]),
        ("Annotated[list, 1]", ["bare list"]),
        ("Job[MediaOutput]", []),
        ("FileInput", []),
        ("Sequence[Literal['a']] | tuple[int, ...] | bytes | None", []),
    ],
)
def test_an_open_type_is_found_however_deep(hint: str, found: list[str]) -> None:
    names = {**vars(typing), "Job": Job, "MediaOutput": MediaOutput}
    names |= {"FileInput": FileInput, "Sequence": Sequence, "Callable": Callable}

    assert list(open_types(eval(hint, names))) == found


def own_specs() -> list[ModelSpec]:
    return load_specs(REPOSITORY / "specs")


def corpus_specs() -> list[ModelSpec]:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not here")
    return list(ingest([CORPUS / "pages", CORPUS / "catalogue.json"], CORPUS / "none", None).specs)


@pytest.mark.parametrize(
    "make",
    [own_specs, hard_specs, corpus_specs],
    ids=["own", "hard", "corpus"],
)
def test_no_generated_signature_is_open(
    make: Callable[[], list[ModelSpec]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    specs = make()
    name = f"signatures_{request.node.callspec.id}"
    shutil.move(make_package(tmp_path, specs).folder / "runcomfy_sdk", tmp_path / name)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    modules = list(import_modules(name, tmp_path / name / "models"))
    hints = [pair for module in modules for pair in hints_of(module)]

    assert sum(place.endswith(".run(prompt)") for place, _ in hints) > 0
    assert len({place for place, _ in hints if place.endswith(".run -> ")}) == 2 * len(specs)
    assert [(place, said) for place, hint in hints for said in open_types(hint)] == []


def import_modules(name: str, folder: Path) -> Iterator[ModuleType]:
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder.parent).with_suffix("").parts
        yield importlib.import_module(".".join([name, *parts]).removesuffix(".__init__"))


def hints_of(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Yield every hint of the module's classes with its place."""
    for name in getattr(module, "__all__", ()):
        made = getattr(module, name)
        if issubclass(made, BaseModel):
            for field, info in made.model_fields.items():
                yield f"{name}.{field}", info.annotation
        elif is_typeddict(made):
            for key, hint in get_type_hints(made).items():
                yield f"{name}[{key!r}]", hint
        else:
            yield from _method_hints(name, made)


def _method_hints(name: str, made: type) -> Iterator[tuple[str, object]]:
    for method in METHODS:
        function = vars(made).get(method)
        if not inspect.isfunction(function):
            continue
        hints = get_type_hints(function)
        assert set(hints) == {*inspect.signature(function).parameters, "return"} - {"self"}
        for parameter, hint in hints.items():
            place = " -> " if parameter == "return" else f"({parameter})"
            yield f"{name}.{method}{place}", hint
