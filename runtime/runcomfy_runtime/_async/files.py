"""Outputs of a job, and the files in them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import DownloadFailed, OutputMissing
from ..models import MediaKind
from ..outputs import FoundFile, harvest
from ..storage import PartFile, Target
from .download import BrokenOffError, opened
from .platform import blocking, sleep

if TYPE_CHECKING:
    from .core import AsyncCore

__all__ = ["MAX_FILE_BYTES", "AsyncFileOutput", "AsyncMediaOutput"]

MAX_FILE_BYTES: Final = 2 * 1024**3
_TRIES: Final = 3


class AsyncFileOutput:
    """One file that a job made. It can be pickled.

    Attributes:
        url: Its address; expect it to expire after about seven days.
        kind: What it is taken for.
        request_id: The job that made it, if known; saving the file is noted in that job's entry of the journal.
    """

    def __init__(
        self,
        core: AsyncCore | None,
        url: str,
        kind: MediaKind,
        base_url: str | None = None,
        request_id: str | None = None,
    ) -> None:
        self._core_or_none = core
        self._base_url = core.config.base_url if core is not None else base_url or ""
        self.url = url
        self.kind: MediaKind = kind
        self.request_id = request_id

    async def save(
        self,
        to: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        max_bytes: int = MAX_FILE_BYTES,
    ) -> Path:
        """Download the file and return where it is.

        It appears under its name only when it is complete. The token is never sent along, and no other hosts than the
        service's own (and those in ``download_hosts``) are asked, at every redirect.

        Args:
            to: A folder (one that exists, or a path ending in ``/``), which takes the file under a name of its own that
                no other file has; or the name of the file.
            overwrite: Replace a file of that name.
            max_bytes: Longest file that is accepted.

        Raises:
            DownloadFailed: If it cannot be fetched, is not what it should be, or cannot be stored.
        """
        target = Target(to, overwrite=overwrite)
        last = ""
        for attempt in range(_TRIES):
            if attempt:
                await sleep(0.5 * 2**attempt)
            try:
                saved = await self._save_once(target, max_bytes)
                await self._record_saved()
                return saved
            except BrokenOffError as cut:
                last = str(cut)
            except OSError as error:
                text = f"The file cannot be stored at {os.fspath(to)}: {error.strerror or error}."
                raise DownloadFailed(text, url=self.url, cannot_write=True) from None
        raise self._gave_up(last)

    async def read(self, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
        """Download the file and return its content.

        Raises:
            DownloadFailed: If it cannot be fetched, or is not what it should be.
        """
        last = ""
        for attempt in range(_TRIES):
            if attempt:
                await sleep(0.5 * 2**attempt)
            try:
                async with opened(self._core, self.url, self.kind, max_bytes) as source:
                    content = bytearray()
                    async for chunk in source.chunks():
                        content += chunk
                    return bytes(content)
            except BrokenOffError as cut:
                last = str(cut)
        raise self._gave_up(last)

    async def stream(self, *, max_bytes: int = MAX_FILE_BYTES) -> AsyncIterator[bytes]:
        """Yield the file's content piece by piece, as it comes.

        Raises:
            DownloadFailed: If it cannot be fetched, is not what it should be, or breaks off.
        """
        try:
            async with opened(self._core, self.url, self.kind, max_bytes) as source:
                async for chunk in source.chunks():
                    yield chunk
        except BrokenOffError as cut:
            raise self._gave_up(str(cut)) from None

    async def _save_once(self, target: Target, max_bytes: int) -> Path:
        folder = await blocking(target.prepare)
        async with opened(self._core, self.url, self.kind, max_bytes) as source:
            with PartFile(folder) as part:
                async for chunk in source.chunks():
                    await blocking(part.write, chunk)
                await blocking(part.finish)
                return await blocking(target.place, part.path, source.url, source.content_type)

    async def _record_saved(self) -> None:
        request_id = self.request_id
        if request_id is not None:
            await self._core.record(lambda journal: journal.saved(request_id, self.url), request_id)

    def _gave_up(self, reason: str) -> DownloadFailed:
        return DownloadFailed(
            f"The file could not be downloaded: {reason}. The job is not affected; save it again, do not run it again.",
            url=self.url,
        )

    @property
    def _core(self) -> AsyncCore:
        if self._core_or_none is None:
            from .core import default_core

            self._core_or_none = default_core(self._base_url)
        return self._core_or_none

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AsyncFileOutput) and (self.url, self.kind) == (
            other.url,
            other.kind,
        )

    def __hash__(self) -> int:
        return hash((self.url, self.kind))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (None, self.url, self.kind, self._base_url, self.request_id)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r}, kind={self.kind!r})"


class AsyncMediaOutput:
    """What a job made. It can be pickled.

    Attributes:
        raw: The service's ``output`` as it came.
        record: The service's whole record of the job.
        request_id: The job.
        model_id: The model, if known.
    """

    def __init__(
        self,
        core: AsyncCore | None,
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
        self._found: list[FoundFile] = harvest(self.raw, expected)

    @property
    def files(self) -> list[AsyncFileOutput]:
        """All files, in the service's order, each once."""
        return [
            AsyncFileOutput(self._core, found.url, found.kind, self._base_url, self.request_id)
            for found in self._found
        ]

    @property
    def images(self) -> list[AsyncFileOutput]:
        """The images."""
        return self._of("image")

    @property
    def videos(self) -> list[AsyncFileOutput]:
        """The videos."""
        return self._of("video")

    @property
    def audios(self) -> list[AsyncFileOutput]:
        """The sound files."""
        return self._of("audio")

    @property
    def image(self) -> AsyncFileOutput:
        """The first image.

        Raises:
            OutputMissing: If there is none.
        """
        return self._first("image")

    @property
    def video(self) -> AsyncFileOutput:
        """The first video.

        Raises:
            OutputMissing: If there is none.
        """
        return self._first("video")

    @property
    def audio(self) -> AsyncFileOutput:
        """The first sound file.

        Raises:
            OutputMissing: If there is none.
        """
        return self._first("audio")

    def _of(self, kind: MediaKind) -> list[AsyncFileOutput]:
        return [file for file in self.files if file.kind == kind]

    def _first(self, kind: MediaKind) -> AsyncFileOutput:
        files = self._of(kind)
        if files:
            return files[0]
        kinds = [found.kind for found in self._found]
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
