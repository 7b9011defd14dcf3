# Emitted from _async/saving.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
"""Save files of a job: from the first byte to the final name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
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
from .download import Fetch, Begun
from .platform import blocking

if TYPE_CHECKING:
    from .files import FileOutput

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


def save_file(file: FileOutput, own_name: str, order: Order) -> Path:
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
        folder = blocking(order.target.prepare)
        part = blocking(PartFile, folder, identity(file.url))
        media_type = _fill(part, file, order)
        blocking(part.finish)
        name = _named(file, own_name, order.template, media_type)
        file.path = blocking(order.target.place, part.path, name)
        keep = False
        _record_saved(file)
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


def try_to_save(order: Order, item: tuple[FileOutput, str]) -> Path | DownloadFailed:
    """Save one of several files; return where it is, or why it is not."""
    try:
        return save_file(*item, order)
    except DownloadFailed as error:
        return error


def tell(on_progress: OnProgress | None, file: FileOutput, have: Have) -> None:
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


def _fill(part: PartFile, file: FileOutput, order: Order) -> str:
    """Bring the whole content into ``part``; return its media type, as far as it can be told."""
    fetch = Fetch(
        file.core,
        file.url,
        file.kind,
        order.max_bytes,
        request_id=file.origin.request_id,
        have=replace(part.have),
    )
    told = ""
    with closing(fetch.pieces()) as pieces:
        for piece in pieces:
            if isinstance(piece, Begun):
                blocking(part.begin, piece.offset, piece.validator, piece.total)
                told = piece.media_type
            else:
                blocking(part.write, piece)
                tell(order.on_progress, file, fetch.have)
    return sniff(blocking(part.head, HEAD)) or told


def _record_saved(file: FileOutput) -> None:
    """Note in the journal of the file's job, if one is kept, that the file was saved."""
    request_id, url = file.origin.request_id, file.url
    if request_id:
        file.core.record(lambda journal: journal.saved(request_id, url), request_id)


def _named(file: FileOutput, own_name: str, template: str | None, media_type: str) -> str:
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
