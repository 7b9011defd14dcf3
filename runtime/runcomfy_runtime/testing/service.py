"""The Model API without a socket: each operation turns a request into a reply."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, cast

from .accounts import MICRODOLLARS, PRICES, Accounts
from .catalogue import Catalogue
from .clock import Clock, timestamp
from .faults import auth_refusal, balance_refusal, model_refusal
from .outputs import plan_output
from .replies import JsonObject, Reply, refusal
from .settings import Dialect, Settings
from .store import Job, JobStore
from .validation import Validation

if TYPE_CHECKING:
    from .scripts import BoundScript
    from .specs import ModelSpec

__all__ = ["Call", "Service"]


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the service.

    Attributes:
        name: kind of call, one of `scripts.CALLS`.
        target: model id or request id; empty for the endpoints without one.
        authorization: the header of that name.
        query: the query's parameters.
        body: the request's body.
        script: what the call must follow.
    """

    name: str
    target: str
    authorization: str | None
    query: Mapping[str, str]
    body: bytes
    script: BoundScript


class Service:
    """Answer calls from memory.

    Args:
        specs: the specs by model id.
        accounts: tokens and wallets.
        settings: pace and limits.
        dialect: choices where sources disagree.
        clock: tells the time.
        base_url: own address, for the links in replies.
        storage_url: address of the storage host.
    """

    def __init__(
        self,
        specs: Mapping[str, ModelSpec],
        accounts: Accounts,
        settings: Settings,
        dialect: Dialect,
        clock: Clock,
        base_url: str,
        storage_url: str,
    ) -> None:
        self.accounts = accounts
        self.jobs: JobStore = JobStore(settings)
        self.clock = clock
        self._specs = specs
        self._settings = settings
        self._dialect = dialect
        self._base_url = base_url
        self._storage_url = storage_url
        self._validation = Validation(specs)
        self._catalogue = Catalogue(specs)
        self._operations: dict[str, _Operation] = {
            "submit": self._submit,
            "status": self._status,
            "result": self._result,
            "cancel": self._cancel,
            "models": self._models,
            "categories": self._categories,
            "model": self._model,
            "balance": self._balance,
            "user": self._user,
        }

    def answer(self, call: Call) -> Reply:
        """Do what a call asks for.

        Args:
            call: the request.

        Returns:
            The right reply, a refusal included.
        """
        dialect = call.script.dialect(self._dialect)
        owner = self.accounts.owner(call.authorization)
        if owner is not None:
            reply = self._operations[call.name](call, owner, dialect)
        elif call.name in _CATALOGUE and dialect.catalogue == "open":
            reply = self._operations[call.name](call, "", dialect)
        else:
            reply = auth_refusal(dialect.auth_error)
        hidden = dialect.refusals == "200" and "error_code" in (reply.value or {})
        return replace(reply, status=200) if hidden else reply

    def _submit(self, call: Call, owner: str, dialect: Dialect) -> Reply:
        spec = self._specs.get(call.target)
        if spec is None:
            return model_refusal(dialect.model_error)
        try:
            payload = cast("object", json.loads(call.body))
        except ValueError:
            entry = {"loc": ["body"], "msg": "JSON decode error", "type": "json_invalid"}
            return Reply(int(dialect.validation_error), {"detail": [entry]})
        faults = self._validation.faults(spec.model_id, payload)
        faults += _unwelcome(payload, spec, dialect)
        if faults or not isinstance(payload, dict):
            return Reply(int(dialect.validation_error), {"detail": faults})
        document = cast("JsonObject", payload)
        digest = _digest(spec.model_id, document)
        script = call.script
        output = plan_output(
            spec.medium, document, f"{self._settings.seed:x}/{digest}", script.script.output
        )
        price = PRICES[spec.medium] * max(1, len(output.files))
        if "cost_usd" in script.script.job:
            price = round(script.seconds("cost_usd", 0) * MICRODOLLARS)
        if self.accounts.balance(owner) < price:
            return balance_refusal(dialect.balance_error)
        self.accounts.charge(owner, price)
        now = self.clock()
        stuck = script.script.job.get("stuck")
        wait = script.seconds("queue_seconds", self._settings.queue_seconds)
        run = script.seconds("run_seconds", self._settings.run_seconds)
        job = Job(
            request_id=self.jobs.new_id(owner, digest),
            owner=owner,
            model_id=spec.model_id,
            created=now,
            queue_seconds=wait,
            run_seconds=inf if stuck == "in_progress" else run,
            price=price,
            output=output,
            script=script,
            echo=document if dialect.echo_input else None,
            ticket=self.jobs.next_ticket(inf if stuck == "in_queue" else now + wait),
        )
        self.jobs.add(job, now)
        links = self._links(job, "status", "result", "cancel")
        told: JsonObject = {} if dialect.submit_reply == "bare" else dict(links)
        if dialect.submit_reply == "status":
            told["status"] = "in_queue"
        return Reply(dialect.submit_status, {"request_id": job.request_id, **told})

    def _status(self, call: Call, owner: str, dialect: Dialect) -> Reply:
        job = self._find(call, owner, dialect)
        if isinstance(job, Reply):
            return job
        now = self.clock()
        phase = self.jobs.phase(job, now)
        word = self._queue_word(job, dialect) if phase == "completed" else phase
        reply: JsonObject = {"request_id": job.request_id, "status": _spelt(word, dialect)}
        told = phase == "in_queue" or dialect.queue_position == "always"
        if told and dialect.queue_position != "absent":
            ahead = self.jobs.position(job, now) if phase == "in_queue" else 0
            reply["queue_position"] = ahead + (dialect.queue_position == "from_1")
        return Reply(value={**reply, **self._links(job, "status", "result")})

    def _result(self, call: Call, owner: str, dialect: Dialect) -> Reply:
        job = self._find(call, owner, dialect)
        if isinstance(job, Reply):
            return job
        phase = self.jobs.phase(job, self.clock())
        if phase in ("in_queue", "in_progress") and dialect.not_ready == "400005":
            return refusal(400, 400005, "The result is not ready")
        reply: JsonObject = {"request_id": job.request_id, "status": _spelt(phase, dialect)}
        if phase == "completed":
            reply |= self._ending(job, dialect)
        reply |= _times(job, dialect, ended=phase in ("completed", "cancelled"))
        if job.echo is not None:
            reply["input"] = job.echo
        if call.query.get("include_cost") == "true" and "output" in reply:
            job.cost_reads += 1
            if job.cost_reads > job.script.seconds("cost_after_reads", 0):
                reply["cost"] = job.price / MICRODOLLARS
            elif dialect.unknown_cost == "null":
                reply["cost"] = None
        return Reply(value=reply)

    def _cancel(self, call: Call, owner: str, dialect: Dialect) -> Reply:
        job = self._find(call, owner, dialect)
        if isinstance(job, Reply):
            return job
        now = self.clock()
        phases = ("in_queue",) if dialect.cancellable == "in_queue" else ("in_queue", "in_progress")
        if self.jobs.cancel(job, now, phases):
            self.accounts.charge(owner, -job.price)
        phase = self.jobs.phase(job, now)
        outcome = _spelt(phase, dialect) if phase == "cancelled" else "not_cancellable"
        told: dict[str, JsonObject] = {
            "outcome": {"status": _spelt(phase, dialect), "outcome": outcome},
            "status": {"status": outcome},
            "requested": {"status": _spelt(phase, dialect), "outcome": "cancellation_requested"},
            "contrary": {"status": "completed", "outcome": outcome},
        }
        return Reply(202, {"request_id": job.request_id, **told[dialect.cancel_reply]})

    def _models(self, call: Call, _owner: str, dialect: Dialect) -> Reply:
        return self._catalogue.page(call.query, dialect.schemas)

    def _categories(self, _call: Call, _owner: str, _dialect: Dialect) -> Reply:
        return self._catalogue.categories()

    def _balance(self, _call: Call, owner: str, _dialect: Dialect) -> Reply:
        return Reply(value=self.accounts.statement(owner))

    def _user(self, _call: Call, owner: str, _dialect: Dialect) -> Reply:
        return Reply(value=self.accounts.user(owner))

    def _model(self, call: Call, _owner: str, dialect: Dialect) -> Reply:
        spec = self._specs.get(call.target)
        return (
            model_refusal(dialect.model_error)
            if spec is None
            else self._catalogue.model(spec, dialect.schemas)
        )

    def _find(self, call: Call, owner: str, dialect: Dialect) -> Job | Reply:
        job = self.jobs.get(call.target, self.clock())
        if job is not None and job.owner == owner:
            return job
        if job is not None and dialect.ownership_error == "403001":
            return refusal(403, 403001, "PermissionDeniedError: the request is not yours")
        return refusal(404, 404001, "ResourceNotFound: no such request, or it has expired")

    def _queue_word(self, job: Job, dialect: Dialect) -> str:
        outcome = job.script.script.job.get("outcome")
        if outcome == "cancelled" or (outcome == "failed" and dialect.failed_on_status):
            return str(outcome)
        return "completed"

    def _ending(self, job: Job, dialect: Dialect) -> JsonObject:
        outcome = job.script.script.job.get("outcome", "succeeded")
        if outcome == "succeeded":
            folder = f"{self._storage_url}/{job.request_id}%3D/output"
            return {"status": dialect.success_word, "output": job.output.value(folder)}
        if outcome == "cancelled":
            return {"status": _spelt("cancelled", dialect)}
        error = job.script.script.job.get("error", "the model failed on this input")
        if isinstance(error, str) and dialect.error_shape != "string":
            details: JsonObject = {"error": error, "errorCode": 500, "debugInfo": "scripted"}
            error = [details] if dialect.error_shape == "list" else details
        return {"status": "failed", "error": error}

    def _links(self, job: Job, *names: str) -> JsonObject:
        folder = f"{self._base_url}/v1/requests/{job.request_id}"
        return {f"{name}_url": f"{folder}/{name}" for name in names}


