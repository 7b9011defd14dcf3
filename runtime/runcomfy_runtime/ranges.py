"""The rules for going on with a download that was cut (RFC 9110, sections 13 and 14), free of any input or output."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final, Literal

__all__ = ["Have", "Verdict", "judge", "length_of", "range_headers", "total_of", "validator_of"]

Verdict = Literal["whole", "rest", "complete", "start over"]
_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)", re.IGNORECASE)
_UNSATISFIED: Final = re.compile(r"bytes \*/(\d{1,19})", re.IGNORECASE)


@dataclass(slots=True)
class Have:
    """What is here of a file.

    Attributes:
        size: Bytes from the beginning.
        validator: What tells this version of the file from others; None means that a cut starts over.
        total: Bytes of the whole file, if known.
    """

    size: int = 0
    validator: str | None = None
    total: int | None = None

    def reset(self) -> None:
        """Forget what is here."""
        self.size, self.validator, self.total = 0, None, None


def validator_of(headers: Mapping[str, str]) -> str | None:
    """Return the strong validator of a reply: an ETag, or a date that is too old to stand for two versions.

    Args:
        headers: Headers by lower-case name.
    """
    if headers.get("accept-ranges", "").strip().lower() == "none" or _is_encoded(headers):
        return None
    tag = headers.get("etag", "").strip()
    if tag:
        return tag if re.fullmatch(r'"[\x21\x23-\x7e\x80-\xff]*"', tag) else None
    modified, sent = headers.get("last-modified", ""), headers.get("date", "")
    try:
        age = parsedate_to_datetime(sent) - parsedate_to_datetime(modified)
    except (TypeError, ValueError):
        return None
    return modified if age.total_seconds() >= 1 else None


def length_of(headers: Mapping[str, str]) -> int | None:
    """Return the announced length of a reply's content; None if it is absent, malformed or counts something else."""
    text = headers.get("content-length", "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,19}", text) and not _is_encoded(headers) else None


def range_headers(have: Have) -> dict[str, str]:
    """Return the headers that ask for the rest of a file, or for the whole if it should have changed."""
    if have.size == 0 or have.validator is None:
        return {}
    return {"Range": f"bytes={have.size}-", "If-Range": have.validator}


def judge(status: int, headers: Mapping[str, str], have: Have) -> Verdict | None:
    """Return what a reply brings of a file of which ``have`` is here; None if the status is an error of its own.

    Args:
        status: HTTP status.
        headers: Headers by lower-case name.
        have: What is here.

    Returns:
        "whole" content from its first byte, the "rest" from where it was cut, "complete" if nothing is left to fetch,
        or "start over" if the reply does not fit what is here and the file must be asked for whole.
    """
    asked = bool(range_headers(have))
    if status == 200:
        return "whole"
    if status == 206:
        match = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
        if not asked or match is None or _is_encoded(headers):
            return "start over"
        first, last, total = int(match[1]), int(match[2]), match[3]
        same = validator_of(headers) in (None, have.validator) or not _comparable(headers, have)
        sizes = total == "*" or have.total in (None, int(total))
        whole_rest = total == "*" or last == int(total) - 1
        length = length_of(headers)
        fits = first == have.size and last >= first and length in (None, last - first + 1)
        return "rest" if same and sizes and whole_rest and fits else "start over"
    if status == 416 and asked:
        match = _UNSATISFIED.fullmatch(headers.get("content-range", "").strip())
        total_here = have.total in (None, have.size)
        return "complete" if match and int(match[1]) == have.size and total_here else "start over"
    return "start over" if status == 412 and asked else None


def total_of(headers: Mapping[str, str]) -> int | None:
    """Return the length of the whole file that a reply with a part of it tells."""
    match = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
    return int(match[3]) if match and match[3] != "*" else None


def _comparable(headers: Mapping[str, str], have: Have) -> bool:
    """Tell whether the reply names its version in the same way as ``have`` does."""
    return bool(headers.get("etag")) == (have.validator or "").startswith('"')


def _is_encoded(headers: Mapping[str, str]) -> bool:
    return headers.get("content-encoding", "").strip().lower() not in ("", "identity")
