"""The HTTP side: routes of the Model API and of the storage host."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.routing import Route

from .calls import CallLog, RecordedCall
from .errors import EmulatorError
from .faults import FAULTS
from .replies import Action, Cut, Reply, Trickle, refusal
from .responses import Connections, Delivery
from .scripts import BoundScript, Script, ScriptBook, Step, parse_script
from .service import Call, Service
from .storage import Storage, in_range

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Receive, Scope, Send

__all__ = ["SCRIPT_HEADER", "Gateway", "api_routes", "storage_routes"]

SCRIPT_HEADER = "X-Emulator-Script"
"""Header that carries a script for one request, and for the job it makes."""

_LOOPBACK = r"https?://(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?"
"""Origins of web pages that this machine serves itself; the form on the pages of the docs is one."""

_NOTHING = Reply()
_PLAIN = BoundScript(Script())


class Gateway:
    """Receive requests, look up their scripts, and deliver the right or the scripted answer.

    Args:
        service: answers the calls.
        storage: answers the downloads.
        scripts: the scripts that wait.
        calls: where requests are recorded.
        connections: the open connections.
        max_body_bytes: largest request body.
        report: receives each finished record; None reports nothing.
    """

    def __init__(
        self,
        service: Service,
        storage: Storage,
        scripts: ScriptBook,
        calls: CallLog,
        connections: Connections,
        max_body_bytes: int,
        report: Callable[[RecordedCall], None] | None = None,
    ) -> None:
        self.service = service
        self.storage = storage
        self.scripts = scripts
        self.calls = calls
        self.connections = connections
        self._max_body_bytes = max_body_bytes
        self._report = report

    def delivery(self, action: Action) -> Delivery:
        """Wrap an action for the wire."""
        return Delivery(action, self.connections)

    async def handle(self, name: str, target: str, request: Request) -> Delivery:
        """Handle one request.

        Args:
            name: kind of call.
            target: model id, request id, or for downloads `request_id/file`.
            request: the request.
        """
        request_id = target.partition("/")[0] if name == "download" else target
        record = RecordedCall(
            name,
            request.method,
            request.url.path,
            request_id,
            request.url.query,
            self.service.clock(),
            "authorization" in request.headers,
        )
        self.calls.add(record)
        try:
            script, step = self._script(name, request_id, request.headers.get(SCRIPT_HEADER))
        except EmulatorError as error:
            action: Action = refusal(400, None, f"{SCRIPT_HEADER}: {error}")
        else:
            if step is not None:
                record.fault = step.fault
            action = await self._act(name, target, request, script, step, record)
            if name == "download":
                headers = request.headers
                action = in_range(action, headers.get("range"), headers.get("if-range"))
        if isinstance(action, Reply | Cut | Trickle):
            record.status = (action if isinstance(action, Reply) else action.reply).status
        if self._report:
            self._report(record)
        return self.delivery(action)

    async def _act(
        self,
        name: str,
        target: str,
        request: Request,
        script: BoundScript,
        step: Step | None,
        record: RecordedCall,
    ) -> Action:
        fault = FAULTS[step.fault if step else "none"]
        reply = _NOTHING
        if fault.acts if step is None or step.act is None else step.act:
            reply = await self._answer(name, target, request, script, record)
        if step is None:
            return reply
        if step.delay:
            await asyncio.sleep(step.delay)
        return fault.spoil(step.options, reply)

    async def _answer(
        self, name: str, target: str, request: Request, script: BoundScript, record: RecordedCall
    ) -> Reply:
        if name == "download":
            return self.storage.answer(*target.split("/", 1))
        body = await self._body(request) if request.method == "POST" else b""
        if body is None:
            return refusal(413, None, "Request Entity Too Large")
        call = Call(
            name,
            target,
            request.headers.get("authorization"),
            request.query_params,
            body,
            script,
        )
        reply = self.service.answer(call)
        if name == "submit" and reply.value and "request_id" in reply.value:
            record.created = str(reply.value["request_id"])
            self.scripts.bind(script)
        return reply

    async def _body(self, request: Request) -> bytes | None:
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > self._max_body_bytes:
                return None
            parts.append(part)
        return b"".join(parts)

    def _script(
        self, name: str, target: str, header: str | None
    ) -> tuple[BoundScript, Step | None]:
        if header is not None:
            script = BoundScript(parse_script(_parse(header)))
            return script, script.step(name)
        if name == "submit":
            waiting = self.scripts.for_submit(target)
            script = waiting or _PLAIN
            step = script.step(name) if waiting else None
            return script, step or self.scripts.step(name, target, None)
        if name in ("models", "categories", "model", "balance", "user"):
            return _PLAIN, self.scripts.step(name, target or None, None)
        job = self.service.jobs.get(target, self.service.clock())
        script = job.script if job else _PLAIN
        step = script.step(name) if job else None
        return script, step or self.scripts.step(name, job.model_id if job else None, target)


def _parse(text: str) -> object:
    try:
        return cast("object", json.loads(text))
    except ValueError as error:
        raise EmulatorError(f"not JSON: {error}") from error


class _Endpoint:
    """An ASGI application for one kind of call."""

    def __init__(self, gateway: Gateway, name: str, parameters: tuple[str, ...]) -> None:
        self._gateway = gateway
        self._name = name
        self._parameters = parameters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        values = cast("Mapping[str, str]", scope["path_params"])
        target = "/".join(values[name] for name in self._parameters)
        request = Request(scope, receive)
        delivery = await self._gateway.handle(self._name, target, request)
        await delivery(scope, receive, send)


def _starlette(gateway: Gateway, routes: list[Route]) -> Starlette:
    async def refuse(_request: Request, error: Exception) -> Delivery:
        status = int(getattr(error, "status_code", 500))
        return gateway.delivery(refusal(status, None, "Not Found" if status == 404 else str(error)))

    pages = Middleware(
        CORSMiddleware,
        allow_origin_regex=_LOOPBACK,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", SCRIPT_HEADER],
    )
    return Starlette(
        routes=routes,
        middleware=[pages],
        exception_handlers={404: refuse, 405: refuse},  # type: ignore[dict-item]
    )


def api_routes(gateway: Gateway, control: list[Route]) -> Starlette:
    """Build the application of the Model API.

    Args:
        gateway: handles the requests.
        control: further routes, for the emulator's own control.
    """

    def route(path: str, method: str, name: str, *parameters: str) -> Route:
        return Route(path, _Endpoint(gateway, name, parameters), methods=[method])

    job = "/v1/requests/{request_id}"
    routes = [
        route(f"{job}/status", "GET", "status", "request_id"),
        route(f"{job}/result", "GET", "result", "request_id"),
        route(f"{job}/cancel", "POST", "cancel", "request_id"),
        route("/v1/models", "GET", "models"),
        route("/v1/models/categories", "GET", "categories"),
        route("/v1/models/{model_id:path}", "GET", "model", "model_id"),
        route("/v1/models/{model_id:path}", "POST", "submit", "model_id"),
        route("/prod/v2/balance", "GET", "balance"),
        route("/api/auth/me", "GET", "user"),
    ]
    return _starlette(gateway, [*routes, *control])


def storage_routes(gateway: Gateway) -> Starlette:
    """Build the application of the storage host.

    Args:
        gateway: handles the requests.
    """
    endpoint = _Endpoint(gateway, "download", ("request_id", "name"))
    return _starlette(gateway, [Route("/{request_id}=/output/{name}", endpoint, methods=["GET"])])
