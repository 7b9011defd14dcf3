"""Fixtures and options for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from support.batch_trial import Service
    from support.postgres import Postgres

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="Write the golden trees anew from what the generator gives today.",
    )
    parser.addoption(
        "--all-snippets",
        action="store_true",
        help="Run every command of every model page, not one a model (minutes).",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def all_snippets(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--all-snippets"))


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The docs site, built in a folder of this run, so that runs side by side do not meet."""
    from support.site import build_in

    return build_in(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A server of its own for each module, whose tests may kill it."""
    from support.postgres import WHY_NOT, Postgres, programs

    if programs() is None:
        pytest.skip(WHY_NOT)
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture
def service() -> Iterator[Service]:
    """A service in a process of its own that counts what batches submit."""
    from support.batch_trial import Service

    running = Service()
    yield running
    running.close()
