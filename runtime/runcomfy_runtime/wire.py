"""Read the service's replies. Pure: a reply in, a finding out, whatever bytes the reply holds."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from .errors import (
    AuthError,
    Fault,
    InsufficientBalance,
    InvalidInput,
    ModelNotFound,
    NotFoundOrExpired,
    RateLimited,
    RunComfyError,
    ServiceError,
)
from .replies import NoReply, Reply, retry_after
from .states import Balance, JobState, JobStatus, state_from_wire

__all__ = [
    "Again",
    "CancelReply",
    "NoReply",
    "Record",
    "Reply",
    "Unclear",
    "clean_request_id",
    "cost_of",
    "read_balance",
    "read_cancel",
    "read_object",
    "read_result",
    "read_status",
    "read_submit",
    "retry_after",
]

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._~:-]{0,127}")
"""Letters that need no escape in a path; the first one is no dot, so that no id leaves its place in the address."""
_MAX_WORDS: Final = 300
_NOT_READY: Final = 400005
_PASSING: Final = frozenset({408, 409, 425, 429})
"""HTTP statuses below 500 that say nothing final about a poll."""


@dataclass(frozen=True, slots=True)
class Again:
    """Nothing final was learnt; ask again.

    Attributes:
        error: What to raise if there is no time to ask again.
        after: Seconds the service asked to wait, if it asked for a sane time.
        doubtful: Whether the error may well be final, so that asking a few times more is enough.
    """

    error: RunComfyError
    after: float | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """A reply to a submit that does not tell whether a job exists; it may name a ``request_id`` all the same."""

    reason: str
    http_status: int
    code: int | None = None
    words: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The end of a job.

    Attributes:
        state: ``succeeded``, ``failed`` or ``cancelled``.
        output: The service's ``output`` as it came.
        error: The service's ``error`` as it came.
        raw: The whole record.
    """

    state: JobState
    output: Any
    error: Any
    raw: Mapping[str, Any]

    @classmethod
    def of(cls, status: JobStatus) -> Record:
        """Return the end of a job that only its status tells."""
        return cls(status.state, status.raw.get("output"), status.raw.get("error"), status.raw)


@dataclass(frozen=True, slots=True)
class CancelReply:
    """What the service said to a cancel: ``cancelled``, ``refused``, or ``accepted`` (to be confirmed by polling)."""

    outcome: Literal["cancelled", "refused", "accepted"]


@dataclass(frozen=True, slots=True)
class _Complaint:
    code: int | None
    words: str | None
    detail: Any


def clean_request_id(value: object) -> str | None:
    """Return the request id without blanks around it; None if it cannot be one that is safe in an address."""
    text = value.strip() if isinstance(value, str) else ""
    return text if _REQUEST_ID.fullmatch(text) else None


def read_submit(reply: Reply, model_id: str) -> str | RunComfyError | Unclear:
    """Return the new request id, the error of a definite rejection, or why neither can be known."""
    body = _object(reply.body)
    complaint = _complaint(body, reply)
    request_id = clean_request_id(body.get("request_id")) if body is not None else None
    if 200 <= reply.status < 300 and body is not None and not _has_code(body):
        if request_id is not None:
            return request_id
        named = body.get("request_id")
        shown = f" ({str(named)[:80]!r})" if named is not None else ""
        return Unclear(f"the reply names no usable request id{shown}", reply.status)
    status = _effective_status(reply, complaint, body)
    if 400 <= status < 500 and status != 408:
        return _error(status, complaint, reply, model_id=model_id)
    reason = (
        "the reply cannot be read" if status < 300 else f"the service answered HTTP {reply.status}"
    )
    return Unclear(reason, reply.status, complaint.code, complaint.words, request_id)


def read_status(reply: Reply, request_id: str) -> JobStatus | Again | RunComfyError:
    """Return the job's status, the error of a definite refusal, or that it must be asked for again."""
    body = _poll_body(reply, request_id)
    if not isinstance(body, dict):
        return body
    return _status(body)


