# Emitted from _async/mapping.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
"""Many requests at a time: run each, and tell what came of it."""

from __future__ import annotations

import time
from collections.abc import Generator, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from ..errors import RateLimited, RunComfyError
from ..progress import MapProgress
from .files import MediaOutput
from .job import Job
from .platform import Items, each, numbered
from .request import Request

if TYPE_CHECKING:
    from .core import Core

__all__ = ["Outcome", "run_many"]

PATIENCE: Final = 10.0
"""Seconds that must be left of a request's time to submit it again after a 429 that outlasted the usual retries."""
OutputT = TypeVar("OutputT", bound=MediaOutput)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[OutputT]):
    """What came of one request of `Client.map`: an output, or an error.

    Attributes:
        index: Position of the request among those given, from 0.
        request: The request.
        output: Its output, if it succeeded.
        error: Why it has none; `SubmitUnknown` if it may have been charged all the same.
        job: The job that it became, as far as is known; it can be waited for again after a `JobTimeout`.
    """

    index: int
    request: Request[OutputT]
    output: OutputT | None = None
    error: Exception | None = None
    job: Job[OutputT] | None = None

    def unwrap(self) -> OutputT:
        """Return the output.

        Raises:
            Exception: The error, if there is no output.
        """
        if self.error is not None:
            raise self.error
        assert self.output is not None
        return self.output


def run_many(
    core: Core,
    requests: Items[Request[OutputT]],
    concurrency: int,
    ordered: bool,
    on_progress: Callable[[MapProgress], object] | None,
) -> Generator[Outcome[OutputT]]:
    """Yield what came of each request; see `Client.map`."""
    batch: _AsyncBatch[OutputT] = _AsyncBatch(core)
    done = failed = 0
    try:
        with closing(each(batch.run, numbered(requests), concurrency, ordered)) as outcomes:
            for outcome in outcomes:
                done += 1
                failed += outcome.error is not None
                if on_progress is not None:
                    core.notify.guarded(on_progress, MapProgress(done, failed, batch.running))
                yield outcome
    except BaseException as interrupt:
        for fate in batch.fates:
            interrupt.add_note(fate)
        raise


class _AsyncBatch(Generic[OutputT]):
    """What the requests of one `map` share.

    Attributes:
        running: Requests under way.
        fates: What became of those that an interrupt cut short, in sentences.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self.running = 0
        self.fates: list[str] = []

    def run(self, item: tuple[int, Request[OutputT]]) -> Outcome[OutputT]:
        """Run one request; whatever goes wrong with it becomes its outcome, except an interrupt."""
        index, request = item
        self.running += 1
        try:
            output = self._patiently(request)
        except RunComfyError as error:
            job = cast("Job[OutputT] | None", error.job)
            return Outcome(index, request, error=error, job=job)
        except Exception as error:  # noqa: BLE001 - one request harms no other
            return Outcome(index, request, error=error)
        except BaseException as interrupt:
            self.fates += getattr(interrupt, "__notes__", [])
            raise
        finally:
            self.running -= 1
        job = Job(
            self._core, output.request_id, request.model_id, request.kind, request.output_type
        )
        return Outcome(index, request, output=output, job=job)

    def _patiently(self, request: Request[OutputT]) -> OutputT:
        """Run ``request``; submit it again after a refusal with 429 as long as there is time."""
        end = self._core.deadline(request.options)
        while True:
            rest = max(0.0, end - time.monotonic())
            try:
                return self._core.run(request, replace(request.options, timeout=rest))
            except RateLimited as error:
                wait = max(PATIENCE, error.retry_after or 0.0)
                if error.job is not None or end - time.monotonic() < wait:
                    raise
