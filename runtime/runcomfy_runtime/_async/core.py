"""What every handle shares: settings, transport, journal, and the two operations that cost money."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ..config import Config
from ..errors import (
    ClientClosed,
    JobTimeout,
    JournalError,
    ModelNotFound,
    RunComfyError,
    SubmitUnknown,
)
from ..events import Hook, Notifier, Warned
from ..journal import Journal
from ..machine import Done, Emit, JobMachine, Send, Sleep, Woke
from ..models import ModelInfo
from ..names import nearest_models
from ..narration import Story
from ..options import DEFAULT_TIMEOUT, Options, ValidateMode
from ..payload import Draft, draft_body
from ..states import CancelOutcome
from ..tempo import Tempo
from ..throttle import Throttle
from ..uploads import AsyncAnyUploader, fill_now
from ..wire import Reply, retry_after
from .files import AsyncMediaOutput
from .job import AsyncJob, Sending
from .platform import Pause, blocking, bounded, settle, sleep
from .request import AsyncRequest
from .transport import AsyncTransport
from .uploads import fill

if TYPE_CHECKING:
    import httpx

__all__ = ["CLEAN_UP_SECONDS", "AsyncCore"]

CLEAN_UP_SECONDS: Final = 5.0
"""Longest time that an interrupted or timed-out call spends on cancelling its job."""

OutputT = TypeVar("OutputT", bound=AsyncMediaOutput)


class AsyncCore:
    """The inside of a client; handles keep it instead of the client.

    Attributes:
        config: Where the service is, and the token.
        journal: Journal of paid submits, if one is kept.
        notify: Takes what happens to the log and the user's hook.
        tempo: How long the models' jobs usually take.
        timeout: Seconds a wait may take when a call says nothing else.
        validate: How input is validated when a call says nothing else.
        uploader: Where local media go instead of into the request, if given.
        find_model: Returns what is known about a model id.
        model_ids: Returns the known ids, for suggestions.
    """

    def __init__(
        self,
        config: Config,
        *,
        mounted: httpx.AsyncBaseTransport | None = None,
        journal: Journal | None = None,
        on_event: Hook | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        validate: ValidateMode = "strict",
        uploader: AsyncAnyUploader | None = None,
        find_model: Callable[[str], ModelInfo | None] = lambda _: None,
        model_ids: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self.config = config
        self._mounted = mounted
        self._transport: AsyncTransport = AsyncTransport(config, mounted)
        self._process = os.getpid()
        self._closed = False
        self.journal = journal
        self.notify: Notifier = Notifier(on_event)
        self.tempo: Tempo = Tempo()
        self._throttle = Throttle()
        self.timeout = timeout
        self.validate: ValidateMode = validate
        self.uploader = uploader
        self.find_model = find_model
        self.model_ids = model_ids

    @property
    def transport(self) -> AsyncTransport:
        """The HTTP clients. A forked process gets its own, since two processes cannot share a connection.

        Raises:
            ClientClosed: If the client was closed.
        """
        if self._closed:
            raise ClientClosed(
                "The client is closed, nothing was sent. Keep it open until jobs have ended and files are saved; a new "
                "client gets at a job with client.jobs.get(request_id)."
            )
        if self._process != os.getpid():
            self._process = os.getpid()
            self._transport = AsyncTransport(self.config, self._mounted)
        return self._transport

    def prepare(
        self, info: ModelInfo, fields: Mapping[str, Any], options: Options | None
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Validate ``fields`` and return the request, unsent; local media are uploaded if there is an uploader.

        Raises:
            InvalidInput: If the fields do not fit the model.
            UploadFailed: If a local medium could not be uploaded.
            TypeError: If the uploader is asynchronous.
        """
        settings = options or Options()
        body = fill_now(self._draft(info, fields, settings), self.uploader)
        return AsyncRequest(self, info.id, body, info.output, settings, AsyncMediaOutput)

    async def run_model(
        self, info: ModelInfo, fields: Mapping[str, Any], options: Options | None
    ) -> AsyncMediaOutput:
        """Run a model with ``fields`` and return its output."""
        request = await self._prepare(info, fields, options)
        return await self.run(request, request.options)

    async def submit_model(
        self, info: ModelInfo, fields: Mapping[str, Any], options: Options | None
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit ``fields`` to a model and return the job."""
        request = await self._prepare(info, fields, options)
        return await self.submit(request, self.deadline(request.options))

    def deadline(self, options: Options) -> float:
        """Return the time, on the monotonic clock, at which a call that starts now must end."""
        return time.monotonic() + (self.timeout if options.timeout is None else options.timeout)

    async def drive(
        self,
        machine: JobMachine,
        model_id: str | None,
        request_id: str | None,
        pause: Pause | None = None,
    ) -> AsyncIterator[Emit | Done]:
        """Carry out what ``machine`` asks for; yield what it tells, `Done` last.

        Args:
            machine: What decides.
            model_id: The model, for the events.
            request_id: The job, for the events.
            pause: Does the waiting where it is to be ended early.
        """
        story = Story(self.notify, model_id, request_id)
        if machine.goal != "submit":
            await self._hold(machine, pause)
        pending = list(machine.start(time.monotonic()))
        while pending:
            action = pending.pop(0)
            if isinstance(action, Send):
                story.sent(action)
                sent_at = time.monotonic()
                reply = await self.transport.call(action)
                now = time.monotonic()
                story.answered(reply, now - sent_at)
                if isinstance(reply, Reply):
                    held = self._throttle.replied(reply.status, sent_at, now, retry_after(reply))
                    if held:
                        story.throttled(held)
                pending = list(machine.step(reply, now))
            elif isinstance(action, Sleep):
                await _rest(action.seconds, pause)
                await self._hold(machine, pause)
                pending = list(machine.step(Woke(), time.monotonic()))
            else:
                if isinstance(action, Emit):
                    story.told(action)
                else:
                    story.ended(machine.goal, action)
                yield action

    async def finish(
        self,
        machine: JobMachine,
        model_id: str | None = None,
        request_id: str | None = None,
        pause: Pause | None = None,
    ) -> Done:
        """Carry ``machine`` to its end."""
        end = Done()
        async for action in self.drive(machine, model_id, request_id, pause):
            if isinstance(action, Done):
                end = action
        return end

    async def submit(
        self, request: AsyncRequest[OutputT], deadline: float, *, again: bool = True
    ) -> AsyncJob[OutputT]:
        """Submit ``request``, at most once, and return its job.

        Without ``again``, one that certainly made no job is not sent again either.

        An interrupt on the way waits for the answer (at most 5 s), cancels the job that came of it, and goes on; while
        no request is on its way, nothing is waited for. A note on the interrupt says what became of the job; without
        a note nothing was sent.
        """
        self.config.token.reveal()
        _ = self.transport
        machine = JobMachine(
            "submit", deadline=deadline, model_id=request.model_id, body=request.body, again=again
        )
        await self._hold(machine)
        entry = await self._intend(request)
        sending: Sending[OutputT] = Sending()
        pause = Pause()

        def halt() -> None:
            machine.halt()
            pause.end()

        try:
            _, interrupt = await settle(
                partial(self._deliver, machine, request, entry, sending, pause),
                CLEAN_UP_SECONDS,
                halt,
            )
            if interrupt is not None:
                raise interrupt
            if sending.job is not None:
                return sending.job
        except BaseException as interrupt:
            interrupt.add_note(await self._last_words(request, sending))
            raise
        assert sending.failure is not None
        raise sending.failure

    async def run(self, request: AsyncRequest[OutputT], options: Options) -> OutputT:
        """Submit ``request`` and wait for its output; cancel the job if the wait is cut short."""
        deadline = self.deadline(options)
        job: AsyncJob[OutputT] | None = None
        try:
            job = await self.submit(request, deadline)
            submitted_at = time.monotonic()
            early = self.tempo.head_start(request.model_id)
            if early:
                await sleep(min(early, max(0.0, deadline - submitted_at)))
            output = await job.result(
                max(0.0, deadline - time.monotonic()), on_update=options.on_update
            )
            self.tempo.ended(request.model_id, time.monotonic() - submitted_at)
            return output
        except JobTimeout as error:
            if job is not None and options.on_timeout == "cancel":
                error.outcome, told, interrupt = await self.clean_up(job)
                error.message = f"{error.message} {told}"
                if interrupt is not None:
                    interrupt.add_note(str(error))
                    raise interrupt from error
            raise
        except RunComfyError:
            raise
        except BaseException as interrupt:
            if job is not None:
                interrupt.add_note((await self.clean_up(job))[1])
            raise

    async def clean_up(
        self, job: AsyncJob[OutputT]
    ) -> tuple[CancelOutcome | None, str, BaseException | None]:
        """Cancel ``job`` within 5 s, whatever happens.

        Returns:
            The outcome, what became of the job in a sentence, and what interrupted this meanwhile, if anything did.
        """
        outcome, interrupt = await bounded(partial(job.cancel, CLEAN_UP_SECONDS), CLEAN_UP_SECONDS)
        later = f"collect it later with client.jobs.get({job.request_id!r})"
        if outcome is CancelOutcome.CANCELLED:
            told = "was cancelled before it ran"
        elif outcome is CancelOutcome.NOT_CANCELLABLE:
            told = f"is running and cannot be cancelled any more: it goes on and may be charged; {later}"
        elif outcome is CancelOutcome.ALREADY_DONE:
            told = f"had already ended; {later}"
        else:
            told = f"was asked to be cancelled, without a clear answer: it may run and be charged; {later}"
        return outcome, f"Job {job.request_id} {told}.", interrupt

    async def record(self, write: Callable[[Journal], None], request_id: str) -> None:
        """Write to the journal, if one is kept; one that cannot be written is told, not raised."""
        if self.journal is not None:
            await self._note_journal(partial(write, self.journal), request_id)

    async def close(self) -> None:
        """Close all connections; nothing can be sent any more."""
        self._closed = True
        if self._process == os.getpid():
            await self._transport.close()

    def _draft(self, info: ModelInfo, fields: Mapping[str, Any], settings: Options) -> Draft:
        mode = settings.validate or self.validate
        return draft_body(info, fields, mode, inline=self.uploader is None)

    async def _prepare(
        self, info: ModelInfo, fields: Mapping[str, Any], options: Options | None
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Do what `prepare` does without blocking the event loop."""
        settings = options or Options()
        draft = await blocking(self._draft, info, fields, settings)
        body = await fill(draft, self.uploader)
        return AsyncRequest(self, info.id, body, info.output, settings, AsyncMediaOutput)

    async def _hold(self, machine: JobMachine, pause: Pause | None = None) -> None:
        """Wait as long as the service wants this client to slow down; a cancellation does not wait."""
        if machine.goal == "cancel":
            return
        now = time.monotonic()
        seconds = min(self._throttle.wait(now), max(0.0, machine.deadline - now))
        if seconds > 0:
            await _rest(seconds, pause)

    async def _intend(self, request: AsyncRequest[OutputT]) -> str | None:
        if self.journal is None:
            return None
        base_url = self.config.base_url
        return await blocking(self.journal.intend, request.model_id, base_url, request.sha256)

    async def _deliver(
        self,
        machine: JobMachine,
        request: AsyncRequest[OutputT],
        entry: str | None,
        sending: Sending[OutputT],
        pause: Pause,
    ) -> None:
        """Send the submit and journal what came of it, as one piece that an interrupt does not tear apart."""
        submitted_at = time.time()
        try:
            end = await self.finish(machine, request.model_id, pause=pause)
        except RunComfyError as error:
            end = Done(error=error)
        if end.error is None:
            sending.job = AsyncJob(
                self, str(end.value), request.model_id, request.kind, request.output_type
            )
        else:
            sending.failure = self._explain(end.error, request, entry, submitted_at)
        if self.journal is not None and entry is not None:
            if end.error is None:
                write = partial(self.journal.submitted, entry, str(end.value))
            else:
                lost = isinstance(end.error, SubmitUnknown)
                write = partial(self.journal.settle, entry, "unknown" if lost else "rejected")
            await self._note_journal(write, request.model_id)

    async def _last_words(self, request: AsyncRequest[OutputT], sending: Sending[OutputT]) -> str:
        """Clean up after an interrupted submit; return what became of it."""
        if sending.job is not None:
            return (await self.clean_up(sending.job))[1]
        if isinstance(sending.failure, SubmitUnknown):
            return str(sending.failure)
        if sending.failure is not None:
            return f"No job was made, nothing is charged: {sending.failure}"
        return f"A job for {request.model_id} was being sent; it may run and be charged."

    async def _note_journal(self, write: Callable[[], None], subject: str) -> None:
        try:
            await blocking(write)
        except JournalError as error:
            self.notify(Warned(subject=subject, detail=str(error)))

    def _explain(
        self,
        error: RunComfyError,
        request: AsyncRequest[OutputT],
        entry: str | None,
        submitted_at: float,
    ) -> RunComfyError:
        """Add to a failed submit what only the client knows."""
        if isinstance(error, SubmitUnknown):
            error.submitted_at = submitted_at
            error.payload_sha256 = request.sha256
            error.journal_entry = entry
        elif isinstance(error, ModelNotFound):
            near = nearest_models(request.model_id, self.model_ids())
            error.message += f" at {self.config.base_url}{near}. Check the id and the base URL."
        return error


async def _rest(seconds: float, pause: Pause | None) -> None:
    if pause is None:
        await sleep(seconds)
    else:
        await pause.sleep(seconds)
