"""Replace files so that a reader, or a crash, sees the old text or the new one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["is_temporary", "sync_files", "write_all_atomically", "write_atomically"]

_SUFFIX = ".runcomfy-codegen.tmp"
_THREADS = 16
"""Files that are synced at once; the disk takes them together."""


def write_atomically(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 with LF line ends to a temporary file beside ``path``, sync it, and rename it."""
    write_all_atomically({path: text})


def write_all_atomically(texts: Mapping[Path, str]) -> None:
    """Write each text as :func:`write_atomically` does; the first file is renamed when all are synced."""
    temporary: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary[path] = _write_beside(path, text)
        sync_files(tuple(temporary.values()))
        for path, written in temporary.items():
            os.replace(written, path)
    except BaseException:
        for written in temporary.values():
            written.unlink(missing_ok=True)
        raise


def sync_files(files: Sequence[Path]) -> None:
    """Wait until the disk has what was written to ``files``."""
    if len(files) < _THREADS:
        _sync(files)
        return
    from concurrent.futures import ThreadPoolExecutor  # slow to load, and most runs write little

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(_sync, [files[start::_THREADS] for start in range(_THREADS)]))


def _write_beside(path: Path, text: str) -> Path:
    """Write ``text`` to a new temporary file beside ``path``."""
    import tempfile  # slow to load, and most runs write nothing

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_SUFFIX, dir=path.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        written.chmod(0o644)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    return written


def _sync(files: Sequence[Path]) -> None:
    for file in files:
        handle = os.open(file, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def is_temporary(name: str) -> bool:
    """Tell whether a file of this name is the temporary file of a run; when that run is over, it was killed."""
    return name.endswith(_SUFFIX)
