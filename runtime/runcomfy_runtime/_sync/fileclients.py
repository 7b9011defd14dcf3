# Emitted from _async/fileclients.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
"""Clients of httpx for files, each for a few downloads at a time.

httpx's pool looks through all its connections at every request: with one pool for 200 downloads, that is most of the
time that a download costs.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

__all__ = ["FileClients"]


@dataclass(slots=True)
class _Shared:
    client: httpx.Client
    users: int = 0


class FileClients:
    """As many clients as the downloads of the moment need."""

    def __init__(self, make: Callable[[], httpx.Client], most_users: int) -> None:
        """Prepare to make clients.

        Args:
            make: Returns a new client.
            most_users: Downloads that share one client at a time.
        """
        self._make = make
        self._most_users = most_users
        self._lock = threading.Lock()
        self._shared: list[_Shared] = []

    @contextmanager
    def lend(self) -> Generator[httpx.Client]:
        """Lend a client for one download, which may be in other hands too."""
        with self._lock:
            free = (shared for shared in self._shared if shared.users < self._most_users)
            chosen = next(free, None)
            if chosen is None:
                chosen = _Shared(self._make())
                self._shared.append(chosen)
            chosen.users += 1
        try:
            yield chosen.client
        finally:
            with self._lock:
                chosen.users -= 1

    def close(self) -> None:
        """Close all clients."""
        for shared in self._shared:
            shared.client.close()
