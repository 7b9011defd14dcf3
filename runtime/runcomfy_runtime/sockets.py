"""Look at a socket without reading from it."""

from __future__ import annotations

import select

__all__ = ["is_readable"]


def is_readable(descriptor: int) -> bool:
    """Tell whether a read would return at once: data has come, the other side hung up, or the socket is closed."""
    if descriptor < 0:
        return True
    if hasattr(select, "poll"):  # select() cannot look at descriptors above 1023
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([descriptor], [], [], 0)[0])
