"""The catalogue of faults: each a small function from the right answer to the wrong one."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from .replies import Action, Cut, Drop, Hang, JsonObject, Reply, Trickle, refusal

__all__ = ["FAULTS", "Fault", "auth_refusal", "balance_refusal", "model_refusal"]

_REQUESTS = ("submit", "status", "result", "cancel")
_API = (*_REQUESTS, "models", "categories", "model", "balance", "user")
_ALL = (*_API, "download")

Spoil = Callable[[Mapping[str, object], Reply], Action]


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to answer wrongly.

    Attributes:
        name: key in scripts.
        summary: one line for people.
        calls: kinds of calls it can spoil.
        acts: whether the service does what was asked unless the step says otherwise.
        options: names and defaults of its options.
        spoil: makes the wrong answer from the options and the right one. A fault that does not act
            gets an empty answer instead of the right one.
    """

    name: str
    summary: str
    calls: tuple[str, ...]
    acts: bool
    options: Mapping[str, object]
    spoil: Spoil


FAULTS: dict[str, Fault] = {}
"""All faults by name."""


def _fault(
    *calls: str, acts: bool = False, options: Mapping[str, object] | None = None
) -> Callable[[Spoil], Spoil]:
    def register(spoil: Spoil) -> Spoil:
        name = spoil.__name__.strip("_")
        summary = (spoil.__doc__ or "").partition("\n")[0]
        FAULTS[name] = Fault(name, summary, calls or _ALL, acts, options or {}, spoil)
        return spoil

    return register


def _status(options: Mapping[str, object]) -> int:
    return int(cast("int", options["status"]))


def _code(options: Mapping[str, object]) -> int | None:
    return cast("int | None", options["code"])


def _html(status: int, title: str) -> Reply:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Reply(status, body=page.encode(), content_type="text/html")


@_fault(acts=True)
def _none(_options: Mapping[str, object], reply: Reply) -> Action:
    """Answer rightly; with `delay`, late."""
    return reply


@_fault()
def _drop_before(_options: Mapping[str, object], _reply: Reply) -> Action:
    """Close the connection without doing what was asked."""
    return Drop()


@_fault(acts=True)
def _drop_after(_options: Mapping[str, object], _reply: Reply) -> Action:
    """Do what was asked, then close the connection: the reply is lost."""
    return Drop()


@_fault(acts=True)
def _reset(_options: Mapping[str, object], _reply: Reply) -> Action:
    """Do what was asked, then reset the connection."""
    return Drop(reset=True)


