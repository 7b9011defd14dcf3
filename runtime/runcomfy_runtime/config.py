"""Where the service is and which token opens it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from typing import AnyStr, Final, NamedTuple, NoReturn
from urllib.parse import urlsplit

from .errors import AuthError
from .tokenfile import read_tokens

__all__ = [
    "BASE_URL_VARIABLE",
    "DEFAULT_BASE_URL",
    "TOKEN_PAGE",
    "TOKEN_VARIABLES",
    "WEB_URL_VARIABLE",
    "Config",
    "FoundToken",
    "check_token",
    "find_token",
    "is_loopback",
    "normalise_base_url",
]

DEFAULT_BASE_URL: Final = "https://model-api.runcomfy.net"
BASE_URL_VARIABLE: Final = "RUNCOMFY_MODEL_API_BASE"
WEB_URL_VARIABLE: Final = "RUNCOMFY_WEB_BASE"
TOKEN_VARIABLES: Final = ("RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY")
TOKEN_PAGE: Final = "https://www.runcomfy.com/profile"  # noqa: S105 - an address, not a token
_WEB_URL: Final = "https://www.runcomfy.com"
_OUTPUT_HOSTS: Final = ("*.runcomfy.net", "*.runcomfy.com")
_MAX_TOKEN: Final = 8192
_SHORTEST_SECRET: Final = 8
"""Letters of a token from which on it is hidden; shorter ones, for emulators, stand in words by chance."""
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


class Secret:
    """A token that shows itself only when asked to, and refuses to be pickled."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the token."""
        return self._text

    def hide_in(self, text: AnyStr) -> AnyStr:
        """Return ``text`` with asterisks where the token stands in it."""
        if len(self._text) < _SHORTEST_SECRET:
            return text
        if isinstance(text, bytes):
            return text.replace(self._text.encode(), b"***")
        return text.replace(self._text, "***")

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is never pickled; the other process reads its own")


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` (a name or an address, without brackets) is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def normalise_base_url(text: str) -> str:
    """Return ``text`` without a trailing slash or ``/v1``.

    Raises:
        ValueError: If it is neither an https address nor an http address of this machine, or carries a user, a query or
            a fragment.
    """
    where = f"base URL {text!r}" if "@" not in text else "base URL"
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"{where}: {error}; give one like {DEFAULT_BASE_URL}") from None
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\\]", text.strip()):
        raise ValueError(f"{where} is not an http(s) address; give one like {DEFAULT_BASE_URL}")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"{where} must not carry a user, a query or a fragment")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(
            f"{where} would send the token unencrypted; use https (http is for loopback)"
        )
    shown = f"[{host}]" if ":" in host else host
    path = re.sub(r"(/v1)?/*$", "", parts.path.rstrip("/"))
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{path}"


def check_token(text: str, origin: str) -> Secret:
    """Return the trimmed token.

    Raises:
        AuthError: If it cannot be a token; the message says why and never holds it.
    """
    token = text.strip()
    if token.lower().startswith("bearer "):
        raise AuthError(f'The token from {origin} starts with "Bearer"; give the token alone.')
    if not token or len(token) > _MAX_TOKEN or any(not "!" <= letter <= "~" for letter in token):
        raise AuthError(
            f"The value from {origin} cannot be a token: it is empty, too long, or holds blanks or other letters than "
            f"ASCII ones. Copy it again from {TOKEN_PAGE}."
        )
    return Secret(token)


@dataclass(frozen=True, eq=False)
class Config:
    """Settings of a client that do not change.

    Attributes:
        base_url: Root of the service, without ``/v1``.
        given_token: Token given as an argument; without it the environment, then the official CLI's file is read.
        download_hosts: Hosts that files may come from, ``*.`` for any subdomain.
    """

    base_url: str
    given_token: Secret | None
    download_hosts: tuple[str, ...]

    @classmethod
    def load(cls, token: str | None, base_url: str | None, download_hosts: Iterable[str]) -> Config:
        """Read the settings from the arguments, then the environment.

        Raises:
            ValueError: If the base URL or a download host is malformed.
            AuthError: If ``token`` cannot be a token.
        """
        url = base_url or os.environ.get(BASE_URL_VARIABLE, "").strip() or DEFAULT_BASE_URL
        hosts = tuple(host.strip().lower().rstrip(".") for host in download_hosts)
        for host in hosts:
            if not _HOST.fullmatch(host):
                raise ValueError(f'download host {host!r}: give a name such as "*.example.com"')
        given = None if token is None else check_token(token, "the token argument")
        return cls(normalise_base_url(url), given, _OUTPUT_HOSTS + hosts)

    @cached_property
    def account_url(self) -> str:
        """Root of the service that keeps the wallet: ``api.…`` beside the public ``model-api.…``, else the same."""
        scheme, host = self.base_url.split("://", 1)
        public = host.startswith("model-api") and host.endswith(".runcomfy.net")
        return f"{scheme}://{host.removeprefix('model-')}" if public else self.base_url

    @cached_property
    def web_url(self) -> str | None:
        """Root of the web site that knows whose a token is; an emulator is its own.

        None for any other service than the public one, whose tokens must not go there.

        Raises:
            ValueError: If the variable ``RUNCOMFY_WEB_BASE`` holds no address.
        """
        given = os.environ.get(WEB_URL_VARIABLE, "").strip()
        if given:
            return normalise_base_url(given)
        if self.local:
            return self.base_url
        return _WEB_URL if self.base_url == DEFAULT_BASE_URL else None

    @cached_property
    def local(self) -> bool:
        """Tell whether the service runs on this machine (an emulator); then files may come from here over http too."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @cached_property
    def token(self) -> Secret:
        """The token.

        Raises:
            AuthError: If there is none, or what was found cannot be one.
        """
        return self.given_token or find_token(os.environ).secret

    def refuse_download(
        self, scheme: str, host: str, port: int | None, user_info: bytes
    ) -> str | None:
        """Return why a file must not be fetched from this address; None if it may."""
        host = host.lower().rstrip(".")
        if user_info:
            return "the address carries a user name"
        if self.local and is_loopback(host):
            return None
        if scheme != "https":
            return f"the address is {scheme or 'nothing'}, not https"
        if port not in (None, 443):
            return f"port {port} is not the https port"
        for allowed in self.download_hosts:
            if host == allowed or (allowed[:2] == "*." and host.endswith(allowed[1:])):
                return None
        return (
            f"host {host!r} is not among the allowed ones; add it to download_hosts if you trust it"
        )


class FoundToken(NamedTuple):
    """A token and where it was found.

    Attributes:
        secret: The token.
        origin: "the variable ..." or "the file ...".
    """

    secret: Secret
    origin: str


def find_token(environment: Mapping[str, str]) -> FoundToken:
    """Return the token that a client without one of its own takes: from the variables, then the official CLI's file.

    Raises:
        AuthError: If there is none, or what was found cannot be one.
    """
    for variable in TOKEN_VARIABLES:
        value = environment.get(variable, "").strip()
        if value:
            origin = f"the variable {variable}"
            return FoundToken(check_token(value, origin), origin)
    for saved in read_tokens(environment):
        origin = f"the file {saved.path}"
        return FoundToken(check_token(saved.access_token, origin), origin)
    raise AuthError(
        f"No token: set {TOKEN_VARIABLES[0]}, pass token=..., or log in (runcomfy-sdk login); "
        f"tokens are made at {TOKEN_PAGE}."
    )
