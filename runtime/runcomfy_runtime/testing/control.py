"""The emulator's own control under `/__emulator__`, for tests in other processes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from starlette.routing import Route

from .errors import EmulatorError
from .faults import FAULTS
from .outputs import SHAPES
from .replies import JsonObject, Reply, refusal
from .scripts import parse_script
from .settings import DIALECT_WORDS

if TYPE_CHECKING:
    from starlette.requests import Request

    from .app import Gateway
    from .responses import Delivery

__all__ = ["control_routes"]


def control_routes(gateway: Gateway) -> list[Route]:
    """Build the control routes; they need no token.

    `POST|DELETE /__emulator__/scripts`, `GET|DELETE /__emulator__/calls`, `GET /__emulator__/jobs`,
    `GET /__emulator__/faults`.

    Args:
        gateway: what is controlled.
    """

    async def scripts(request: Request) -> Delivery:
        if request.method == "DELETE":
            gateway.scripts.clear()
        else:
            try:
                gateway.scripts.add(parse_script(cast("object", json.loads(await request.body()))))
            except (EmulatorError, ValueError) as error:
                return gateway.delivery(refusal(400, None, str(error)))
        return gateway.delivery(Reply(201, {"waiting": len(gateway.scripts)}))

    async def calls(request: Request) -> Delivery:
        if request.method == "DELETE":
            gateway.calls.clear()
        records = [record.summary() for record in gateway.calls.all()]
        return gateway.delivery(Reply(value={"calls": records}))

    async def jobs(_request: Request) -> Delivery:
        store, now = gateway.service.jobs, gateway.service.clock()
        store.advance(now)
        entries: list[JsonObject] = [
            {"request_id": j.request_id, "model_id": j.model_id, "phase": store.phase(j, now)}
            for j in store.all()
        ]
        return gateway.delivery(Reply(value={"jobs": entries}))

    async def faults(_request: Request) -> Delivery:
        listed: list[JsonObject] = [
            {"fault": f.name, "summary": f.summary, "calls": f.calls, "options": dict(f.options)}
            for f in FAULTS.values()
        ]
        shapes = {name: shape.summary for name, shape in SHAPES.items()}
        words = {name: list(choices) for name, choices in DIALECT_WORDS.items()}
        return gateway.delivery(Reply(value={"faults": listed, "shapes": shapes, "dialect": words}))

    return [
        Route("/__emulator__/scripts", scripts, methods=["POST", "DELETE"]),
        Route("/__emulator__/calls", calls, methods=["GET", "DELETE"]),
        Route("/__emulator__/jobs", jobs, methods=["GET"]),
        Route("/__emulator__/faults", faults, methods=["GET"]),
    ]
