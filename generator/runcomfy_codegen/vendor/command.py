"""The command ``vendor``: compare the copy that is wanted with the one on disk, and write or report."""

from __future__ import annotations

import keyword
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runcomfy_runtime.version import VERSION

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.extract.patches import read_patches
from runcomfy_codegen.plan.lock import read_lock
from runcomfy_codegen.reporting import Reporter
from runcomfy_codegen.spec import ModelSpec, load_specs
from runcomfy_codegen.spec.globs import select
from runcomfy_codegen.vendor.build import build_copy
from runcomfy_codegen.vendor.lock import LOCK, VendorLock, read_owned, read_vendor_lock
from runcomfy_codegen.vendor.sources import check_destination, specs_folder
from runcomfy_codegen.write import Change, Mode, publish
from runcomfy_codegen.write.apply import compare, compare_record
from runcomfy_codegen.write.manifest import Manifest, hash_text

__all__ = ["Request", "run_vendor"]

OK, DRIFT, ERROR = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. What is None or empty is taken from the lock, or else is the default.

    Attributes:
        folder: The folder of the copy.
        include: Globs over model ids; all models by default.
        package: The import name for the readme; the folder's name by default.
        specs: The folder that holds ``models/``.
        with_cli: Whether the command line belongs to the copy; no by default.
        force: Overwrite hand edits, and write into a folder that holds other files.
    """

    folder: Path
    include: tuple[str, ...] = ()
    package: str | None = None
    specs: Path | None = None
    with_cli: bool | None = None
    force: bool = False

    def command(self, *, force: bool) -> str:
        """Return the command line that does this."""
        words = ["runcomfy-codegen", "vendor", str(self.folder)]
        for glob in self.include:
            words += ["--include", glob]
        words += [] if self.package is None else ["--package", self.package]
        words += [] if self.specs is None else ["--specs", str(self.specs)]
        words += {None: [], True: ["--with-cli"], False: ["--without-cli"]}[self.with_cli]
        words += ["--force"] if force else []
        return shlex.join(words)


def run_vendor(request: Request, mode: Mode, reporter: Reporter) -> int:
    """Bring the copy in ``request.folder`` to the specs, or report what that would change.

    Returns:
        0 done or nothing to do, 1 drift (only when checking), 2 refused; nothing is written then.

    Raises:
        CodegenError: The request cannot be met.
    """
    folder, specs = request.folder, specs_folder(request.specs)
    check_destination(folder, specs)
    locked = read_vendor_lock(folder)
    include = _settle(request.include, locked.include if locked else (), ("**",))
    package = request.package or (locked.package if locked else folder.resolve().name)
    _check_package(package)
    with_cli = (
        request.with_cli if request.with_cli is not None else bool(locked and locked.with_cli)
    )
    release = load_specs(specs)
    ids = [spec.model_id for spec in release]
    only = select(ids, include, "; a new --include replaces the last")
    names = read_lock(specs / "names.lock.json")
    copy = build_copy(
        release,
        names,
        only,
        package,
        with_cli=with_cli,
        patches=read_patches(folder),
        progress=reporter.progress,
    )
    reporter.problems(copy.problems)
    lock = _lock(include, package, with_cli, release, only, copy.texts)
    owned = read_owned(folder)
    changes = _compare(folder, copy.texts, owned, lock)
    refused = [] if request.force else _refusals(request, copy.texts, owned, changes)
    if mode is not Mode.WRITE:
        return _report(request, mode, changes, refused, reporter)
    if reporter.problems(refused):
        return ERROR
    publish(folder, changes, LOCK)
    reporter.changes(changes, "wrote")
    reporter.line(f"{len(only)} models, {len(changes)} files changed in {folder}")
    return OK


def _settle(
    given: tuple[str, ...], locked: tuple[str, ...], default: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(given or locked or default))


def _check_package(package: str) -> None:
    for part in package.split("."):
        if not part.isidentifier() or keyword.iskeyword(part):
            raise CodegenError(
                Problem(
                    "error",
                    "vendor-package",
                    package,
                    f"{part!r} is no name that Python can import",
                    "name the folder by letters, digits and underscores, or say its import name with --package",
                )
            )


def _lock(
    include: tuple[str, ...],
    package: str,
    with_cli: bool,
    release: list[ModelSpec],
    only: list[str],
    texts: Mapping[str, str],
) -> VendorLock:
    return VendorLock(
        project_version=VERSION,
        include=include,
        package=package,
        with_cli=with_cli,
        models={spec.model_id: spec.sha256 for spec in release if spec.model_id in set(only)},
        files={path: hash_text(text) for path, text in texts.items()},
    )


def _compare(
    folder: Path, texts: Mapping[str, str], owned: Manifest, lock: VendorLock
) -> list[Change]:
    return [
        *compare(folder, texts, set(texts), owned),
        *compare_record(folder, LOCK, lock.to_text()),
    ]


def _refusals(
    request: Request, texts: Mapping[str, str], owned: Manifest, changes: list[Change]
) -> list[Problem]:
    """Return why a run without ``--force`` would write nothing."""
    force = request.command(force=True)
    if not owned.files and not owned.pending:
        strange = _strangers(request.folder, texts)
        if not strange:
            return []
        shown = ", ".join(strange[:3]) + (", …" if len(strange) > 3 else "")
        return [
            Problem(
                "error",
                "vendor-destination",
                str(request.folder),
                f"the folder holds other files ({shown}) and no {LOCK}",
                f"name a new folder, or write among them (those of the same name are lost): {force}",
            )
        ]
    return [
        Problem(
            "error",
            "hand-edit",
            str(request.folder / change.path),
            f"edited by hand; this run would {'delete' if change.kind == 'delete' else 'overwrite'} it",
            f"see the edit with --diff; move it into a _patch.py, or lose it with: {force}",
        )
        for change in changes
        if change.edited
    ]


def _strangers(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Return the files that a first run, cut short or not, has not written."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return [
        path
        for path, file in ((file.relative_to(folder).as_posix(), file) for file in files)
        if "__pycache__" not in file.parts
        and (path not in texts or file.read_bytes() != texts[path].encode("utf-8"))
    ]


def _report(
    request: Request, mode: Mode, changes: list[Change], refused: list[Problem], reporter: Reporter
) -> int:
    failed = reporter.problems(refused)
    reporter.changes(changes, "would")
    if mode is not Mode.CHECK:
        return ERROR if failed else OK
    if not changes:
        reporter.line(f"{request.folder} is up to date")
        return OK
    repair = request.command(force=request.force or failed)
    reporter.line(f"{request.folder} is not what the specs give; repair with: {repair}")
    return DRIFT
