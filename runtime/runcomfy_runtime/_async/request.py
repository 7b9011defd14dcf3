"""A validated request that was not sent yet."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from ..models import MediaKind
from ..options import Options
from ..payload import sha256_of
from .files import AsyncMediaOutput

if TYPE_CHECKING:
    from .core import AsyncCore
    from .job import AsyncJob

__all__ = ["AsyncRequest"]

OutputT = TypeVar("OutputT", bound=AsyncMediaOutput, covariant=True)
_MAX_ARGUMENT: Final = 100_000
"""Longest body given to curl as an argument; systems limit it to 128 KiB."""


class AsyncRequest(Generic[OutputT]):
    """A validated, frozen, unsent request. It can be pickled; the token is never part of it.

    Attributes:
        model_id: The model.
        body: The request body, JSON in UTF-8.
        kind: Kind of medium the model makes, if known.
        options: Settings given when it was prepared.
    """

    def __init__(
        self,
        core: AsyncCore | None,
        model_id: str,
        body: bytes,
        kind: MediaKind | None,
        options: Options,
        output_type: type[OutputT],
        base_url: str | None = None,
    ) -> None:
        self._core = core
        self._base_url = core.config.base_url if core is not None else base_url or ""
        self.model_id = model_id
        self.body = body
        self.kind: MediaKind | None = kind
        self.options = options
        self.output_type = output_type

    @property
    def payload(self) -> dict[str, Any]:
        """The input as it will be sent, local media encoded; a fresh copy each time."""
        value: dict[str, Any] = json.loads(self.body)
        return value

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the body."""
        return sha256_of(self.body)

    async def submit(self) -> AsyncJob[OutputT]:
        """Send the request, at most once, and return its job.

        Raises:
            SubmitUnknown: If it may have arrived, but no job id came back; it may be charged.
            RunComfyError: If the service refused it, or could not be reached; nothing was charged.
        """
        core = self.core
        return await core.submit(self, core.deadline(self.options))

    async def run(self) -> OutputT:
        """Send the request and wait for its output; see `AsyncClient.map` for many.

        When the time is over, on Ctrl-C, when the task is cancelled, and whatever else interrupts it, the job is
        cancelled within 5 s if it still waits in the queue; what became of it stands in the error, or in a note on the
        interrupt.
        A program that is stopped by SIGTERM gets the same with ``signal.signal(SIGTERM, signal.default_int_handler)``.

        Raises:
            JobFailed: If the job failed.
            JobCancelled: If someone else cancelled it.
            JobTimeout: If the time is over; ``.outcome`` tells what became of the cancellation.
            SubmitUnknown: If the request may have arrived, but no job id came back; it may be charged.
            RunComfyError: If the service refused it, or could not be reached.
        """
        return await self.core.run(self, self.options)

    def curl(self) -> str:
        """Return a shell command that sends this request; the token is taken from ``$RUNCOMFY_TOKEN``."""
        import shlex

        text = json.dumps(self.payload, ensure_ascii=False, indent=2)
        url = f"{self._base_url}/v1/models/{self.model_id}"
        lines = [
            f"curl --request POST {shlex.quote(url)}",
            '--header "Authorization: Bearer $RUNCOMFY_TOKEN"',
            "--header 'Content-Type: application/json'",
        ]
        if len(text.encode()) <= _MAX_ARGUMENT:
            return " \\\n  ".join([*lines, f"--data-raw {shlex.quote(text)}"])
        command = " \\\n  ".join([*lines, "--data-binary @- <<'END_OF_INPUT'"])
        return f"{command}\n{text}\nEND_OF_INPUT"

    @property
    def core(self) -> AsyncCore:
        """What sends it; after unpickling, one with the token of the environment."""
        if self._core is None:
            from .defaults import default_core

            self._core = default_core(self._base_url)
        return self._core

    def _facts(self) -> tuple[str, bytes, str]:
        return self.model_id, self.body, self._base_url

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AsyncRequest) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash(self._facts())

    def __reduce__(self) -> tuple[Any, ...]:
        options = replace(self.options, on_update=None)
        facts = (self.model_id, self.body, self.kind, options, self.output_type, self._base_url)
        return type(self), (None, *facts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.model_id!r}, {len(self.body)} bytes)"
