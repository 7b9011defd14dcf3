"""One emulator and one client for all tests below. Written by runcomfy-codegen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk import RunComfy


@pytest.fixture(scope="session")
def server() -> Iterator[Emulator]:
    """Serve the specs; jobs end at once, and their records repeat the input that arrived."""
    with Emulator(
        queue_seconds=0,
        run_seconds=0,
        balance_usd=1e9,
        dialect={"echo_input": True},
        package="runcomfy_sdk",
    ) as server:
        yield server


@pytest.fixture
def emulator(server: Emulator) -> Emulator:
    """Return the emulator with nothing recorded."""
    server.clear()
    return server


@pytest.fixture(scope="session")
def client(server: Emulator) -> Iterator[RunComfy]:
    """Return a client of the emulator."""
    with RunComfy(**server.client_options()) as client:
        yield client
