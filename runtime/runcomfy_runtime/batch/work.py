"""Run one job of a batch: take it, submit it at most once, wait for it, save its files, record its end.

What was recorded decides what is done, so that a run which was cut anywhere is simply run again.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ..errors import (
    AuthError,
    ClientClosed,
    ConnectionFailed,
    DownloadFailed,
    InsufficientBalance,
    JobCancelled,
    JobFailed,
    RateLimited,
    RunComfyError,
    SubmitUnknown,
)
from ..options import Options
from . import steps
from .bucket import Bucket
from .errors import BatchError
from .ledger import Ledger
from .media_paths import with_paths
from .records import JobRecord, RowState, StopReason

if TYPE_CHECKING:
    from .._async.client import AsyncClient
    from .._async.files import AsyncMediaOutput
    from .._async.job import AsyncJob
    from .._async.request import AsyncRequest
    from .saver import Saver

__all__ = ["Workbench", "run_job"]

SAVE_TRIES: Final = 4
SUBMITS_AT_ONCE: Final = 16
"""Submits under way at a time; a process that dies leaves no more of them in doubt."""
PATIENCE: Final = 120.0
"""Seconds without one successful submit, while others fail, after which the service counts as unreachable."""
LONGEST_BACKOFF: Final = 30.0
UNSEEN: Final = 60.0
"""Seconds for which a job that may run unseen keeps its place while it is not known how long such jobs take."""
LONGEST_UNSEEN: Final = 900.0
"""Longest time for which it does, since the times of other jobs are by clocks that may have been set."""
CROWDED: Final = 2.0
"""Seconds after which a job for which there was no place is left to whoever has one."""


@dataclass
class Workbench:
    """What the jobs of one process share.

    Attributes:
        batch: The batch's name.
        owner: This worker.
        client: Sends requests.
        ledger: Writes records.
        saver: Saves files.
        bucket: Spaces submits.
        timeout: Seconds a job may take.
        stop: Ends the run, with a reason and a message.
        fresh: Makes sure, just before a submit, that this worker still counts as alive.
        stopping: Whether no further job is to be begun.
        active: The jobs being worked on, by key.
        holding: Keys of unknown jobs whose places are kept.
        submits: Limits the submits under way.
        last_good: When the service last took or refused a job; on the monotonic clock.
        ended: Jobs that ended in this process.
        unrecorded: Request ids, by key, that the service gave and that are not recorded yet.
    """

    batch: str
    owner: str
    client: AsyncClient
    ledger: Ledger
    saver: Saver
    bucket: Bucket
    timeout: float
    stop: Callable[[StopReason, str], None]
    fresh: Callable[[], Awaitable[bool]]
    stopping: Callable[[], bool]
    active: dict[str, AsyncJob[AsyncMediaOutput] | None] = field(
        default_factory=dict[str, "AsyncJob[AsyncMediaOutput] | None"]
    )
    holding: set[str] = field(default_factory=set[str])
    submits: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SUBMITS_AT_ONCE))
    last_good: float = field(default_factory=time.monotonic)
    ended: int = 0
    unrecorded: dict[str, str] = field(default_factory=dict[str, str])


async def run_job(bench: Workbench, key: str, fresh: bool) -> None:
    """Bring the job ``key`` as far as it can be brought now; ``fresh`` if it is likely to be submitted."""
    if key in bench.active:
        return
    run = _Run(bench, key, uuid.uuid4().hex)
    bench.active[key] = None
    try:
        await run.go(fresh)
    except Exception as error:  # noqa: BLE001 - whatever a saver or a hook raises ends its job only
        await run.fail(error)
    finally:
        bench.active.pop(key, None)
    if run.unseen is not None:
        await _hold_place(bench, key, run.unseen)


async def _hold_place(bench: Workbench, key: str, model_id: str) -> None:
    """Keep the place of a job that may run at the service unseen, so that no more run there than are allowed.

    When the process ends meanwhile, the next one keeps the place anew.
    """
    bench.holding.add(key)
    try:
        usual = await bench.ledger.do(
            partial(steps.usual_seconds, batch=bench.batch, model_id=model_id)
        )
        seconds = UNSEEN if usual is None else min(usual, LONGEST_UNSEEN)
        await asyncio.sleep(min(seconds, bench.timeout))
        await bench.ledger.do(partial(steps.let_go, batch=bench.batch, key=key, owner=bench.owner))
    finally:
        bench.holding.discard(key)


class _Run:
    """One run of one job.

    Attributes:
        unseen: The model of a job that may run at the service unseen; None if it does not.
    """

    def __init__(self, bench: Workbench, key: str, claim: str) -> None:
        self._bench = bench
        self._key = key
        self._claim = claim
        self._sent: str | None = None
        self._sent_at: float | None = None
        self._request_id: str | None = None
        self.unseen: str | None = None
        self._crowded = False
        self._work: tuple[steps.Taken, AsyncJob[AsyncMediaOutput]] | None = None

    async def fail(self, error: Exception) -> None:
        """Record an error that is none of the service's."""
        told = BatchError(f"{type(error).__name__}: {error}", request_id=self._request_id)
        if self._sent is not None and self._request_id is None:
            self.unseen = self._sent
        await self._end("failed" if self.unseen is None else "unknown", error=told)

    async def go(self, fresh: bool) -> None:
        tries = 0
        if fresh:  # unless it was begun by a process that died since
            operation = partial(steps.is_queued, batch=self._bench.batch, key=self._key)
            fresh = await self._bench.ledger.do(operation)
        while True:
            if fresh:
                async with self._bench.submits:
                    await asyncio.sleep(self._bench.bucket.wait(time.monotonic()))
                    pause = await self._begin(tries)
            else:
                pause = await self._begin(tries)
            if pause is None:
                break
            tries += 1
            fresh = True
            await self._nap(pause)
        if self._crowded:
            await self._nap(CROWDED)
            await self._give_back()
        if self._work is not None:
            await self._wait(*self._work)

    async def _begin(self, tries: int) -> float | None:
        """Take the job, and submit it if it was not; return seconds after which to do so again if nothing was sent."""
        bench = self._bench
        if bench.stopping():
            await self._give_back()
            return None
        taken = await bench.ledger.do(
            partial(
                steps.take,
                batch=bench.batch,
                key=self._key,
                owner=bench.owner,
                claim=self._claim,
            )
        )
        if taken is None:
            return None
        if taken.todo == "hold":
            self.unseen = taken.model_id
        elif taken.todo == "wait":
            self._crowded = True
        elif taken.todo == "submit":
            return await self._submit(taken, tries)
        else:
            assert taken.request_id is not None
            self._request_id = taken.request_id
            self._work = taken, bench.client.jobs.get(taken.request_id, taken.model_id)
        return None

    async def _submit(self, taken: steps.Taken, tries: int) -> float | None:
        """Submit; return seconds after which to try again if nothing was sent."""
        bench = self._bench
        core = bench.client.core
        try:
            request = await self._prepare(taken)
            if not await bench.fresh():
                return 0.5 if await self._unsubmit() else None
            self._sent, self._sent_at = taken.model_id, time.monotonic()
            job = await core.submit(request, time.monotonic() + bench.timeout, again=False)
        except SubmitUnknown as error:
            self.unseen = taken.model_id
            await self._end("unknown", error=error)
        except (ConnectionFailed, RateLimited) as error:
            if time.monotonic() - bench.last_good > PATIENCE:
                bench.stop("unreachable", str(error))
            wait = error.retry_after if isinstance(error, RateLimited) else None
            return (
                max(wait or 0.0, min(2.0**tries, LONGEST_BACKOFF))
                if await self._unsubmit()
                else None
            )
        except (AuthError, InsufficientBalance, ClientClosed) as error:
            reason: StopReason = "balance" if isinstance(error, InsufficientBalance) else "auth"
            bench.stop(reason, str(error))
            await self._unsubmit()
            await self._give_back()
        except RunComfyError as error:
            bench.last_good = time.monotonic()
            await self._end("failed", error=error)
        else:
            bench.last_good = time.monotonic()
            self._request_id = bench.unrecorded[self._key] = job.request_id
            mine = await bench.ledger.do(
                partial(
                    steps.submitted,
                    batch=bench.batch,
                    key=self._key,
                    claim=self._claim,
                    request_id=job.request_id,
                )
            )
            bench.unrecorded.pop(self._key, None)
            if mine:
                self._work = taken, job
        return None

    async def _prepare(self, taken: steps.Taken) -> AsyncRequest[AsyncMediaOutput]:
        """Return the request; local media are read in a thread, for they may be large."""
        model = self._bench.client.model(taken.model_id)
        payload: dict[str, Any] = json.loads(taken.payload)
        fields = with_paths(payload, model.info)
        if fields == payload:
            return model.prepare(fields, options=Options(validate="off"))
        return await asyncio.to_thread(model.prepare, fields)

    async def _wait(self, taken: steps.Taken, job: AsyncJob[AsyncMediaOutput]) -> None:
        bench = self._bench
        bench.active[self._key] = job
        if self._sent_at is not None:
            await asyncio.sleep(bench.client.core.tempo.head_start(taken.model_id))
        try:
            output = await job.result(bench.timeout)
            if self._sent_at is not None:
                bench.client.core.tempo.ended(taken.model_id, time.monotonic() - self._sent_at)
            cost = await self._cost(job)
            files = await self._save(taken, job, output)
            if files is not None:
                await self._end("succeeded", cost=cost, output=output.raw, files=files)
        except JobCancelled as error:
            await self._end("cancelled", error=error)
        except AuthError as error:
            bench.stop("auth", str(error))
            await self._give_back()
        except JobFailed as error:
            await self._end("failed", error=error, cost=await self._cost(job))
        except RunComfyError as error:
            await self._end("failed", error=error)

    async def _save(
        self, taken: steps.Taken, job: AsyncJob[AsyncMediaOutput], output: AsyncMediaOutput
    ) -> tuple[str, ...] | None:
        """Save the files; None if that cannot be done, which is recorded."""
        bench = self._bench
        record = JobRecord(
            key=self._key,
            model_id=taken.model_id,
            state="running",
            position=0,
            priority=0,
            attempt=1,
            request_id=job.request_id,
            error_type=None,
            error=None,
            cost=None,
            timings={},
            files=(),
            input=json.loads(taken.payload),
            output=output.raw,
        )
        for tries in range(SAVE_TRIES):
            try:
                return tuple(await bench.saver.save(record, output))
            except DownloadFailed as error:
                if error.cannot_write:
                    bench.stop("disk", str(error))
                    await self._end("unsaved", error=error, output=record.output)
                    return None
                if error.expired or not error.retryable or tries == SAVE_TRIES - 1:
                    await self._end("failed", error=error, output=record.output)
                    return None
            except OSError as error:
                failed = DownloadFailed(
                    f"The files of job {self._key!r} cannot be stored: {error.strerror or error}.",
                    request_id=job.request_id,
                )
                bench.stop("disk", str(failed))
                await self._end("unsaved", error=failed, output=record.output)
                return None
            await asyncio.sleep(2.0**tries)
        return None

    async def _cost(self, job: AsyncJob[AsyncMediaOutput]) -> float | None:
        try:
            return await job.cost()
        except RunComfyError:
            return None

    async def _nap(self, seconds: float) -> None:
        """Sleep, but no longer than until the run stops."""
        until = time.monotonic() + seconds
        rest = seconds
        while rest > 0 and not self._bench.stopping():
            await asyncio.sleep(min(rest, 0.5))
            rest = until - time.monotonic()

    async def _unsubmit(self) -> bool:
        bench = self._bench
        self._sent = None
        return await bench.ledger.do(
            partial(steps.unsubmit, batch=bench.batch, key=self._key, claim=self._claim)
        )

    async def _give_back(self) -> None:
        bench = self._bench
        await bench.ledger.do(
            partial(steps.give_back, batch=bench.batch, key=self._key, claim=self._claim)
        )

    async def _end(
        self, state: RowState, *, error: RunComfyError | None = None, **facts: Any
    ) -> None:
        bench = self._bench
        words = (type(error).__name__, str(error)) if error is not None else None
        if error is not None and error.request_id is not None:
            facts["request_id"] = error.request_id
        operation = partial(
            steps.end,
            batch=bench.batch,
            key=self._key,
            claim=self._claim,
            state=state,
            error=words,
            **facts,
        )
        if await bench.ledger.do(operation):
            bench.ended += 1
