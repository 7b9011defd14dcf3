"""Save files of a job: from the first byte to the final name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..addresses import identity, shown
from ..errors import DownloadFailed
from ..filenames import complete, cut, expand
from ..outputs import DownloadProgress
from ..ranges import Have
from ..sniffing import HEAD, sniff
from ..storage import PartFile, Target
from .download import AsyncFetch, Begun
from .platform import blocking

if TYPE_CHECKING:
    from .files import AsyncFileOutput

__all__ = ["OnProgress", "Order", "save_file", "several", "tell", "try_to_save"]

OnProgress = Callable[[DownloadProgress], object]


@dataclass(frozen=True, slots=True)
class Order:
    """How files are to be saved.

    Attributes:
        target: Where they go.
        template: Name of each; None keeps their own.
        max_bytes: Longest file that is accepted.
        on_progress: Called with each piece that came.
    """

    target: Target
    template: str | None
    max_bytes: int
    on_progress: OnProgress | None


async def save_file(file: AsyncFileOutput, own_name: str, order: Order) -> Path:
    """Download ``file``, give it its name and return where it is.

    Args:
        file: The file.
        own_name: The name it has of its own.
        order: How to save it.

    Raises:
        DownloadFailed: If it cannot be fetched or stored.
        ValueError: If the name's template asks for what there is not.
    """
    _named(file, own_name, order.template, "")
    part: PartFile | None = None
    keep = True
    try:
        folder = await blocking(order.target.prepare)
        part = await blocking(PartFile, folder, identity(file.url))
        media_type = await _fill(part, file, order)
        await blocking(part.finish)
        name = _named(file, own_name, order.template, media_type)
        file.path = await blocking(order.target.place, part.path, name)
        keep = False
        await _record_saved(file)
        return file.path
    except DownloadFailed as error:
        keep = error.retryable
        raise
    except OSError as error:
        keep = False
        raise DownloadFailed(
            f"The file at {shown(file.url)} cannot be stored: {error.strerror or error}.",
            url=shown(file.url),
            cannot_write=True,
            request_id=file.origin.request_id or None,
        ) from None
    finally:
        if part is not None:
            part.close(keep=keep)


async def try_to_save(order: Order, item: tuple[AsyncFileOutput, str]) -> Path | DownloadFailed:
    """Save one of several files; return where it is, or why it is not."""
    try:
        return await save_file(*item, order)
    except DownloadFailed as error:
        return error


def tell(on_progress: OnProgress | None, file: AsyncFileOutput, have: Have) -> None:
    """Tell how much of ``file`` is here."""
    if on_progress is not None:
        on_progress(DownloadProgress(shown(file.url), file.origin.index, have.size, have.total))


def several(failures: Sequence[DownloadFailed], saved: Sequence[Path]) -> DownloadFailed:
    """Return the failures of several files as one."""
    first = failures[0]
    count = f"{len(failures)} of {len(failures) + len(saved)} files could not be saved"
    text = "\n".join([f"{count}:", *(f"  {failure}" for failure in failures)])
    return DownloadFailed(
        first.message if len(failures) == 1 and not saved else text,
        url=first.url,
        cannot_write=all(failure.cannot_write for failure in failures),
        expired=all(failure.expired for failure in failures),
        retryable=any(failure.retryable for failure in failures),
        failures=failures,
        saved=saved,
        http_status=first.http_status,
        request_id=first.request_id,
    )


async def _fill(part: PartFile, file: AsyncFileOutput, order: Order) -> str:
    """Bring the whole content into ``part``; return its media type, as far as it can be told."""
    fetch = AsyncFetch(
        file.core,
        file.url,
        file.kind,
        order.max_bytes,
        request_id=file.origin.request_id,
        have=replace(part.have),
    )
    told = ""
    async with aclosing(fetch.pieces()) as pieces:
        async for piece in pieces:
            if isinstance(piece, Begun):
                await blocking(part.begin, piece.offset, piece.validator, piece.total)
                told = piece.media_type
            else:
                await blocking(part.write, piece)
                tell(order.on_progress, file, fetch.have)
    return sniff(await blocking(part.head, HEAD)) or told


async def _record_saved(file: AsyncFileOutput) -> None:
    """Note in the journal of the file's job, if one is kept, that the file was saved."""
    request_id, url = file.origin.request_id, file.url
    if request_id:
        await file.core.record(lambda journal: journal.saved(request_id, url), request_id)


def _named(file: AsyncFileOutput, own_name: str, template: str | None, media_type: str) -> str:
    name = complete(own_name, media_type, file.kind)
    if template is None:
        return name
    stem, suffix = cut(name)
    origin = file.origin
    facts: dict[str, str | int] = {
        "stem": stem,
        "suffix": suffix,
        "index": origin.index,
        "kind": file.kind,
        "request_id": origin.request_id,
        "model": origin.model_id or "",
    }
    return expand(template, facts)
