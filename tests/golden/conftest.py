"""The recorded trees hold generated tests, which are run from a fresh tree in tests/functional."""

from __future__ import annotations

collect_ignore = ["trees"]
