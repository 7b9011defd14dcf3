"""What every command of one invocation shares: the package, the streams' modes and the client."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .catalogue import Catalogue
from .exitcodes import CliError, ExitCode
from .output import say

if TYPE_CHECKING:
    from .._async.client import AsyncClient
    from .._sync.client import Client
    from ..events import Event
    from ..journal import Journal

__all__ = ["OutputMode", "Session"]

OutputMode = Literal["pretty", "json"]


@dataclass(slots=True)
class Session:
    """Settings of one invocation.

    Attributes:
        package: Import name of the generated package.
        base_url: The service's address if given; else the client's own order holds.
        output: What standard output holds; None means JSON unless it is a terminal.
        quiet: Say nothing about progress on standard error.
        address: The service's address, once a client was made.
        notify: Writes a line for people; a live line on the terminal puts itself in its place for as long as it lives.
    """

    package: str
    base_url: str | None = None
    output: OutputMode | None = None
    quiet: bool = False
    address: str = ""
    notify: Callable[[str], None] = say
    catalogue: Catalogue = field(init=False)

    def __post_init__(self) -> None:
        self.catalogue = Catalogue(self.package)

    @property
    def program(self) -> str:
        """Return what runs the command line: the package's console script, or Python if it lies inside another."""
        inner = "." in self.package
        return f"python -m {self.package}" if inner else self.package.replace("_", "-")

    @property
    def json(self) -> bool:
        """Tell whether standard output holds JSON."""
        return self.output == "json" or (self.output is None and not sys.stdout.isatty())

    @property
    def live(self) -> bool:
        """Tell whether standard error is a terminal that can redraw a line."""
        dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
        return not self.quiet and not dumb and sys.stderr.isatty()

    def journal(self) -> Journal:
        """Return the journal of the command line: every paid submit and what became of it."""
        from ..journal import Journal, default_journal_path

        return Journal(default_journal_path())

    def client(self) -> Client:
        """Return a client of the package with the journal on; the caller closes it.

        Raises:
            CliError: If the service's address is malformed.
        """
        import logging

        logging.getLogger("runcomfy").addHandler(logging.NullHandler())
        given = {"base_url": self.base_url} if self.base_url else {}
        try:
            client: Client = importlib.import_module(self.package).RunComfy(
                journal=self.journal(), on_event=self._warn, **given
            )
        except ValueError as error:
            raise CliError(str(error), ExitCode.USAGE) from None
        self.address = client.core.config.base_url
        return client

    def async_client(self) -> AsyncClient:
        """Return an asynchronous client of the package, without a journal, for a batch keeps its own record.

        Raises:
            CliError: If the service's address is malformed.
        """
        import logging

        logging.getLogger("runcomfy").addHandler(logging.NullHandler())
        given = {"base_url": self.base_url} if self.base_url else {}
        try:
            client: AsyncClient = importlib.import_module(self.package).AsyncRunComfy(**given)
        except ValueError as error:
            raise CliError(str(error), ExitCode.USAGE) from None
        return client

    def _warn(self, event: Event) -> None:
        if event.name in ("warning", "unknown_state") and not self.quiet:
            self.notify(f"warning: {event.fields.get('detail')}")
