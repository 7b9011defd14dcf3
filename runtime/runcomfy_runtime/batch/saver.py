"""Save the files of a finished job: into a folder, or to any address that fsspec knows."""

from __future__ import annotations

import asyncio
import importlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..errors import DownloadFailed
from .layout import DEFAULT_LAYOUT, Layout

if TYPE_CHECKING:
    from .._async.files import AsyncFileOutput, AsyncMediaOutput
    from .records import JobRecord

__all__ = ["FolderSaver", "RemoteSaver", "Saver", "saver_for"]

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+(::[a-z][a-z0-9+.-]+)*://", re.IGNORECASE)
_NO_TYPE: Final = ".bin"
"""Suffix of a file whose type nobody knows; without one, a key that ends in a suffix could take its name."""
_WHOLE_PUTS: Final = frozenset(
    {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "memory"}
)
"""Stores in which an object appears only when all of it was sent."""


class Saver(Protocol):
    """Saves the files of a job as soon as it has succeeded; the batch calls it in an event loop of its own.

    It may be called again for the same job, by another process, after a crash: what it saved before is to be replaced,
    not doubled.
    """

    async def save(self, job: JobRecord, output: AsyncMediaOutput) -> Sequence[str]:
        """Save all files and return where they are, in the output's order.

        Raises:
            DownloadFailed: If one cannot be fetched (``retryable``, ``expired``) or stored (``cannot_write``).
        """
        ...


def saver_for(place: str | os.PathLike[str], layout: str = DEFAULT_LAYOUT) -> Saver:
    """Return what saves to ``place``: a folder, or an address such as ``s3://bucket/folder``.

    Raises:
        ValueError: If the layout cannot be used, or fsspec does not know the address.
    """
    text = os.fspath(place)
    return RemoteSaver(text, layout) if _ADDRESS.match(text) else FolderSaver(text, layout)


class FolderSaver:
    """Saves files below a folder, each whole or not at all.

    Attributes:
        folder: The folder.
    """

    def __init__(self, folder: str | os.PathLike[str], layout: str = DEFAULT_LAYOUT) -> None:
        """Save below ``folder``, which is made when it is needed.

        Args:
            folder: The folder.
            layout: Template of the paths below it; see `Layout`.

        Raises:
            ValueError: If the layout cannot be used.
        """
        self.folder: Path = Path(folder).expanduser().absolute()
        self._layout = Layout(layout)
        self._folds_case: bool | None = None

    async def save(self, job: JobRecord, output: AsyncMediaOutput) -> Sequence[str]:
        """Save all files; see `Saver`."""
        if self._folds_case is None:
            self._folds_case = await asyncio.to_thread(_folds_case, self.folder)
        places = _places(self._layout, job, output.files, self._folds_case)
        return [
            str(await _save_as(file, self.folder, place))
            for file, place in zip(output.files, places, strict=True)
        ]


class RemoteSaver:
    """Saves files to an address that fsspec knows, by way of a temporary folder; needs the extra ``batch-remote``.

    Where the store shows half-written files, each is written under another name first. Credentials are found as the
    store's own tools find them.

    Attributes:
        address: Where files go, such as ``s3://bucket/folder``.
    """

    def __init__(
        self,
        address: str,
        layout: str = DEFAULT_LAYOUT,
        storage_options: Mapping[str, Any] | None = None,
    ) -> None:
        """Save below ``address``.

        Args:
            address: The place.
            layout: Template of the paths below it; see `Layout`.
            storage_options: Settings for fsspec's file system.

        Raises:
            ValueError: If the layout cannot be used, or fsspec or the store's own package is not installed.
        """
        self.address = address
        self._layout = Layout(layout)
        try:
            core: Any = importlib.import_module("fsspec.core")
            self._system, self._root = core.url_to_fs(address, **(storage_options or {}))
        except ImportError as error:
            raise ValueError(
                f"saving to {address} needs fsspec and the store's package ({error}): "
                "pip install 'runcomfy-sdk[batch-remote]'"
            ) from None

    async def save(self, job: JobRecord, output: AsyncMediaOutput) -> Sequence[str]:
        """Save all files; see `Saver`."""
        places = _places(self._layout, job, output.files, folds_case=False)
        saved: list[str] = []
        with tempfile.TemporaryDirectory(prefix="runcomfy-") as folder:
            for file, place in zip(output.files, places, strict=True):
                local = await _save_as(file, Path(folder), place)
                suffix = local.name[len(PurePosixPath(place).name) :]
                try:
                    saved.append(await asyncio.to_thread(self._put, local, f"{place}{suffix}"))
                except Exception as error:  # noqa: BLE001 - whatever the store's package raises
                    raise DownloadFailed(
                        f"A file of job {job.request_id} cannot be stored below {self.address}: "
                        f"{type(error).__name__}: {error}",
                        cannot_write=True,
                        request_id=job.request_id,
                    ) from None
                finally:
                    local.unlink(missing_ok=True)
        return saved

    def _put(self, local: Path, place: str) -> str:
        final = f"{self._root.rstrip('/')}/{place}"
        self._system.makedirs(final.rpartition("/")[0], exist_ok=True)
        protocols = self._system.protocol
        names = {protocols} if isinstance(protocols, str) else set(protocols)
        if names & _WHOLE_PUTS:
            self._system.put_file(str(local), final)
        else:
            part = f"{final}.part"
            self._system.put_file(str(local), part)
            self._system.mv(part, final)
        if self._system.size(final) != local.stat().st_size:
            raise OSError(f"{final} is not whole")
        return str(self._system.unstrip_protocol(final))


def _places(
    layout: Layout, job: JobRecord, files: Sequence[AsyncFileOutput], folds_case: bool
) -> list[str]:
    return [
        layout.path(
            job.key,
            index,
            model_id=job.model_id,
            request_id=job.request_id or "",
            kind=file.kind,
            folds_case=folds_case,
        )
        for index, file in enumerate(files, 1)
    ]


async def _save_as(file: AsyncFileOutput, folder: Path, place: str) -> Path:
    """Download ``file`` to ``place`` below ``folder``, with the suffix of what it holds."""
    *folders, stem = place.split("/")
    literal = stem.replace("{", "{{").replace("}", "}}")
    path = await file.save(folder.joinpath(*folders), name=f"{literal}{{suffix}}", overwrite=True)
    if path.name != stem:
        return path
    return await asyncio.to_thread(path.replace, path.with_name(f"{stem}{_NO_TYPE}"))


def _folds_case(folder: Path) -> bool:
    """Tell whether a folder takes two spellings of a name for the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=".Case-", suffix=".probe", dir=folder) as probe:
        return (folder / Path(probe.name).name.swapcase()).exists()
