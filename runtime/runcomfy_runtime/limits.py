"""What one exchange with the service may take."""

from __future__ import annotations

from typing import Final

__all__ = ["CONNECT_TIMEOUT", "MAX_CONNECTIONS", "MAX_REPLY_BYTES", "SLOT_TIMEOUT"]

CONNECT_TIMEOUT: Final = 10.0
"""Seconds to connect."""
SLOT_TIMEOUT: Final = 30.0
"""Seconds to wait for a connection to become free."""
MAX_CONNECTIONS: Final = 1000
MAX_REPLY_BYTES: Final = 64 * 1024 * 1024