_CATALOGUE = frozenset({"models", "categories", "model"})
_Operation = Callable[[Call, str, Dialect], Reply]


def _spelt(word: str, dialect: Dialect) -> str:
    return dialect.cancelled_word if word == "cancelled" else word


def _unwelcome(payload: object, spec: ModelSpec, dialect: Dialect) -> list[JsonObject]:
    """Return the faults that only some dialects find."""
    if not isinstance(payload, dict):
        return []
    known = cast("JsonObject", spec.input_schema.get("properties", {}))
    faults: list[JsonObject] = []
    for name, value in cast("JsonObject", payload).items():
        if dialect.extra_fields == "refused" and name not in known:
            faults.append(_fault(name, "Extra inputs are not permitted", "extra_forbidden"))
        if dialect.data_uris == "refused" and '"data:' in json.dumps(value):
            faults.append(_fault(name, "URL scheme should be 'https'", "url_scheme"))
    return faults


def _fault(name: str, message: str, kind: str) -> JsonObject:
    return {"loc": ["body", name], "msg": message, "type": kind}


def _digest(model_id: str, payload: object) -> str:
    text = json.dumps([model_id, payload], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _times(job: Job, dialect: Dialect, *, ended: bool) -> JsonObject:
    if dialect.timestamps == "none":
        return {}
    times = {"created_at": job.created, "finished_at": job.finished}
    shown = {k: timestamp(v) for k, v in times.items() if k == "created_at" or ended}
    if dialect.timestamps == "zulu":
        return {k: v.replace("+00:00", "Z") for k, v in shown.items()}
    return dict(shown)
