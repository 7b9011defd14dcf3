"""What every command of one invocation shares: the package, the streams' modes and the client."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .catalogue import Catalogue
from .exitcodes import CliError, ExitCode
from .output import say
from .preferences import BASE_URL_VARIABLE

if TYPE_CHECKING:
    from .._async.client import AsyncClient
    from .._sync.client import Client
    from ..events import Event
    from ..journal import Journal
    from ..uploads import Uploader

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
        verbose: Say on standard error what is sent and answered: 1 for the main steps, 2 for all.
        address: The service's address, once a client was made.
        notify: Writes a line for people; a live line on the terminal puts itself in its place for as long as it lives.
        listener: Takes the client's events while jobs are shown.
        parting: What to say of the jobs under way when a second Ctrl-C ends the process at once.
        interrupted: Whether Ctrl-C was pressed.
    """

    package: str
    base_url: str | None = None
    output: OutputMode | None = None
    quiet: bool = False
    verbose: int = 0
    address: str = ""
    notify: Callable[[str], None] = say
    listener: Callable[[Event], None] | None = None
    parting: str = ""
    interrupted: bool = False
    catalogue: Catalogue = field(init=False)
    _preferences: Mapping[str, str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.catalogue = Catalogue(self.package)

    @property
    def program(self) -> str:
        """Return what runs the command line: the package's console script, or Python if it lies inside another."""
        inner = "." in self.package
        return f"python -m {self.package}" if inner else self.package.replace("_", "-")

    @property
    def completion_variable(self) -> str:
        """Return the variable in which a shell says that it wants candidates, and which shell it is."""
        return f"_{self.program.replace('-', '_').upper()}_COMPLETE"

    @property
    def json(self) -> bool:
        """Tell whether standard output holds JSON."""
        output = self.output or self.preferences.get("output")
        return output == "json" or (output is None and not sys.stdout.isatty())

    @property
    def preferences(self) -> Mapping[str, str]:
        """Return the settings that the user keeps in a file.

        Raises:
            CliError: If the file cannot be read, or holds something else.
        """
        if self._preferences is None:
            from .preferences import read_preferences

            self._preferences = read_preferences()
        return self._preferences

    @property
    def given_base_url(self) -> str | None:
        """Return the service's address if it was given or is kept; the environment stands between the two."""
        in_environment = os.environ.get(BASE_URL_VARIABLE, "").strip()
        return self.base_url or (None if in_environment else self.preferences.get("base-url"))

    @property
    def events(self) -> bool:
        """Tell whether standard error holds events for programs, one line of JSON each."""
        return self.output == "json" and not self.quiet

    @property
    def live(self) -> bool:
        """Tell whether standard error is a terminal that can redraw a line."""
        dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
        return not self.quiet and not dumb and sys.stderr.isatty()

    def tell(self, text: str) -> None:
        """Write a line for people; as an event where programs read standard error."""
        if self.events:
            import json

            say(json.dumps({"event": "message", "message": text}, separators=(",", ":")))
        else:
            self.notify(text)

    def parting_line(self) -> str:
        """Return the last words of a process that leaves at once."""
        return f"{self.program}: left; {self.parting}"

    def journal(self) -> Journal:
        """Return the journal of the command line: every paid submit and what became of it."""
        from ..journal import Journal, default_journal_path

        return Journal(default_journal_path())

    def client(
        self,
        uploader: Uploader | None = None,
        *,
        base_url: str | None = None,
        token: str | None = None,
    ) -> Client:
        """Return a client of the package with the journal on; the caller closes it.

        Args:
            uploader: Where local media go; None puts them into the request.
            base_url: Another address than the session's own.
            token: Another token than the one that is found.

        Raises:
            CliError: If the service's address is malformed.
        """
        import logging

        logging.getLogger("runcomfy").addHandler(logging.NullHandler())
        if self.verbose:
            from .verbose import log_to

            log_to(self, logging.INFO if self.verbose == 1 else logging.DEBUG)
        address = base_url or self.given_base_url
        try:
            client: Client = importlib.import_module(self.package).RunComfy(
                token=token,
                base_url=address,
                journal=self.journal(),
                on_event=self._hear,
                uploader=uploader,
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
        try:
            client: AsyncClient = importlib.import_module(self.package).AsyncRunComfy(
                base_url=self.given_base_url
            )
        except ValueError as error:
            raise CliError(str(error), ExitCode.USAGE) from None
        return client

    def _hear(self, event: Event) -> None:
        if self.listener is not None:
            self.listener(event)
            if self.events:
                return
        if event.name in ("warning", "unknown_state") and not self.quiet:
            self.notify(f"warning: {event.fields.get('detail')}")