@_fault(*_API, acts=True, options={"size": 64, "pause": 0.01})
def _drip(options: Mapping[str, object], reply: Reply) -> Action:
    """Answer rightly, `size` bytes at a time with `pause` seconds before each."""
    size = max(1, int(cast("int", options["size"])))
    pieces = max(1, -(-len(reply.content()) // size))
    return Trickle(reply, pieces * float(cast("float", options["pause"])), pieces)


@_fault(acts=True)
def _hang(_options: Mapping[str, object], _reply: Reply) -> Action:
    """Do what was asked and never answer."""
    return Hang()


@_fault(acts=True, options={"after": 0.5, "variant": "none"})
def _cut(options: Mapping[str, object], reply: Reply) -> Action:
    """Close the connection after the share `after` of the body; a download may be spoiled by `variant`, too."""
    spoiled = FAULTS[str(options["variant"])]
    whole = spoiled.spoil(spoiled.options, reply)
    return Cut(whole if isinstance(whole, Reply) else reply, float(cast("float", options["after"])))


@_fault(options={"status": 500, "code": 500001, "message": "scripted error"})
def _error(options: Mapping[str, object], _reply: Reply) -> Action:
    """Answer with HTTP `status` and the service's `code` (null: a gateway's body)."""
    return refusal(_status(options), _code(options), str(options["message"]))


@_fault(options={"status": 504})
def _gateway_timeout(options: Mapping[str, object], _reply: Reply) -> Action:
    """Answer with HTTP 504 from a gateway."""
    return refusal(_status(options), None, "Endpoint request timed out")


@_fault(options={"status": 502})
def _html_502(options: Mapping[str, object], _reply: Reply) -> Action:
    """Answer with a gateway's HTML page, HTTP 502."""
    return _html(_status(options), f"{_status(options)} Bad Gateway")


@_fault(options={"retry_after": None, "date_seconds": None})
def _rate_limited(options: Mapping[str, object], _reply: Reply) -> Action:
    """Answer with HTTP 429; `retry_after` is sent as it is, `date_seconds` as a date from now."""
    reply = refusal(429, None, "Too Many Requests")
    seconds = options["date_seconds"]
    if seconds is not None:
        date = email.utils.formatdate(time.time() + float(cast("float", seconds)), usegmt=True)
        return reply.with_header("Retry-After", date)
    wait = options["retry_after"]
    return reply if wait is None else reply.with_header("Retry-After", str(wait))


@_fault(*_API, options={"code": 403003, "message": "scripted error"})
def _error_in_200(options: Mapping[str, object], _reply: Reply) -> Action:
    """Answer with HTTP 200 and an `error_code`."""
    return refusal(200, _code(options), str(options["message"]))


@_fault("submit", acts=True, options={"value": None})
def _no_id(options: Mapping[str, object], reply: Reply) -> Action:
    """Accept the job and leave its id out, or send `value` in its place."""
    kept = {k: v for k, v in (reply.value or {}).items() if not k.endswith("_url")}
    kept.pop("request_id", None)
    value = options["value"]
    return replace(reply, value=kept if value is None else {**kept, "request_id": value})


@_fault(acts=True)
def _empty(_options: Mapping[str, object], reply: Reply) -> Action:
    """Answer with HTTP 200 and an empty body."""
    return replace(reply, body=b"")


@_fault(*_API, acts=True)
def _bad_json(_options: Mapping[str, object], reply: Reply) -> Action:
    """Answer with HTTP 200 and JSON that breaks off."""
    return replace(reply, body=b'{"request_id": "8a3f", "status"')


@_fault(*_API, acts=True)
def _not_utf8(_options: Mapping[str, object], reply: Reply) -> Action:
    """Answer with HTTP 200 and JSON with a byte in it that is no UTF-8."""
    return replace(reply, body=b'{"request_id": "8a3f\xff", "status": "completed"}')


@_fault(*_API, acts=True)
def _not_an_object(_options: Mapping[str, object], reply: Reply) -> Action:
    """Answer with HTTP 200 and a JSON list."""
    return replace(reply, body=b'["not an object"]')


@_fault(options={"status": 307, "location": "https://collector.example.org/steal"})
def _redirect(options: Mapping[str, object], _reply: Reply) -> Action:
    """Redirect to `location`, by default a foreign host."""
    reply = Reply(_status(options), body=b"", content_type=None)
    return reply.with_header("Location", str(options["location"]))


@_fault("status", "result", "cancel", acts=True, options={"word": "warming_up"})
def _state(options: Mapping[str, object], reply: Reply) -> Action:
    """Say `word` in place of the state."""
    return reply.with_fields(status=str(options["word"]))


@_fault("cancel", acts=True, options={"word": None})
def _outcome(options: Mapping[str, object], reply: Reply) -> Action:
    """Say `word` in place of the cancel outcome, or leave it out."""
    return reply.with_fields(outcome=options["word"])


@_fault("cancel")
def _too_late(_options: Mapping[str, object], _reply: Reply) -> Action:
    """Lose the race: the job started just before, `not_cancellable`."""
    return Reply(202, {"status": "in_progress", "outcome": "not_cancellable"})


@_fault("result", options={"code": 400005})
def _not_ready(options: Mapping[str, object], _reply: Reply) -> Action:
    """Say that the result is not ready: HTTP 400 with 400005."""
    return refusal(400, _code(options), "The result is not ready")


@_fault(*_API, options={"style": "401"})
def _unauthorized(options: Mapping[str, object], _reply: Reply) -> Action:
    """Refuse the token; `style` is a word of the dialect's `auth_error`."""
    return auth_refusal(str(options["style"]))


@_fault("submit", options={"style": "400002"})
def _no_balance(options: Mapping[str, object], _reply: Reply) -> Action:
    """Say that the wallet is empty; `style` is a word of the dialect's `balance_error`."""
    return balance_refusal(str(options["style"]))


@_fault("submit", "model", options={"style": "404"})
def _unknown_model(options: Mapping[str, object], _reply: Reply) -> Action:
    """Say that there is no such model; `style` is a word of the dialect's `model_error`."""
    return model_refusal(str(options["style"]))


@_fault("submit", options={"detail": None, "status": 422})
def _invalid(options: Mapping[str, object], _reply: Reply) -> Action:
    """Refuse the input with `detail`, a text or a list."""
    entry: JsonObject = {"loc": ["body", "prompt"], "msg": "scripted fault", "type": "value_error"}
    detail = options["detail"]
    return Reply(_status(options), {"detail": [entry] if detail is None else detail})


@_fault("status", "result", "cancel")
def _expired(_options: Mapping[str, object], _reply: Reply) -> Action:
    """Say that the request is unknown or has expired: 404001."""
    return refusal(404, 404001, "The request does not exist or has expired")


@_fault("status", "result", "cancel")
def _forbidden(_options: Mapping[str, object], _reply: Reply) -> Action:
    """Say that the request is somebody else's: 403001."""
    return refusal(403, 403001, "The request belongs to another account")


@_fault(acts=True, options={"bytes": 3 * 1024**3, "announced": True})
def _oversize(options: Mapping[str, object], reply: Reply) -> Action:
    """Send an answer or file of `bytes` bytes; `announced` says whether Content-Length tells."""
    padding = max(0, int(cast("int", options["bytes"])) - len(reply.content()))
    return replace(reply, padding=padding, chunked=not options["announced"])


@_fault("download", acts=True, options={"content_type": "text/html; charset=utf-8"})
def _content_type(options: Mapping[str, object], reply: Reply) -> Action:
    """Announce another content type; null leaves it out."""
    return replace(reply, content_type=cast("str | None", options["content_type"]))


@_fault("download", acts=True)
def _no_length(_options: Mapping[str, object], reply: Reply) -> Action:
    """Leave Content-Length out."""
    return replace(reply, chunked=True)


@_fault("download")
def _redirect_here(_options: Mapping[str, object], _reply: Reply) -> Action:
    """Redirect to the same file on the same host; once a time, so `times` makes a chain."""
    return Reply(302, body=b"", content_type=None).with_header("Location", "?again=1")


@_fault("download", options={"status": 404})
def _missing(options: Mapping[str, object], _reply: Reply) -> Action:
    """Say that the file is gone, as an object store does: HTTP `status` 404, 403 or 410."""
    body = b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>"
    return Reply(_status(options), body=body, content_type="application/xml")


@_fault("download", acts=True, options={"seconds": 1.0, "pieces": 10})
def _slow(options: Mapping[str, object], reply: Reply) -> Action:
    """Send the file in `pieces`, over `seconds`."""
    seconds, pieces = options["seconds"], options["pieces"]
    return Trickle(reply, float(cast("float", seconds)), int(cast("int", pieces)))


@_fault("download", acts=True, options={"more": 1000})
def _wrong_length(options: Mapping[str, object], reply: Reply) -> Action:
    """Announce `more` bytes than the file has, then close the connection."""
    return Cut(reply, 1.0, int(cast("int", options["more"])))


@_fault("download", acts=True, options={"body": "<!doctype html><title>Sign in</title>"})
def _wrong_content(options: Mapping[str, object], reply: Reply) -> Action:
    """Send the text `body` under the content type of the file."""
    return replace(reply, body=str(options["body"]).encode())


@_fault("download", acts=True)
def _changed(_options: Mapping[str, object], reply: Reply) -> Action:
    """Send another version of the file: a byte longer, with another ETag."""
    other = replace(reply.without_headers("ETag"), body=reply.content() + b"\0")
    return other.with_header("ETag", '"another-version"')


@_fault("download", acts=True)
def _no_ranges(_options: Mapping[str, object], reply: Reply) -> Action:
    """Answer any range with the whole file, which has an ETag all the same."""
    return reply.without_headers("Accept-Ranges")


@_fault("download", acts=True)
def _weak_tag(_options: Mapping[str, object], reply: Reply) -> Action:
    """Give a weak ETag, which does not tell versions apart byte by byte."""
    tag = dict(reply.headers).get("ETag", '""')
    return reply.without_headers("ETag").with_header("ETag", f"W/{tag}")


@_fault("download", acts=True)
def _dated(_options: Mapping[str, object], reply: Reply) -> Action:
    """Give Last-Modified in place of the ETag."""
    date = "Wed, 01 Jan 2025 00:00:00 GMT"
    return reply.without_headers("ETag").with_header("Last-Modified", date)


@_fault("download", acts=True, options={"shift": 1})
def _wrong_range(options: Mapping[str, object], reply: Reply) -> Action:
    """Answer a range with one that begins `shift` bytes too late, and say so."""
    return replace(reply, shift=int(cast("int", options["shift"])))


def auth_refusal(style: str) -> Reply:
    """Build the answer to a bad token, in a word of the dialect's `auth_error`."""
    if style == "400004":
        return refusal(400, 400004, "UserAccountError: the token is missing, expired or revoked")
    return refusal(int(style), None, "Unauthorized" if style == "401" else "Forbidden")


def balance_refusal(style: str) -> Reply:
    """Build the answer to an empty wallet, in a word of the dialect's `balance_error`."""
    status = 402 if style == "402" else 400
    return refusal(status, 400002, "InsufficientResources: the balance is too low")


def model_refusal(style: str) -> Reply:
    """Build the answer to an unknown model, in a word of the dialect's `model_error`."""
    code = 404001 if style == "404" else 400001
    return refusal(404 if style == "404" else 400, code, "There is no such model")
