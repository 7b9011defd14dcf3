"""Replace files so that a reader, or a crash, sees the old text or the new one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

__all__ = ["THREADS", "is_temporary", "write_all_atomically", "write_atomically"]

THREADS = 16
"""Files that are synced at once; the disk takes them together."""

_SUFFIX = ".runcomfy-codegen.tmp"


def write_atomically(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 with LF line ends to a temporary file beside ``path``, sync it, and rename it."""
    import tempfile  # slow to load, and most runs write nothing

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_SUFFIX, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_all_atomically(texts: Mapping[Path, str]) -> None:
    """Write each text as :func:`write_atomically` does, many at a time."""
    from concurrent.futures import ThreadPoolExecutor  # as above

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write_atomically, texts.keys(), texts.values()))


def is_temporary(name: str) -> bool:
    """Tell whether a file of this name is the temporary file of a run; when that run is over, it was killed."""
    return name.endswith(_SUFFIX)
