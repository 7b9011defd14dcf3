"""What a vendored copy is made from, where that lies, and where it may go."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

from runcomfy_runtime.testing.errors import EmulatorError
from runcomfy_runtime.testing.specs import find_specs

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.generate import PACKAGE
from runcomfy_codegen.render import templates_folder

__all__ = ["check_destination", "licence_text", "runtime_files", "specs_folder"]

_RUNTIME = "runcomfy_runtime"
_EMULATOR = ("testing", "cli/commands/emulator.py")
_COMMAND_LINE = ("cli",)


def specs_folder(given: Path | None) -> Path:
    """Return ``given``, or ``specs`` here if it holds models, or the specs of the installed package.

    Raises:
        CodegenError: There are none.
    """
    if given is not None:
        return given
    if Path("specs/models").is_dir():
        return Path("specs")
    try:
        return find_specs(PACKAGE)
    except EmulatorError as error:
        raise CodegenError(
            Problem(
                "error",
                "no-specs",
                "specs",
                f"not here, and {error}",
                "give the folder that holds models/ with --specs",
            )
        ) from None


def runtime_files(*, with_cli: bool) -> dict[str, str]:
    """Return the texts of the runtime that applications need, by path inside it.

    The emulator stays out, and so does the command line unless it is asked for.
    """
    return dict(sorted(_runtime_files(with_cli)))


def _runtime_files(with_cli: bool) -> Iterator[tuple[str, str]]:
    root = _package_folder(_RUNTIME)
    left_out = _EMULATOR if with_cli else (*_EMULATOR, *_COMMAND_LINE)
    for file in (*root.rglob("*.py"), root / "py.typed"):
        path = file.relative_to(root)
        if not any(path.is_relative_to(part) for part in left_out):
            yield path.as_posix(), file.read_bytes().decode("utf-8")


def licence_text() -> str:
    """Return the project's licence."""
    return (templates_folder().parent / "LICENSE").read_text(encoding="utf-8")


def check_destination(folder: Path, specs: Path) -> None:
    """Refuse a destination that is one of the project's own folders, holds one or lies in one.

    Raises:
        CodegenError: It does, or it is a file.
    """
    wanted = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise CodegenError(
            Problem("error", "vendor-destination", str(folder), "this is a file", "name a folder")
        )
    for own in _own_folders(specs):
        if wanted == own or own in wanted.parents or wanted in own.parents:
            raise CodegenError(
                Problem(
                    "error",
                    "vendor-destination",
                    str(folder),
                    f"the copy would be mixed with {own}, which the project itself is made of",
                    "name a folder inside your application, such as myapp/_vendor/runcomfy",
                )
            )


def _own_folders(specs: Path) -> Iterator[Path]:
    yield specs.resolve()
    yield specs.resolve().parent / "generated"
    yield templates_folder()
    for package in ("runcomfy_codegen", _RUNTIME, PACKAGE):
        if importlib.util.find_spec(package) is not None:
            yield _package_folder(package).parent


def _package_folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).resolve().parent
