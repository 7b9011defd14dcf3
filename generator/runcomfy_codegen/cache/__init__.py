"""What earlier runs found out, kept beside the specs. Without it a run takes longer and gives the same bytes.

Nothing here is believed because of a date: all is bound to the hashes of what it was found out from, the generator's
own source among them.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder(specs: Path) -> Path:
    """Return the folder of the cache, which version control does not see."""
    return specs / ".cache"
