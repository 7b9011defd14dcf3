"""How the emulated service behaves: its pace, its limits and its dialect."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from .errors import EmulatorError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DIALECT_WORDS", "Dialect", "Settings"]

DIALECT_WORDS: dict[str, tuple[object, ...]] = {
    "success_word": ("succeeded", "completed"),
    "not_ready": ("state", "400005"),
    "auth_error": ("401", "403", "400004"),
    "balance_error": ("400002", "402"),
    "model_error": ("404", "400001"),
    "ownership_error": ("403001", "404001"),
    "validation_error": ("422", "400"),
    "submit_status": (200, 202),
    "failed_on_status": (False, True),
    "echo_input": (False, True),
    "error_shape": ("string", "object", "list"),
    "timestamps": ("offset", "zulu", "none"),
    "schemas": ("spec", "service"),
    "refusals": ("status", "200"),
    "submit_reply": ("links", "bare", "status"),
    "queue_position": ("from_0", "from_1", "always", "absent"),
    "cancel_reply": ("outcome", "status", "requested", "contrary"),
    "cancellable": ("in_queue", "active"),
    "cancelled_word": ("cancelled", "canceled"),
    "unknown_cost": ("absent", "null"),
    "extra_fields": ("accepted", "refused"),
    "data_uris": ("accepted", "refused"),
    "catalogue": ("token", "open"),
}
"""What each setting of the dialect may be; the first is the default."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Choices where sources about the service disagree.

    Attributes:
        success_word: `/result` of a job that succeeded says `succeeded` or `completed`.
        not_ready: `/result` before the end is HTTP 200 with the state, or HTTP 400 with 400005.
        auth_error: a bad token gives HTTP 401, HTTP 403 or HTTP 400 with 400004.
        balance_error: an empty wallet gives HTTP 400 with 400002, or HTTP 402.
        model_error: an unknown model gives HTTP 404, or HTTP 400 with 400001.
        ownership_error: somebody else's request gives 403001 or 404001.
        validation_error: a bad input gives HTTP 422 or HTTP 400, both with `detail`.
        submit_status: HTTP status of an accepted submit.
        failed_on_status: `/status` says `failed` where it would say `completed`.
        echo_input: `/result` repeats the input under `input`.
        error_shape: `error` of a failed job is a string, an object or a list.
        timestamps: times carry a numeric offset, a `Z`, or are left out.
        schemas: the catalogue shows the specs' clean schemas, or the service's own dialect with
            types such as `float`; inputs are checked by the specs either way.
        refusals: refusals that have a code come with their HTTP status, or with HTTP 200.
        submit_reply: an accepted submit is answered by the id with links, by the bare id, or by links and a status.
        queue_position: counts from 0 or from 1 while the job waits, is told in every state, or never.
        cancel_reply: the outcome is told under `outcome`, or under `status` alone; or it only says
            `cancellation_requested`; or, as in the documented example, `status` says `completed` whatever the outcome.
        cancellable: only waiting jobs can be cancelled, or running ones too.
        cancelled_word: spelling of the state.
        unknown_cost: a cost that is not known yet is left out, or null.
        extra_fields: fields that the schema does not know pass, or are refused.
        data_uris: `data:` addresses pass, or are refused.
        catalogue: the catalogue asks for a token, or is open to all.
    """

    success_word: str = "succeeded"
    not_ready: str = "state"
    auth_error: str = "401"
    balance_error: str = "400002"
    model_error: str = "404"
    ownership_error: str = "403001"
    validation_error: str = "422"
    submit_status: int = 200
    failed_on_status: bool = False
    echo_input: bool = False
    error_shape: str = "string"
    timestamps: str = "offset"
    schemas: str = "spec"
    refusals: str = "status"
    submit_reply: str = "links"
    queue_position: str = "from_0"
    cancel_reply: str = "outcome"
    cancellable: str = "in_queue"
    cancelled_word: str = "cancelled"
    unknown_cost: str = "absent"
    extra_fields: str = "accepted"
    data_uris: str = "accepted"
    catalogue: str = "token"

    def changed(self, words: Mapping[str, object]) -> Dialect:
        """Return the dialect with some choices made differently.

        Args:
            words: attribute name to value.

        Raises:
            EmulatorError: there is no such choice; the message lists what there is.
        """
        for name, value in words.items():
            if name not in DIALECT_WORDS:
                raise EmulatorError(
                    f"dialect.{name} is unknown; there are {', '.join(DIALECT_WORDS)}"
                )
            if not any(value == word and type(value) is type(word) for word in DIALECT_WORDS[name]):
                choices = ", ".join(map(repr, DIALECT_WORDS[name]))
                raise EmulatorError(f"dialect.{name} is {value!r}; it can be {choices}")
        known = {field.name for field in fields(self)}
        return replace(self, **{name: value for name, value in words.items() if name in known})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Settings:
    """Pace and limits.

    Attributes:
        queue_seconds: least time a job waits.
        run_seconds: time a job runs.
        slots: jobs that run at the same time.
        backlog: jobs of other customers said to be ahead of a new one; they count down while the
            job waits and take no slot.
        balance_usd: opening balance of every wallet.
        retention_seconds: age at which a finished job is forgotten.
        max_body_bytes: largest request body.
        seed: changes every request id and every picture.
    """

    queue_seconds: float = 0.2
    run_seconds: float = 0.4
    slots: int = 32
    backlog: int = 3
    balance_usd: float = 1000.0
    retention_seconds: float = 7 * 24 * 3600.0
    max_body_bytes: int = 64 * 1024 * 1024
    seed: int = 0