def read_result(reply: Reply, request_id: str) -> Record | JobStatus | Again | RunComfyError:
    """Return the job's end, its status while it has none, the error of a refusal, or that it must be asked again."""
    body = _poll_body(reply, request_id)
    if not isinstance(body, dict):
        return body
    status = _status(body)
    output, error = body.get("output"), body.get("error") or body.get("error_message")
    state = status.state
    if state == "completed":
        state = "failed" if error and output is None else "succeeded"
    if state in ("succeeded", "failed", "cancelled"):
        return Record(state, output, error, body)
    return status


def read_cancel(reply: Reply, request_id: str) -> CancelReply | Again | RunComfyError:
    """Return what the service did about a cancel."""
    if 200 <= reply.status < 300 and not reply.body.strip():
        return CancelReply("accepted")
    body = _poll_body(reply, request_id)
    if not isinstance(body, dict):
        return body
    outcome = str(body.get("outcome") or body.get("status") or "").strip().lower()
    if outcome.startswith("cancel"):
        certain = bool(body.get("outcome")) and outcome in ("cancelled", "canceled")
        return CancelReply("cancelled" if certain else "accepted")
    known = outcome.startswith("not_cancel") or state_from_wire(outcome) != "unknown"
    return CancelReply("refused" if known else "accepted")


def read_balance(reply: Reply) -> Balance | Again | RunComfyError:
    """Return the wallet's balance, the error of a definite refusal, or that it must be asked for again."""
    body = _poll_body(reply, None)
    if not isinstance(body, dict):
        return body
    exact, rounded = _amount(body.get("balance_microdollars")), _amount(body.get("balance_usd"))
    amount = exact if exact is not None else None if rounded is None else rounded * 1_000_000
    if amount is None:
        return Again(ServiceError("The service's reply names no balance."), doubtful=True)
    return Balance(round(amount), str(body.get("currency") or "USD"))


def read_object(reply: Reply) -> dict[str, Any] | Again | RunComfyError:
    """Return the object that a question about no job is answered with, the error of a refusal, or to ask again."""
    return _poll_body(reply, None)


def cost_of(record: Mapping[str, Any]) -> float | None:
    """Return what a job's record says that it cost, in US dollars; None while it says nothing usable."""
    amount = _amount(record.get("cost"))
    return None if amount is None or amount < 0 else amount


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
        return None
    return None if math.isnan(value) else float(value)


def _poll_body(reply: Reply, request_id: str | None) -> dict[str, Any] | Again | RunComfyError:
    body = _object(reply.body)
    ok = 200 <= reply.status < 300
    if ok and body is not None and (not _has_code(body) or _tells_end(body, request_id)):
        return body
    complaint = _complaint(body, reply)
    status = _effective_status(reply, complaint, body)
    error = _error(status, complaint, reply, request_id=request_id)
    if complaint.code == _NOT_READY or status >= 500 or status in _PASSING:
        return Again(error, retry_after(reply))
    if status < 400:
        return Again(error, retry_after(reply), doubtful=ok and body is not None)
    return error if body is not None else Again(error, retry_after(reply), doubtful=True)


def _status(body: dict[str, Any]) -> JobStatus:
    position = body.get("queue_position")
    if isinstance(position, bool) or not isinstance(position, int):
        position = None
    return JobStatus(state_from_wire(body.get("status")), position, body)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _has_code(body: Mapping[str, Any]) -> bool:
    """Tell whether a body is an error whatever its HTTP status (model-api contract: a non-null ``error_code``)."""
    return body.get("error_code") not in (None, 0, "", False)


def _tells_end(body: Mapping[str, Any], request_id: str | None) -> bool:
    """Tell whether a body with an error code is about the end of this very job, and not about the call."""
    ended = JobStatus(state_from_wire(body.get("status"))).ended
    return ended and request_id is not None and body.get("request_id") == request_id


