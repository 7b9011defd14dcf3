"""Version of the runtime, and how it names itself to the service."""

from __future__ import annotations

from typing import Final

__all__ = ["USER_AGENT", "VERSION"]

VERSION: Final = "0.1.0"
USER_AGENT: Final = f"runcomfy-sdk/{VERSION}"
