"""What the emulator can do with a request: answer it, or treat its connection badly."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

__all__ = ["Action", "Cut", "Drop", "Hang", "JsonObject", "Reply", "Trickle", "refusal"]

JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer before it is put on the wire.

    Attributes:
        status: HTTP status.
        value: JSON object of the answer; ignored when `body` is given.
        body: raw bytes that stand instead of `value`.
        content_type: value of the header of that name; None leaves it out.
        headers: further headers.
        padding: number of zero bytes streamed after the body.
        chunked: leave out Content-Length, so that the size is not announced.
        shift: bytes by which a range that is asked for begins too late.
    """

    status: int = 200
    value: JsonObject | None = None
    body: bytes | None = None
    content_type: str | None = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    padding: int = 0
    chunked: bool = False
    shift: int = 0

    def content(self) -> bytes:
        """Return the bytes of the body, padding left out."""
        if self.body is not None:
            return self.body
        return b"" if self.value is None else json.dumps(self.value, ensure_ascii=False).encode()

    def with_fields(self, **fields: object) -> Reply:
        """Return the same answer with JSON fields set or, where the value is None, removed."""
        merged = {**(self.value or {}), **fields}
        return replace(
            self, value={key: value for key, value in merged.items() if value is not None}
        )

    def with_header(self, name: str, value: str) -> Reply:
        """Return the same answer with one more header."""
        return replace(self, headers=(*self.headers, (name, value)))

    def without_headers(self, *names: str) -> Reply:
        """Return the same answer without the headers of these names."""
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] not in names))


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection without a byte of an answer.

    Attributes:
        reset: close it the rude way, so that the other side sees a reset.
    """

    reset: bool = False


@dataclass(frozen=True, slots=True)
class Hang:
    """Keep the connection open and never answer."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Begin an answer and close the connection in the middle of its body.

    Attributes:
        reply: the answer that is begun; its whole length is announced.
        after: share of the body that is sent, 0 to 1.
        more: bytes announced that the body does not have.
    """

    reply: Reply
    after: float = 0.5
    more: int = 0


@dataclass(frozen=True, slots=True)
class Trickle:
    """Give an answer in pieces, with a pause before each.

    Attributes:
        reply: the answer.
        seconds: time it takes in all.
        pieces: number of pieces.
    """

    reply: Reply
    seconds: float = 1.0
    pieces: int = 10


Action = Reply | Drop | Hang | Cut | Trickle


def refusal(status: int, code: int | None, message: str) -> Reply:
    """Build an error answer.

    Model-api contract: documented errors are `{"error_code", "error_message"}`; a gateway in front
    of the service answers `{"message"}`.

    Args:
        status: HTTP status.
        code: the service's own code; None for an answer of the gateway.
        message: words for people.
    """
    if code is None:
        return Reply(status, {"message": message})
    return Reply(status, {"error_code": code, "error_message": message})
