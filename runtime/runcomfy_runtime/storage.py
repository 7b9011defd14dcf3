"""Put a downloaded file on the disk: whole under its name, or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from .outputs import file_name, numbered

__all__ = ["PartFile", "Target"]


class Target:
    """Where a file shall go.

    A path that is a folder, or ends with a slash, takes the file under its own name; any other path is the file's name.
    """

    def __init__(self, to: str | os.PathLike[str], *, overwrite: bool) -> None:
        text = os.fspath(to)
        self._path = Path(text).expanduser()
        self._is_folder = text.endswith(("/", os.sep)) or self._path.is_dir()
        self._overwrite = overwrite

    def prepare(self) -> Path:
        """Make the folder and return it.

        Raises:
            OSError: If it cannot be made, or the file exists and must not be replaced.
        """
        folder = self._path if self._is_folder else self._path.parent
        folder.mkdir(parents=True, exist_ok=True)
        if not self._is_folder and not self._overwrite and os.path.lexists(self._path):
            raise FileExistsError(
                17, "the file exists; pass overwrite=True to replace it", str(self._path)
            )
        return folder

    def place(self, part: Path, url: str, content_type: str) -> Path:
        """Give the complete file ``part`` its final name and return it; never replaces a file unless told to.

        Raises:
            OSError: If it cannot be named so.
        """
        names = (
            numbered(file_name(url, content_type)) if self._is_folder else iter([self._path.name])
        )
        folder = self._path if self._is_folder else self._path.parent
        for name in names:
            final = folder / name
            if self._overwrite:
                os.replace(part, final)
                return final
            if _claim(part, final):
                return final
        raise FileExistsError(
            17, "the file exists; pass overwrite=True to replace it", str(self._path)
        )


class PartFile:
    """A temporary file that is removed unless it was placed."""

    def __init__(self, folder: Path) -> None:
        self.path: Path = folder / f".{os.urandom(16).hex()}.part"
        self._file = open(self.path, "xb")  # noqa: SIM115 - closed by finish or __exit__

    def write(self, chunk: bytes) -> None:
        """Append ``chunk``."""
        self._file.write(chunk)

    def finish(self) -> None:
        """Bring everything to the disk and close the file."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def __enter__(self) -> PartFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


def _claim(part: Path, final: Path) -> bool:
    """Name ``part`` ``final`` if that name is free; tell whether it was."""
    try:
        os.link(part, final)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if os.path.lexists(final):
            return False
        os.replace(part, final)
    return True