def _complaint(body: dict[str, Any] | None, reply: Reply) -> _Complaint:
    """Gather code and words from every error shape of the model-api contract."""
    if body is None:
        kind = reply.headers.get("content-type", "")
        text = reply.body[: 4 * _MAX_WORDS].decode("utf-8", "replace").strip()
        plain = text and "html" not in kind and not text.startswith(("<", "{", "["))
        return _Complaint(None, _words(text) if plain else None, None)
    inner = _member(body, "error")
    codes = (body.get("error_code"), body.get("code"), inner.get("code"), inner.get("errorCode"))
    texts: tuple[Any, ...] = (
        body.get("error_message"),
        body.get("message"),
        body.get("error"),
        inner.get("message"),
        inner.get("error"),
        body.get("detail"),
    )
    return _Complaint(
        next((code for code in map(_code, codes) if code is not None), None),
        next((_words(text) for text in texts if isinstance(text, str) and text.strip()), None),
        body.get("detail", inner.get("details")),
    )


def _member(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _code(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return None


def _words(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_WORDS else f"{line[: _MAX_WORDS - 1]}…"


def _effective_status(reply: Reply, complaint: _Complaint, body: dict[str, Any] | None) -> int:
    """Return the HTTP status that counts: a six-digit code's first three digits where the HTTP status says success."""
    if reply.status >= 300 or body is None or not _has_code(body) or complaint.code is None:
        return reply.status
    if 400_000 <= complaint.code < 600_000:
        return complaint.code // 1000
    return 400


def _error(
    status: int,
    complaint: _Complaint,
    reply: Reply,
    *,
    model_id: str | None = None,
    request_id: str | None = None,
) -> RunComfyError:
    """Return the error of the tree that a refusal means; code before status."""
    facts: dict[str, Any] = {
        "http_status": reply.status,
        "code": complaint.code,
        "server_message": complaint.words,
        "request_id": request_id,
    }
    code = complaint.code
    if code in (400002, 10001) or status == 402:
        return InsufficientBalance("The account has no balance for this job; top it up.", **facts)
    if code in (400004, 10002, 10003) or status == 401:
        return AuthError("The service refused the token; check it, or make a new one.", **facts)
    if status == 403 and model_id is not None:
        return AuthError(f"The token was refused, or may not run {model_id}; check it.", **facts)
    if status == 403:
        return AuthError(
            "The token may not do this: what was asked for belongs to someone else.", **facts
        )
    about = model_id or request_id
    if about is not None and (code == 400001 or status in (404, 410)):
        if model_id is not None:
            return ModelNotFound(f"The service knows no model {model_id!r}", **facts)
        text = "The service does not know this request, or no longer keeps it (results last about 7 days)."
        return NotFoundOrExpired(text, **facts)
    if status == 429:
        wait = retry_after(reply)
        return RateLimited(
            "The service asks to slow down; try again later.", retry_after=wait, **facts
        )
    if model_id is not None and status in (400, 413, 422):
        text = f"The service refused the input for {model_id}; nothing was charged."
        return InvalidInput(text, _faults(complaint.detail), **facts)
    if code == _NOT_READY:
        return ServiceError("The result is not ready yet.", **facts)
    if status < 300:
        return ServiceError("The service's reply cannot be read.", **facts)
    if status < 400:
        return ServiceError("The service answered with a redirect, which is not followed.", **facts)
    return ServiceError("The service failed." if status >= 500 else "The service refused.", **facts)


def _faults(detail: object) -> list[Fault]:
    """Return the faults in a validation ``detail`` list; empty when it has another shape."""
    faults: list[Fault] = []
    for item in cast("list[object]", detail) if isinstance(detail, list) else []:
        if not isinstance(item, dict):
            continue
        entry = cast("dict[str, Any]", item)
        loc: Any = entry.get("loc")
        parts = [str(part) for part in cast("list[object]", loc)] if isinstance(loc, list) else []
        path = "".join(f"/{part}" for part in (parts[1:] if parts[:1] == ["body"] else parts))
        faults.append(
            Fault(path, _words(str(entry.get("msg") or entry.get("message") or "is invalid")))
        )
    return faults
