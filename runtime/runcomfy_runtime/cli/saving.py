"""Save the files of a job: where, under which names, and how far that is."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..filenames import expand
from ..sniffing import media_type_of
from .exitcodes import CliError, ExitCode
from .progress import Display, Transfer
from .session import Session

if TYPE_CHECKING:
    from .._sync.files import MediaOutput
    from ..outputs import DownloadProgress

__all__ = ["Saving", "checked_template", "save_files", "writable_folder"]

_SAMPLE: Final[Mapping[str, str | int]] = {
    "stem": "output",
    "suffix": ".png",
    "index": 1,
    "kind": "image",
    "request_id": "id",
    "model": "vendor/model",
}
_FILES_AT_A_TIME: Final = 4


@dataclass(frozen=True, slots=True)
class Saving:
    """How the files of a job are saved.

    Attributes:
        folder: Where they go.
        template: Name of each; None keeps their own.
        overwrite: Whether a file of the same name is replaced; else the new one gets a number.
        show: Whether images are shown in a terminal that can.
    """

    folder: Path
    template: str | None = None
    overwrite: bool = False
    show: bool = False


def writable_folder(folder: Path) -> Path:
    """Make ``folder`` if need be and return it; called before a job is paid for.

    Raises:
        CliError: If it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot make the folder {str(folder)!r}: {error.strerror}; nothing was sent"
        raise CliError(message, ExitCode.CANNOT_WRITE) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        message = f"cannot write to the folder {str(folder)!r}; nothing was sent"
        raise CliError(message, ExitCode.CANNOT_WRITE)
    return folder


def checked_template(template: str | None) -> str | None:
    """Return a name template that gives each file a suffix; called before a job is paid for.

    Raises:
        CliError: If it asks for what there is not.
    """
    if template is None:
        return None
    try:
        name = expand(template, _SAMPLE)
    except ValueError as error:
        raise CliError(f"--name: {error}; nothing was sent", ExitCode.USAGE) from None
    has_suffix = "{suffix" in template or media_type_of(name) is not None
    return template if has_suffix else f"{template}{{suffix}}"


def save_files(
    session: Session, output: MediaOutput, saving: Saving, label: str, display: Display
) -> list[Path]:
    """Save all files of a job and return where they are.

    Raises:
        DownloadFailed: If any could not be saved; the others are.
        KeyboardInterrupt: If Ctrl-C was pressed meanwhile.
    """
    count = len(output.files)
    if count:
        display.stage(label, "saving 1 file" if count == 1 else f"saving {count} files")
    return output.save_all(
        saving.folder,
        name=saving.template,
        overwrite=saving.overwrite,
        concurrency=_FILES_AT_A_TIME,
        on_progress=_Bytes(session, count, label, display),
    )


class _Bytes:
    """Adds up the bytes of a job's files as they come, in several threads."""

    def __init__(self, session: Session, count: int, label: str, display: Display) -> None:
        self._session = session
        self._count = count
        self._label = label
        self._display = display
        self._lock = threading.Lock()
        self._have: dict[int, DownloadProgress] = {}
        self._started = time.monotonic()

    def __call__(self, progress: DownloadProgress) -> None:
        """Show how far the files are; end the download if Ctrl-C was pressed."""
        if self._session.interrupted:
            raise KeyboardInterrupt
        with self._lock:
            self._have[progress.index] = progress
            have = list(self._have.values())
        totals = [one.total for one in have]
        known = len(have) == self._count and None not in totals
        total = sum(filter(None, totals)) if known else None
        seconds = time.monotonic() - self._started
        self._display.transfer(self._label, Transfer(sum(one.done for one in have), total, seconds))
