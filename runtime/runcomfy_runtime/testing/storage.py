"""The storage host: the files of finished jobs, whole or by ranges."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from .media import MediaFile, render
from .replies import Action, Cut, Reply, Trickle, refusal

if TYPE_CHECKING:
    from .clock import Clock
    from .store import JobStore

__all__ = ["Storage", "in_range"]

_KEPT_FILES = 64


class Storage:
    """Find and make files; no token is asked for, as on the real storage host.

    Args:
        jobs: the jobs whose files are served.
        clock: tells which jobs have finished and which have expired.
    """

    def __init__(self, jobs: JobStore, clock: Clock) -> None:
        self._jobs = jobs
        self._clock = clock
        self._kept: OrderedDict[MediaFile, bytes] = OrderedDict()

    def find(self, request_id: str, name: str) -> MediaFile | None:
        """Return a file of a job that has finished and not expired."""
        now = self._clock()
        job = self._jobs.get(request_id, now)
        if job is None or self._jobs.phase(job, now) != "completed":
            return None
        return job.output.files.get(name)

    def read(self, file: MediaFile) -> bytes:
        """Make a file, or take it from the files made last."""
        content = self._kept.pop(file, None)
        if content is None:
            content = render(file)
        self._kept[file] = content
        if len(self._kept) > _KEPT_FILES:
            self._kept.popitem(last=False)
        return content

    def answer(self, request_id: str, name: str) -> Reply:
        """Answer a download of the whole file."""
        file = self.find(request_id, name)
        if file is None:
            return refusal(404, None, "There is no such file")
        content = self.read(file)
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = (("ETag", tag), ("Accept-Ranges", "bytes"))
        return Reply(body=content, content_type=file.content_type, headers=headers)


def in_range(action: Action, wanted: str | None, condition: str | None) -> Action:
    """Cut what is going to be sent down to the range a client asks for.

    Args:
        action: what would be done with a request for the whole file.
        wanted: header `Range`; anything but one range from a first byte on is ignored.
        condition: header `If-Range`; the range holds only for a file of this tag or date.
    """
    if isinstance(action, Reply):
        return _cut(action, wanted, condition)
    if isinstance(action, Cut | Trickle):
        return replace(action, reply=_cut(action.reply, wanted, condition))
    return action


def _cut(reply: Reply, wanted: str | None, condition: str | None) -> Reply:
    """Return HTTP 206 with the range, 416 when it starts behind the end, or the whole file."""
    match = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted or "")
    headers = dict(reply.headers)
    if match is None or reply.status != 200 or reply.padding or "Accept-Ranges" not in headers:
        return reply
    if condition is not None and condition not in (
        headers.get("ETag"),
        headers.get("Last-Modified"),
    ):
        return reply
    content = reply.content()
    first, last = int(match[1]) + reply.shift, min(int(match[2] or len(content)), len(content) - 1)
    if first > last:
        return refusal(416, None, "Range Not Satisfiable").with_header(
            "Content-Range", f"bytes */{len(content)}"
        )
    span = f"bytes {first}-{last}/{len(content)}"
    return replace(reply, status=206, body=content[first : last + 1]).with_header(
        "Content-Range", span
    )
