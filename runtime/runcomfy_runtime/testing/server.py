"""The emulator as an object, a context manager and a command."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Self, TypedDict

from .accounts import MICRODOLLARS, Accounts, owner_of
from .app import Gateway, api_routes, storage_routes
from .background import Running, listen
from .calls import CallLog, RecordedCall
from .clock import Clock, SystemClock
from .control import control_routes
from .errors import EmulatorError
from .scripts import ScriptBook, parse_script
from .service import Service
from .settings import Dialect, Settings
from .specs import ModelSpec, check_agreement, load_own_specs, load_specs
from .storage import Storage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path
    from types import TracebackType

    from starlette.applications import Starlette

__all__ = ["ClientOptions", "Emulator", "serve"]

_PACKAGE = "runcomfy_sdk"
_TOKEN = "emulator-token"  # noqa: S105 - any token is good unless some are named
_DEFAULTS = Settings()


class ClientOptions(TypedDict):
    """Arguments that point a client at the emulator."""

    token: str
    base_url: str


class Emulator:
    """The Model API on loopback, over real sockets; a context manager, sync and async.

    Args:
        specs: folder that holds `models/`; None takes the specs of the generated SDK (or, where none
            are beside it, its command tables) and refuses to start when the two disagree.
        host: address to listen on.
        port: port of the API; 0 picks a free one.
        storage_port: port of the storage host; 0 picks a free one.
        queue_seconds: least time a job waits.
        run_seconds: time a job runs.
        slots: jobs that run at the same time.
        token: the token, or tokens, that are good; None lets every token in.
        balance_usd: opening balance of every wallet.
        retention_seconds: age at which a finished job is forgotten.
        dialect: choices where sources about the service disagree, see `Dialect`.
        clock: tells the time; a `ManualClock` lets a test decide when jobs move on.
        seed: changes every request id and every picture.
        access_log: write a line for each request on stderr.
        package: import name of the generated SDK.

    Raises:
        EmulatorError: the specs cannot be read, or a setting of the dialect is unknown.
    """

    def __init__(
        self,
        specs: Path | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        storage_port: int = 0,
        queue_seconds: float = _DEFAULTS.queue_seconds,
        run_seconds: float = _DEFAULTS.run_seconds,
        slots: int = _DEFAULTS.slots,
        token: str | Collection[str] | None = None,
        balance_usd: float = _DEFAULTS.balance_usd,
        retention_seconds: float = _DEFAULTS.retention_seconds,
        dialect: Mapping[str, object] | None = None,
        clock: Clock | None = None,
        seed: int = 0,
        access_log: bool = False,
        package: str = _PACKAGE,
    ) -> None:
        self.specs: dict[str, ModelSpec] = load_specs(specs) if specs else load_own_specs(package)
        if specs is None:
            check_agreement(self.specs, package)
        self._settings = Settings(
            queue_seconds=queue_seconds,
            run_seconds=run_seconds,
            slots=slots,
            balance_usd=balance_usd,
            retention_seconds=retention_seconds,
            seed=seed,
        )
        self._dialect = Dialect().changed(dialect or {})
        self._tokens = (token,) if isinstance(token, str) else token
        self._clock = clock or SystemClock()
        self._address = (host, port, storage_port)
        self._access_log = access_log
        self._calls = CallLog()
        self._scripts = ScriptBook()
        self._accounts = Accounts(self._tokens, round(balance_usd * MICRODOLLARS))
        self._running: Running | None = None

    @property
    def base_url(self) -> str:
        """Address of the API, without `/v1`."""
        return self._started().urls[0]

    @property
    def storage_url(self) -> str:
        """Address of the storage host."""
        return self._started().urls[1]

    @property
    def calls(self) -> list[RecordedCall]:
        """The requests received so far, in order of arrival."""
        return self._calls.all()

    def count(self, name: str | None = None, *, method: str | None = None) -> int:
        """Count the requests received so far.

        Args:
            name: only this kind of call: submit, status, result, cancel, download, models,
                categories, model, balance.
            method: only this HTTP method.
        """
        return self._calls.count(name, method=method)

    def script(self, document: object) -> None:
        """Tell the emulator how to treat the next job or calls.

        Args:
            document: a script, see `runcomfy_runtime.testing.scripts`.

        Raises:
            EmulatorError: the script has an unknown key, fault, option or value.
        """
        self._scripts.add(parse_script(document))

    def clear(self) -> None:
        """Forget the scripts that wait and the recorded requests; jobs stay."""
        self._scripts.clear()
        self._calls.clear()

    def balance(self, token: str | None = None) -> int:
        """Return a wallet's balance in microdollars.

        Args:
            token: whose wallet; None takes the token of `client_options`.
        """
        return self._accounts.balance(owner_of(token or self.client_options()["token"]))

    def set_balance(self, microdollars: int, token: str | None = None) -> None:
        """Set a wallet's balance.

        Args:
            microdollars: the balance; it may be zero or negative.
            token: whose wallet; None takes the token of `client_options`.
        """
        owner = owner_of(token or self.client_options()["token"])
        self._accounts.set_balance(owner, microdollars)

    def client_options(self) -> ClientOptions:
        """Return the arguments that point a client at this emulator."""
        token = next(iter(self._tokens), _TOKEN) if self._tokens else _TOKEN
        return {"token": token, "base_url": self.base_url}

    def start(self) -> Self:
        """Listen and answer until `stop`.

        Raises:
            EmulatorError: a port is in use, or the emulator runs already.
        """
        if self._running is not None:
            raise EmulatorError(f"the emulator already runs at {self.base_url}")
        host, port, storage_port = self._address
        listeners = [listen(host, port, "--port")]
        try:
            listeners.append(listen(host, storage_port, "--storage-port"))
        except EmulatorError:
            listeners[0].close()
            raise
        running = Running(listeners)
        self._running = running
        running.start(self._applications(running))
        return self

    def stop(self) -> None:
        """Close all connections and stop listening; does nothing when it does not run."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    async def __aenter__(self) -> Self:
        """Start without blocking the event loop."""
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop without blocking the event loop."""
        await asyncio.to_thread(self.stop)

    def _started(self) -> Running:
        if self._running is None:
            raise EmulatorError("the emulator does not run; use `with Emulator() as emulator:`")
        return self._running

    def _applications(self, running: Running) -> tuple[Starlette, Starlette]:
        service = Service(
            self.specs,
            self._accounts,
            self._settings,
            self._dialect,
            self._clock,
            *running.urls,
        )
        gateway = Gateway(
            service,
            Storage(service.jobs, self._clock),
            self._scripts,
            self._calls,
            running,
            self._settings.max_body_bytes,
            _write_access_line if self._access_log else None,
        )
        return api_routes(gateway, control_routes(gateway)), storage_routes(gateway)


def serve(
    specs: Path | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 8787,
    storage_port: int = 0,
    queue_seconds: float = _DEFAULTS.queue_seconds,
    run_seconds: float = _DEFAULTS.run_seconds,
    slots: int = _DEFAULTS.slots,
    token: str | Collection[str] | None = None,
    balance_usd: float = _DEFAULTS.balance_usd,
    retention_seconds: float = _DEFAULTS.retention_seconds,
    dialect: Mapping[str, object] | None = None,
    seed: int = 0,
    access_log: bool = False,
    package: str = _PACKAGE,
) -> None:
    """Run the emulator until Ctrl-C; its addresses are printed on stderr.

    Args:
        specs: folder that holds `models/`; None takes the specs of the generated SDK.
        host: address to listen on.
        port: port of the API; 0 picks a free one.
        storage_port: port of the storage host; 0 picks a free one.
        queue_seconds: least time a job waits.
        run_seconds: time a job runs.
        slots: jobs that run at the same time.
        token: the token, or tokens, that are good; None lets every token in.
        balance_usd: opening balance of every wallet.
        retention_seconds: age at which a finished job is forgotten.
        dialect: choices where sources about the service disagree, see `Dialect`.
        seed: changes every request id and every picture.
        access_log: write a line for each request on stderr.
        package: import name of the generated SDK.

    Raises:
        EmulatorError: a port is in use, the specs cannot be read, or a setting of the dialect is unknown.
    """
    emulator = Emulator(
        specs,
        host=host,
        port=port,
        storage_port=storage_port,
        queue_seconds=queue_seconds,
        run_seconds=run_seconds,
        slots=slots,
        token=token,
        balance_usd=balance_usd,
        retention_seconds=retention_seconds,
        dialect=dialect,
        seed=seed,
        access_log=access_log,
        package=package,
    )
    with emulator:
        sys.stderr.write(
            f"emulator: {len(emulator.specs)} models at {emulator.base_url} "
            f"(files at {emulator.storage_url}); stop with Ctrl-C\n"
        )
        sys.stderr.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.stderr.write("emulator: stopped\n")


def _write_access_line(call: RecordedCall) -> None:
    fault = f" ({call.fault})" if call.fault else ""
    sys.stderr.write(f"{call.method} {call.path} -> {call.status or 'no answer'}{fault}\n")
