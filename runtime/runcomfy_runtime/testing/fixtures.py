"""Pytest fixtures; conftest.py: `pytest_plugins = ["runcomfy_runtime.testing.fixtures"]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["runcomfy_emulator", "runcomfy_specs"]


@pytest.fixture(scope="session")
def runcomfy_specs() -> Path | None:
    """Name the folder that holds `models/`; override it to serve other specs than the SDK's."""
    return None


@pytest.fixture
def runcomfy_emulator(runcomfy_specs: Path | None) -> Iterator[Emulator]:
    """Run an emulator whose jobs take 50 ms; `client_options()` points a client at it."""
    with Emulator(runcomfy_specs, queue_seconds=0.02, run_seconds=0.03) as emulator:
        yield emulator
