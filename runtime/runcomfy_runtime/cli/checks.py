"""What ``doctor`` looks at: one finding a subject, with what to do where something is wrong."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib import metadata
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from ..actions import Send
from ..config import find_token
from ..errors import AuthError, JournalError, RunComfyError
from ..tokenfile import read_tokens
from ..version import VERSION
from ..wire import Again, NoReply, Reply, read_balance
from .exitcodes import CliError, ExitCode
from .tables import one_line

if TYPE_CHECKING:
    from .._sync.client import Client
    from .session import Session

__all__ = ["Finding", "examine"]

_DISTRIBUTION: Final = "runcomfy-sdk"
_SECONDS: Final = 10.0
_SKEW: Final = 60.0
"""Seconds that the clock may be wrong before it is told."""
_SUMS: Final = ("all", "dev")
"""Extras that are made of others, or are not for users."""
_EXTRA: Final = re.compile(r"([A-Za-z0-9._-]+).*\bextra\s*==\s*['\"]([^'\"]+)['\"]")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        name: The subject.
        detail: What was found.
        advice: What to do; empty if nothing.
        code: The exit code that it leads to; `ExitCode.OK` if nothing is wrong.
    """

    name: str
    detail: str
    advice: str = ""
    code: ExitCode = ExitCode.OK

    @property
    def state(self) -> str:
        """Return "ok", "note" (something to know) or "wrong"."""
        return "wrong" if self.code else "note" if self.advice else "ok"

    def record(self) -> dict[str, Any]:
        """Return the finding as data."""
        return {
            "check": self.name,
            "state": self.state,
            "detail": self.detail,
            "advice": self.advice or None,
        }

    def lines(self, width: int) -> list[str]:
        """Return the finding as lines of at most ``width`` letters for people, as far as words can be parted."""
        indent = " " * 19
        head = f"{self.state:5}  {self.name:10}  "
        texts = ((head, self.detail), (indent, self.advice))
        return [
            line
            for start, text in texts
            if text
            for line in wrap(
                one_line(text),
                width,
                initial_indent=start,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
        ]


def examine(session: Session, offline: bool) -> Iterator[Finding]:
    """Yield the findings, each when it is known."""
    yield _python()
    yield _package(session)
    yield from _extras()
    yield _settings(session)
    yield _token(session)
    yield _journal(session)
    yield _terminal()
    if not offline:
        yield from _service(session)


def _python() -> Finding:
    system = f"{platform.system()} {platform.machine()}"
    return Finding("python", f"{platform.python_version()} on {system}, {sys.executable}")


def _package(session: Session) -> Finding:
    models = len(session.catalogue.ids)
    detail = f"{session.package} with {models} models, runtime {VERSION}"
    try:
        installed = metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return Finding("package", f"{detail}, not installed by a package manager")
    if installed != VERSION:
        return Finding(
            "package",
            f"{detail}, but {_DISTRIBUTION} {installed} is installed",
            "two releases are mixed; install one of them again",
        )
    return Finding("package", detail)


def _extras() -> Iterator[Finding]:
    """Yield which optional parts are installed, as the distribution itself names them."""
    try:
        requirements = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return
    parts: dict[str, list[str]] = {}
    for requirement in requirements:
        found = _EXTRA.match(requirement)
        if found and found[1] != _DISTRIBUTION and found[2] not in _SUMS:
            parts.setdefault(found[2], []).append(found[1])
    names = {name for part in parts.values() for name in part}
    versions = {name: version for name in sorted(names) if (version := _version(name))}
    missing = [extra for extra, part in sorted(parts.items()) if not versions.keys() >= {*part}]
    present = ", ".join(extra for extra in sorted(parts) if extra not in missing)
    libraries = ", ".join(f"{name} {version}" for name, version in versions.items())
    yield Finding("extras", f"installed: {present or 'none'} ({libraries})")
    if missing:
        advice = f"if you need them: pip install '{_DISTRIBUTION}[{','.join(missing)}]'"
        yield Finding("extras", f"not installed: {', '.join(missing)}", advice)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _settings(session: Session) -> Finding:
    try:
        kept = session.preferences
    except CliError as error:
        return Finding("settings", "the file cannot be used", error.message, error.code)
    named = ", ".join(f"{name}={value}" for name, value in kept.items())
    return Finding("settings", named or "none are kept")


def _token(session: Session) -> Finding:
    try:
        origin = find_token(os.environ).origin
    except AuthError as error:
        return Finding("token", "none", str(error), ExitCode.AUTH)
    saved = next(read_tokens(os.environ), None)
    if saved is not None and str(saved.path) in origin:
        again = f"'{session.program} login' again"
        if saved.expires_at is not None and saved.expires_at < time.time():
            return Finding("token", f"from {origin}, which says that it has expired", again)
        if os.name == "posix" and saved.path.stat().st_mode & 0o077:
            return Finding(
                "token", f"from {origin}, which others can read", f"chmod 600 {saved.path}"
            )
    return Finding("token", f"from {origin}")


def _journal(session: Session) -> Finding:
    path = session.journal().path
    try:
        _try_writing(path)
        entries = session.journal().entries()
    except (OSError, JournalError) as error:
        advice = "no job can be submitted: the journal is written before; set XDG_STATE_HOME to a folder of your own"
        return Finding("journal", f"{path}: {error}", advice, ExitCode.CANNOT_WRITE)
    states = [entry.state for entry in entries]
    pending = sum(state in ("submitted", "finished") for state in states)
    unknown = sum(state in ("intent", "unknown") for state in states)
    detail = f"{path} can be written; {len(states)} jobs, {pending} to collect, {unknown} of unknown outcome"
    hints = [
        f"'{session.program} jobs resume' collects" if pending else "",
        (
            f"'{session.program} jobs list --unknown' shows what may have been charged"
            if unknown
            else ""
        ),
    ]
    return Finding("journal", detail, "; ".join(filter(None, hints)))


def _try_writing(path: Path) -> None:
    """Write beside ``path``, or where its folder would be made, and leave nothing."""
    if path.exists():
        with path.open("ab"):
            pass
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    with tempfile.TemporaryFile(dir=folder):
        pass


def _terminal() -> Finding:
    streams = {"input": sys.stdin, "output": sys.stdout, "error": sys.stderr}
    tty = [name for name, stream in streams.items() if stream is not None and stream.isatty()]
    encoding = (sys.stdout.encoding or "ascii").lower()
    size = shutil.get_terminal_size()
    facts = [
        f"a terminal: {', '.join(tty) or 'none'}",
        f"{size.columns}x{size.lines}",
        f"TERM={os.environ.get('TERM', '')}",
        f"{encoding}",
        *(["NO_COLOR"] if os.environ.get("NO_COLOR") else []),
    ]
    legacy = (
        ""
        if encoding.replace("-", "") == "utf8"
        else "characters that it lacks are escaped; set PYTHONUTF8=1"
    )
    return Finding("terminal", ", ".join(facts), legacy)


def _service(session: Session) -> Iterator[Finding]:
    """Yield whether the service answers, takes the token, and what its clock says."""
    try:
        client = session.client()
    except CliError as error:
        yield Finding("service", "its address is malformed", error.message, error.code)
        return
    with client:
        sent_at = time.time()
        reply = _reply(client, Send("GET", "/v1/models?limit=1", None, _SECONDS))
        if isinstance(reply, RunComfyError):
            yield Finding("service", f"{session.address} was not asked: there is no token")
            return
        yield _reachable(session, reply, time.time() - sent_at)
        if isinstance(reply, Reply):
            yield _clock(reply, sent_at)
            yield _account(client)


def _reply(client: Client, send: Send) -> Reply | NoReply | RunComfyError:
    """Send a request; without a token (which has its own finding) nothing is sent."""
    try:
        return client.core.transport.call(send)
    except RunComfyError as error:
        return error


def _reachable(session: Session, reply: Reply | NoReply, seconds: float) -> Finding:
    if isinstance(reply, NoReply):
        advice = "check the network, a proxy (HTTPS_PROXY) and the address ('config list')"
        return Finding("service", f"{session.address}: {reply.reason}", advice, ExitCode.SERVICE)
    detail = f"{session.address} answered in {1000 * seconds:.0f} ms with HTTP {reply.status}"
    if reply.status >= 500:
        return Finding(
            "service", detail, "the service has a fault; try again later", ExitCode.SERVICE
        )
    return Finding("service", detail)


def _clock(reply: Reply, sent_at: float) -> Finding:
    try:
        told = parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
    except (ValueError, TypeError):
        return Finding("clock", "the service does not tell its time")
    ahead = (sent_at + reply.received_at) / 2 - told - 0.5
    if abs(ahead) <= _SKEW:
        return Finding("clock", f"agrees with the service's to {max(abs(ahead), 1.0):.0f} s")
    word = "ahead of" if ahead > 0 else "behind"
    advice = "set the clock: times in the journal are wrong, and secure connections may fail"
    return Finding("clock", f"{abs(ahead):.0f} s {word} the service's", advice)


def _account(client: Client) -> Finding:
    reply = _reply(client, Send("GET", "/prod/v2/balance", None, _SECONDS, account=True))
    found = read_balance(reply) if isinstance(reply, Reply) else reply
    if isinstance(found, AuthError):
        return Finding("account", str(found), "get a new token and 'login' with it", ExitCode.AUTH)
    if isinstance(found, Again | NoReply | RunComfyError):
        reason = found.error if isinstance(found, Again) else found
        words = reason.reason if isinstance(reason, NoReply) else str(reason)
        return Finding("account", words, "try 'balance' later", ExitCode.SERVICE)
    low = "top it up to run models" if found.microdollars <= 0 else ""
    return Finding("account", f"the token is good; {found.usd:.2f} {found.currency} left", low)
