# Emitted from _async/files.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
"""Outputs of a job, and the files in them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..addresses import shown
from ..display import MAX_SHOWN_BYTES, Preview, card, html_of_file, png_of, preview_of
from ..errors import DownloadFailed, OutputMissing
from ..filenames import distinct, name_in
from ..models import MediaKind
from ..outputs import FoundFile, Origin, harvest
from ..storage import Target
from .download import Fetch, Begun
from .platform import each
from .saving import OnProgress, Order, save_file, several, tell, try_to_save

if TYPE_CHECKING:
    from .core import Core

__all__ = ["MAX_FILE_BYTES", "FileOutput", "MediaOutput"]

MAX_FILE_BYTES: Final = 2 * 1024**3


class FileOutput:
    """One file that a job made. It can be pickled. A notebook shows it once it was saved.

    Attributes:
        url: Its address, or a data URI; expect an address to expire after about seven days. Its query may hold a
            signature, so it is left out wherever this object is printed.
        kind: What it is taken for.
        origin: The job it comes from, and its place there.
        path: Where it was saved last, if it was.
    """

    def __init__(
        self,
        core: Core | None,
        url: str,
        kind: MediaKind,
        base_url: str | None = None,
        origin: Origin | None = None,
    ) -> None:
        self._core_or_none = core
        self._base_url = core.config.base_url if core is not None else base_url or ""
        self.url = url
        self.kind: MediaKind = kind
        self.origin: Origin = origin or Origin()
        self.path: Path | None = None

    def save(
        self,
        to: str | os.PathLike[str],
        *,
        name: str | None = None,
        overwrite: bool = False,
        max_bytes: int = MAX_FILE_BYTES,
        on_progress: OnProgress | None = None,
    ) -> Path:
        """Download the file and return where it is.

        It appears under its name only when it is complete. A download that is cut goes on where it was, also when it is
        this process that was killed and the file is saved to the same folder again. The token is never sent along, and
        no other hosts than the service's own (and those in ``download_hosts``) are asked, at every redirect.

        Args:
            to: A folder (one that exists, or a path ending in ``/``), which takes the file under a name of its own that
                no other file has; or the name of the file.
            name: A name for the file in the folder ``to``, such as ``"{model}-{index:03}{suffix}"``; it can hold
                ``{stem}``, ``{suffix}``, ``{index}`` (from 1), ``{kind}``, ``{request_id}`` and ``{model}``.
            overwrite: Replace a file of that name.
            max_bytes: Longest file that is accepted.
            on_progress: Called with each piece that came; what it raises ends the download.

        Raises:
            DownloadFailed: If it cannot be fetched, is not what it should be, or cannot be stored.
            ValueError: If ``name`` asks for what there is not.
        """
        target = Target(to, overwrite=overwrite, into_folder=name is not None)
        order = Order(target, name, max_bytes, on_progress)
        return save_file(self, name_in(self.url), order)

    def read(
        self, *, max_bytes: int = MAX_FILE_BYTES, on_progress: OnProgress | None = None
    ) -> bytes:
        """Download the file and return its content.

        Args:
            max_bytes: Longest file that is accepted.
            on_progress: Called with each piece that came; what it raises ends the download.

        Raises:
            DownloadFailed: If it cannot be fetched, or is not what it should be.
        """
        content = bytearray()
        fetch = self._fetch(max_bytes)
        with closing(fetch.pieces()) as pieces:
            for piece in pieces:
                if isinstance(piece, Begun):
                    del content[piece.offset :]
                else:
                    content += piece
                    tell(on_progress, self, fetch.have)
        return bytes(content)

    def stream(self, *, max_bytes: int = MAX_FILE_BYTES) -> Iterator[bytes]:
        """Yield the file's content piece by piece, as it comes; a cut is mended unseen.

        Raises:
            DownloadFailed: If it cannot be fetched, is not what it should be, or changes on the way.
        """
        given, version = 0, None
        skip = 0
        with closing(self._fetch(max_bytes).pieces()) as pieces:
            for piece in pieces:
                if isinstance(piece, Begun):
                    if given and (piece.validator is None or piece.validator != version):
                        raise DownloadFailed(
                            f"The file at {shown(self.url)} broke off after {given} bytes and its host cannot go on "
                            "there; read() or save() it instead.",
                            url=shown(self.url),
                            retryable=True,
                        )
                    version, skip = piece.validator, given - piece.offset
                    continue
                fresh = piece[skip:] if skip else piece
                skip = max(0, skip - len(piece))
                if fresh:
                    given += len(fresh)
                    yield fresh

    def preview(self, *, max_bytes: int = MAX_SHOWN_BYTES) -> Preview:
        """Download the file for a notebook to show.

        Args:
            max_bytes: Longest file that is accepted.

        Raises:
            DownloadFailed: If it cannot be fetched, or is not what it should be.
        """
        return Preview(self.read(max_bytes=max_bytes), name_in(self.url))

    def _fetch(self, max_bytes: int) -> Fetch:
        request_id = self.origin.request_id
        return Fetch(self.core, self.url, self.kind, max_bytes, request_id=request_id)

    @property
    def core(self) -> Core:
        """What fetches it; after unpickling, one with the settings of the environment."""
        if self._core_or_none is None:
            from .defaults import default_core

            self._core_or_none = default_core(self._base_url)
        return self._core_or_none

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileOutput) and (self.url, self.kind) == (
            other.url,
            other.kind,
        )

    def __hash__(self) -> int:
        return hash((self.url, self.kind))

    def __reduce__(self) -> tuple[Any, ...]:
        facts = (None, self.url, self.kind, self._base_url, self.origin)
        return type(self), facts, {"path": self.path}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({shown(self.url)!r}, kind={self.kind!r})"

    def _repr_html_(self) -> str:
        return html_of_file(self.path, self.url, self.kind)

    def _repr_png_(self) -> bytes | None:
        return png_of(preview_of(self.path))

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, object]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}


class MediaOutput:
    """What a job made. It can be pickled.

    Attributes:
        raw: The service's ``output`` as it came.
        record: The service's whole record of the job.
        request_id: The job.
        model_id: The model, if known.
    """

    def __init__(
        self,
        core: Core | None,
        record: Mapping[str, Any],
        expected: MediaKind | None,
        request_id: str,
        model_id: str | None,
        base_url: str | None = None,
    ) -> None:
        self._core = core
        self._base_url = core.config.base_url if core is not None else base_url or ""
        self._expected: MediaKind | None = expected
        self.record = record
        self.raw: Any = record.get("output")
        self.request_id = request_id
        self.model_id = model_id
        found: list[FoundFile] = harvest(self.raw, expected)
        self._files = tuple(
            FileOutput(
                core, file.url, file.kind, self._base_url, Origin(request_id, model_id, index)
            )
            for index, file in enumerate(found, 1)
        )

    @property
    def files(self) -> list[FileOutput]:
        """All files, in the service's order, each once."""
        return list(self._files)

    def save_all(
        self,
        folder: str | os.PathLike[str],
        *,
        name: str | None = None,
        concurrency: int = 4,
        overwrite: bool = False,
        max_bytes: int = MAX_FILE_BYTES,
        on_progress: OnProgress | None = None,
    ) -> list[Path]:
        """Download all files into ``folder``, a few at a time, and return where they are, in the service's order.

        See `FileOutput.save` for what is done to each.

        Args:
            folder: Where they go; it is made if need be.
            name: A name for each, such as ``"{request_id}-{index:03}{suffix}"``.
            concurrency: Files at a time.
            overwrite: Replace files of the same names.
            max_bytes: Longest file that is accepted.
            on_progress: Called with each piece of a file that came, from several threads in the synchronous client.

        Raises:
            DownloadFailed: If any could not be saved; all others are, and stand in its ``saved``.
            ValueError: If ``concurrency`` is below 1, or ``name`` asks for what there is not.
        """
        if concurrency < 1:
            raise ValueError(f"concurrency is {concurrency}; give 1 or more")
        target = Target(folder, overwrite=overwrite, into_folder=True)
        save = partial(try_to_save, Order(target, name, max_bytes, on_progress))
        saved: list[Path] = []
        failures: list[DownloadFailed] = []
        items = zip(self._files, distinct([name_in(file.url) for file in self._files]), strict=True)
        for result in each(save, items, concurrency, ordered=True):
            if isinstance(result, DownloadFailed):
                failures.append(result)
            else:
                saved.append(result)
        if failures:
            raise several(failures, saved)
        return saved

    @property
    def images(self) -> list[FileOutput]:
        """The images."""
        return self._of("image")

    @property
    def videos(self) -> list[FileOutput]:
        """The videos."""
        return self._of("video")

    @property
    def audios(self) -> list[FileOutput]:
        """The sound files."""
        return self._of("audio")

    @property
    def image(self) -> FileOutput:
        """The first image.

        Raises:
            OutputMissing: If there is none.
        """
        return self._first("image")

    @property
    def video(self) -> FileOutput:
        """The first video.

        Raises:
            OutputMissing: If there is none.
        """
        return self._first("video")

    @property
    def audio(self) -> FileOutput:
        """The first sound file.

        Raises:
            OutputMissing: If there is none.
        """
        return self._first("audio")

    def _of(self, kind: MediaKind) -> list[FileOutput]:
        return [file for file in self._files if file.kind == kind]

    def _first(self, kind: MediaKind) -> FileOutput:
        files = self._of(kind)
        if files:
            return files[0]
        kinds = [file.kind for file in self._files]
        held = ", ".join(f"{kinds.count(other)} {other}" for other in dict.fromkeys(kinds))
        raise OutputMissing(
            f"The job's output holds no {kind}; it holds {held or 'no files at all (see .raw)'}.",
            request_id=self.request_id,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        facts = (self.record, self._expected, self.request_id, self.model_id, self._base_url)
        return type(self), (None, *facts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.request_id!r}, files={self.files!r})"

    def _repr_html_(self) -> str:
        shown_files = [html_of_file(file.path, file.url, file.kind) for file in self._files]
        return "\n".join(shown_files) or card(self.request_id, "file", "no files; see .raw")

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, object]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}
