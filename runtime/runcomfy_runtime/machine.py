"""The life of a job as one pure state machine: events go in, actions come out.

It does no I/O, never sleeps and asks no clock: each step is given the time. Both shells only carry out its actions, so
that what costs money and what can lose a result is decided here once:

* A submit is sent again only when it provably never arrived (a bounded number of times) or was refused with 429.
* A poll is sent again after every passing fault until the deadline, and the fault is told if time runs out. A refusal
  that may be a gateway's, or that contradicts what the service said before, is asked again a few times.
* A job that was seen to end has its result read, even when the deadline falls in between. A state that is new is taken
  for a running one, but the result is asked for as well, in case the job has ended under a new name.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Final, Literal

from .actions import Action, Done, Emit, Goal, MachineEvent, Send, Sleep, Value, Woke
from .errors import (
    ConnectionFailed,
    NotFoundOrExpired,
    RateLimited,
    RunComfyError,
)
from .lateness import cancel_timeout, job_timeout, result_timeout, submit_unknown
from .pace import (
    CONFIRM_TIMEOUT,
    DOUBTFUL_TRIES,
    FINAL_READS,
    LAST_CHANCE,
    READ_TIMEOUT,
    SHORTEST_PAUSE,
    SLOWEST_UPLOAD,
    SUBMIT_TIMEOUT,
    THROTTLED_TRIES,
    UNDELIVERED_TRIES,
    pace,
)
from .states import Balance, CancelOutcome, JobStatus
from .tempo import COMMON_INTERVAL
from .wire import (
    Again,
    CancelReply,
    NoReply,
    Record,
    Reply,
    Unclear,
    cost_of,
    read_balance,
    read_cancel,
    read_result,
    read_status,
    read_submit,
    retry_after,
)

__all__ = [
    "Action",
    "Done",
    "Emit",
    "Goal",
    "JobMachine",
    "MachineEvent",
    "Send",
    "Sleep",
    "Woke",
    "pace",
]

Phase = Literal["new", "submit", "status", "result", "cancel", "confirm", "cost", "balance", "done"]
_ONE_ANSWER: Final = frozenset({"status", "cost", "balance"})
"""Goals that one usable answer reaches."""


class JobMachine:
    """One exchange with the service about one job, from `start` to `Done`.

    Attributes:
        goal: What to reach.
        deadline: When waiting ends.
    """

    def __init__(
        self,
        goal: Goal,
        *,
        deadline: float,
        model_id: str = "",
        request_id: str = "",
        body: bytes | None = None,
        again: bool = True,
        interval: Callable[[], float] = lambda: COMMON_INTERVAL,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Prepare the exchange.

        Args:
            goal: What to reach.
            deadline: Time, on the clock whose readings the steps are given, at which waiting ends.
            model_id: The model; needed to submit.
            request_id: The job; needed for all but submit.
            body: Request body; needed to submit.
            again: Whether a submit that certainly made no job is sent again.
            interval: Gives the shortest time between two polls, asked before each.
            jitter: Source of numbers from 0 to 1.
        """
        self.goal: Goal = goal
        self.deadline = deadline
        self._model_id = model_id
        self._request_id = request_id
        self._body = body
        self._repeats = again
        self._interval = interval
        self._jitter = jitter
        self._phase: Phase = "new"
        self._waking = False
        self._halted = False
        self._started = 0.0
        self._sent_at = 0.0
        self._undelivered = 0
        self._throttled = 0
        self._final_reads = 0
        self._doubts = 0
        self._peeking = False
        self._after: float | None = None
        self._ended: JobStatus | None = None
        self._shown: JobStatus | None = None
        self._warned = False
        self._last: RunComfyError | None = None
        self._verdict: Literal["cancelled", "refused", "accepted"] = "accepted"

    def halt(self) -> None:
        """Send no further submit: one on its way is heard out, one that would be repeated ends with its error."""
        self._halted = self.goal == "submit"

    def start(self, now: float) -> tuple[Action, ...]:
        """Return the first actions; the last of them is `Send`."""
        self._started = now
        if self.goal == "result":
            return self._go("status", now)
        return self._go(self.goal, now)

    def step(self, event: MachineEvent, now: float) -> tuple[Action, ...]:
        """Return what to do about ``event``: any number of `Emit`, then one `Send`, `Sleep` or `Done`.

        Raises:
            RuntimeError: If the event is not the one that the last action asked for.
        """
        if self._phase in ("new", "done") or isinstance(event, Woke) != self._waking:
            raise RuntimeError(f"{type(event).__name__} does not belong in phase {self._phase}")
        if isinstance(event, Woke):
            self._waking = False
            if self._halted and self._last is not None:
                return self._done(error=self._last)
            return (self._send(now),)
        self._after = retry_after(event) if isinstance(event, Reply) else None
        if self._phase == "submit":
            return self._submitted(event, now)
        if isinstance(event, NoReply):
            error = ConnectionFailed(
                f"The service could not be reached: {event.reason}.", request_id=self._request_id
            )
            if not event.delivered:
                self._undelivered += 1
            return self._heard(Again(error), now)
        if self._phase == "cancel":
            conflict = event.status == 409
            told = CancelReply("refused") if conflict else read_cancel(event, self._request_id)
            return self._heard(told, now)
        if self._phase == "balance":
            return self._heard(read_balance(event), now)
        if self._reads_result:
            return self._heard(read_result(event, self._request_id), now)
        return self._heard(read_status(event, self._request_id), now)

    @property
    def _reads_result(self) -> bool:
        """Tell whether the next poll is of the result, not of the status."""
        if self._phase == "confirm":
            return self._ended is not None
        return self._phase in ("result", "cost") or self._peeking

    def _submitted(self, event: Reply | NoReply, now: float) -> tuple[Action, ...]:
        if isinstance(event, NoReply):
            if event.delivered:
                return self._unknown(event.reason)
            self._undelivered += 1
            failed = ConnectionFailed(
                f"The service could not be reached, nothing was sent: {event.reason}. "
                "Check the network and the base URL."
            )
            return self._resubmit(failed, self._undelivered, UNDELIVERED_TRIES, None, now)
        found = read_submit(event, self._model_id)
        if isinstance(found, str):
            return self._done(value=found)
        if isinstance(found, Unclear):
            return self._unknown(found.reason, found)
        if isinstance(found, RateLimited):
            self._throttled += 1
            return self._resubmit(found, self._throttled, THROTTLED_TRIES, self._after, now)
        return self._done(error=found)

    def _resubmit(
        self, error: RunComfyError, tries: int, most: int, after: float | None, now: float
    ) -> tuple[Action, ...]:
        """Sleep before a submit that is safe to send again, or give up with ``error``."""
        delay = after or min(0.5 * 2 ** (tries - 1), 8.0) * (0.9 + 0.2 * self._jitter())
        if not self._repeats or tries >= most or now + delay > self.deadline:
            return self._done(error=error)
        self._waking = True
        self._last = error
        return Emit("retry", detail=error.message), Sleep(delay)

    def _unknown(self, reason: str, found: Unclear | None = None) -> tuple[Action, ...]:
        return self._done(error=submit_unknown(self._model_id, reason, found))

    def _heard(
        self,
        found: JobStatus | Record | CancelReply | Balance | Again | RunComfyError,
        now: float,
    ) -> tuple[Action, ...]:
        """Act on what a poll, a cancel or its confirmation told."""
        if isinstance(found, RunComfyError):
            if not self._contradicts(found):
                return self._refused(found)
            found = Again(found, doubtful=True)
        if isinstance(found, Again):
            self._last = found.error
            return self._again(found, now)
        self._last = None
        self._doubts = 0
        if isinstance(found, CancelReply):
            self._verdict = found.outcome
            return self._go("confirm", now)
        if isinstance(found, Balance):
            return self._done(value=found)
        if self._phase == "cost":
            cost = cost_of(found.raw)
            return self._done(value=math.nan if cost is None else cost)
        if self._phase == "confirm":
            return self._confirmed(found, now)
        if isinstance(found, Record):
            return (*self._show(JobStatus(found.state, None, found.raw)), self._finish(found))
        return self._polled(found, now)

    def _polled(self, found: JobStatus, now: float) -> tuple[Action, ...]:
        """Act on a status: of the queue, or that of a result which is not there yet."""
        if self._reads_result:
            self._peeking = False
            return self._wait(now, found)
        shown = self._show(found)
        if self.goal == "status":
            return (*shown, self._finish(found))
        if found.state == "cancelled":
            return (*shown, self._finish(Record.of(found)))
        if found.ended:
            self._ended = found
            return (*shown, *self._go("result", now))
        self._peeking = found.state == "unknown"
        return (*shown, *self._wait(now))

    def _contradicts(self, error: RunComfyError) -> bool:
        """Tell whether a refusal is at odds with what the service said about the job just before."""
        return self._peeking or (isinstance(error, NotFoundOrExpired) and self._shown is not None)

    def _refused(self, error: RunComfyError) -> tuple[Action, ...]:
        if self._phase == "confirm" and self._verdict != "accepted":
            return self._done(value=self._by_word())
        return self._done(error=error)

    def _again(self, found: Again, now: float) -> tuple[Action, ...]:
        """Ask again later, unless this was the last chance."""
        if self._phase == "confirm" and self._verdict != "accepted":
            return self._done(value=self._by_word())
        self._doubts = self._doubts + 1 if found.doubtful and not self._peeking else 0
        self._peeking = False
        once = self.goal in _ONE_ANSWER
        unreachable = once and self._undelivered >= UNDELIVERED_TRIES
        past = once and now >= self.deadline
        if unreachable or past or self._doubts >= DOUBTFUL_TRIES:
            return self._done(error=found.error)
        return (Emit("retry", detail=found.error.message), *self._wait(now))

    def _wait(self, now: float, found: JobStatus | None = None) -> tuple[Action, ...]:
        """Sleep until the next poll, at the latest until the deadline; past it, end.

        Args:
            now: The time.
            found: What a read of the result told instead of the end.
        """
        known = self._known_end(found)
        if known is not None:
            self._final_reads += 1
            if self._final_reads >= FINAL_READS:
                return (*self._show(JobStatus(known.state, None, known.raw)), self._finish(known))
        if now >= self.deadline:
            return self._done(error=self._timeout())
        self._waking = True
        return (Sleep(min(self._pause(now), self.deadline - now)),)

    def _pause(self, now: float) -> float:
        """Return the seconds to the next poll.

        The pace is that from poll to poll, so the time that the last one took counts, but half of it always stays.
        """
        if self._after is not None:
            return max(self._after, SHORTEST_PAUSE)
        whole = pace(now - self._started, self._jitter(), self._interval())
        return max(whole - (now - self._sent_at), whole / 2)

    def _known_end(self, found: JobStatus | None) -> Record | None:
        """Return the end of a job that has stopped, as far as it is known without a result that says so."""
        if self._phase != "result" or self._ended is None:
            return None
        if found is not None and found.state == "unknown" and found.raw.get("output") is not None:
            return Record("succeeded", found.raw["output"], None, found.raw)
        return Record.of(self._ended) if self._ended.state == "failed" else None

    def _timeout(self) -> RunComfyError:
        if self.goal == "cancel":
            return cancel_timeout(self._request_id, self._phase == "confirm", self._last)
        if self._ended is not None:
            return result_timeout(self._request_id, self._last)
        return job_timeout(self._request_id, self._shown, self._last)

    def _show(self, status: JobStatus) -> tuple[Action, ...]:
        actions: list[Action] = []
        if status.state == "unknown" and not self._warned:
            self._warned = True
            word = repr(status.raw.get("status"))[:80]
            actions.append(Emit("unknown_state", detail=f"{word} is taken for a running job"))
        if status != self._shown:
            self._shown = status
            actions.append(Emit("update", status))
        return tuple(actions)

    def _confirmed(self, found: JobStatus | Record, now: float) -> tuple[Action, ...]:
        """Settle what became of a cancel; the result decides where the queue only says that the job has stopped."""
        if isinstance(found, Record):
            gone = found.state == "cancelled" and self._verdict != "refused"
            return self._done(value=CancelOutcome.CANCELLED if gone else CancelOutcome.ALREADY_DONE)
        if self._ended is None and found.state == "cancelled":
            refused = self._verdict == "refused"
            return self._done(
                value=CancelOutcome.ALREADY_DONE if refused else CancelOutcome.CANCELLED
            )
        if self._ended is None and found.ended:
            if self._verdict == "refused":
                return self._done(value=CancelOutcome.ALREADY_DONE)
            self._ended = found
            return (self._send(now),)
        if self._verdict == "accepted":
            return self._wait(now)
        return self._done(value=self._by_word())

    def _by_word(self) -> CancelOutcome:
        return (
            CancelOutcome.CANCELLED
            if self._verdict == "cancelled"
            else CancelOutcome.NOT_CANCELLABLE
        )

    def _go(self, phase: Phase, now: float) -> tuple[Action, ...]:
        self._phase = phase
        return (self._send(now),)

    def _send(self, now: float) -> Send:
        self._sent_at = now
        if self._phase == "submit":
            upload = len(self._body or b"") / SLOWEST_UPLOAD
            return Send("POST", f"/v1/models/{self._model_id}", self._body, SUBMIT_TIMEOUT + upload)
        timeout = min(READ_TIMEOUT, max(self.deadline - now, LAST_CHANCE))
        if self._phase == "confirm" and self._verdict != "accepted":
            timeout = CONFIRM_TIMEOUT
        if self._phase == "cancel":
            return Send("POST", f"/v1/requests/{self._request_id}/cancel", None, timeout)
        if self._phase == "balance":
            return Send("GET", "/prod/v2/balance", None, timeout, account=True)
        read = "result" if self._reads_result else "status"
        query = "?include_cost=true" if self._phase == "cost" else ""
        path = f"/v1/requests/{self._request_id}/{read}{query}"
        return Send("GET", path, None, timeout)

    def _finish(self, value: Value) -> Done:
        self._phase = "done"
        return Done(value)

    def _done(
        self,
        value: Value | None = None,
        error: RunComfyError | None = None,
    ) -> tuple[Action, ...]:
        self._phase = "done"
        return (Done(value, error),)
