"""What earlier runs found out, kept beside the specs. Without it a run takes longer and gives the same bytes.

All is bound to the hashes of what it was found out from, the generator's own source among them.
"""

from __future__ import annotations

import json
from pathlib import Path

from runcomfy_codegen.atomic import write_atomically

__all__ = ["cache_folder", "save_text"]


def cache_folder(specs: Path) -> Path:
    """Return the folder of the cache, which version control does not see."""
    return specs / ".cache"


def save_text(file: Path, data: object) -> None:
    """Write ``data`` as JSON to ``file`` of a cache, if it is not what the file holds."""
    text = json.dumps(data, ensure_ascii=True, sort_keys=True)
    try:
        if file.read_text(encoding="ascii") == text:
            return
    except (OSError, ValueError):
        write_atomically(file.with_name(".gitignore"), "*\n")
    write_atomically(file, text)
