"""The errors of answers that did not come, or not in time: what is known of the job all the same."""

from __future__ import annotations

from typing import Any

from .errors import JobTimeout, RunComfyError, SubmitUnknown
from .states import JobStatus
from .wire import Unclear

__all__ = ["cancel_timeout", "job_timeout", "result_timeout", "submit_unknown"]


def submit_unknown(model_id: str, reason: str, found: Unclear | None) -> SubmitUnknown:
    """Return the error of a submit of which nobody knows whether it arrived."""
    facts: dict[str, Any] = {}
    if found is not None:
        facts = {
            "http_status": found.http_status,
            "code": found.code,
            "server_message": found.words,
            "request_id": found.request_id,
        }
    message = (
        f"The job for {model_id} was sent, but whether it arrived is unknown: {reason}. It may run and be "
        "charged; look at your generations on runcomfy.com before you submit it again."
    )
    return SubmitUnknown(message, model_id=model_id, **facts)


def cancel_timeout(request_id: str, is_sent: bool, last: RunComfyError | None) -> JobTimeout:
    """Return the error of a cancellation that did not get through, or of which no confirmation came."""
    told = "was asked for, but is not confirmed" if is_sent else "did not get through"
    return JobTimeout(f"The cancellation {told} in time.{_last_poll(last)}", request_id=request_id)


def result_timeout(request_id: str, last: RunComfyError | None) -> JobTimeout:
    """Return the error of a job that was seen to end, and whose result was not read."""
    return JobTimeout(
        "The job has ended, but its result could not be read in the time given; results are kept for about "
        f"7 days, wait for it again.{_last_poll(last)}",
        request_id=request_id,
    )


def job_timeout(request_id: str, shown: JobStatus | None, last: RunComfyError | None) -> JobTimeout:
    """Return the error of a job that was last seen in the state ``shown``."""
    state = shown.state if shown is not None else "not known"
    word = shown.raw.get("status") if shown and state == "unknown" else None
    named = f"{state} ({word!r})" if word is not None else state
    return JobTimeout(
        f"The job is not finished in the time given; its state is {named}.{_last_poll(last)}",
        request_id=request_id,
    )


def _last_poll(error: RunComfyError | None) -> str:
    return f" The last poll failed: {error.message}" if error is not None else ""
