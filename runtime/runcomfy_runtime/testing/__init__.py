"""An emulator of the Model API on loopback, for tests, examples and trials without a bill.

    from runcomfy_runtime.testing import Emulator

    with Emulator() as emulator:
        client = RunComfy(**emulator.client_options())

Web pages that this machine serves itself (from `localhost`, `127.0.0.1` or `[::1]`) may call it too; those of other
hosts may not. It needs the extra `emulator`. Importing this package loads nothing of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .calls import RecordedCall
    from .clock import ManualClock, SystemClock
    from .errors import EmulatorError
    from .server import ClientOptions, Emulator, serve

__all__ = [
    "ClientOptions",
    "Emulator",
    "EmulatorError",
    "ManualClock",
    "RecordedCall",
    "SystemClock",
    "serve",
]

_MODULES = {
    "ClientOptions": "server",
    "Emulator": "server",
    "EmulatorError": "errors",
    "ManualClock": "clock",
    "RecordedCall": "calls",
    "SystemClock": "clock",
    "serve": "server",
}


def __getattr__(name: str) -> object:
    """Import an exported name on first use."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(f".{_MODULES[name]}", __name__)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"starlette", "uvicorn", "jsonschema", "PIL"}:
            raise
        raise ImportError(
            f"the emulator needs {error.name}; run: pip install 'runcomfy-sdk[emulator]'"
        ) from error
    value: object = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the exported names."""
    return sorted(__all__)
