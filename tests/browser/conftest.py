"""A real browser over the built site, served from this machine; nothing may leave it and nothing may go wrong."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    sync_playwright,
)
from runcomfy_runtime.config import is_loopback
from runcomfy_runtime.testing import Emulator

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def serving(folder: Path) -> Generator[str]:
    """Serve a folder on loopback and yield its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the base class's
        """Say nothing."""


@pytest.fixture(scope="session")
def site(built_site: Path) -> Iterator[str]:
    """The address of the site."""
    with serving(built_site) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for each module: while one is there, its event loop runs in this thread, and no other can."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium (Debian: apt-get install chromium)")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator(queue_seconds=0.05, run_seconds=0.1) as emulator:
        yield emulator


class Watched:
    """A browser context whose requests and complaints are kept."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.strays: list[str] = []
        self.complaints: list[str] = []
        self.urls: list[str] = []
        context.route("**/*", self._judge)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(f"{said.text} ({said.location['url']})")

    def _judge(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        self.urls.append(route.request.url)
        if parts.scheme in ("data", "blob") or is_loopback(parts.hostname or ""):
            route.continue_()
        else:
            self.strays.append(route.request.url)
            route.abort()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A watched context; the test fails for a request that leaves the machine and for an error in the console."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(15_000)
    watched = Watched(context)
    yield watched
    context.close()
    assert watched.strays == []
    assert watched.complaints == []


@pytest.fixture
def watched_complaints(watched: Watched) -> list[str]:
    """The errors of the console so far; a test that provokes some empties the list."""
    return watched.complaints


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.context.new_page()


@pytest.fixture
def scripts(page: Page, site: str) -> Page:
    """A page of the site's origin that holds nothing; tests import the site's modules into it."""
    page.goto(f"{site}/assets/docs.css")
    return page
