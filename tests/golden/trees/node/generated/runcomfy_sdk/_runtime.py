"""The one place through which this package reaches its runtime. Written by runcomfy-codegen."""

from __future__ import annotations

import importlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runcomfy_runtime import *  # noqa: F403

_RUNTIME = "runcomfy_runtime"


def run_command_line(package: str) -> int:
    """Run the command line for the models of ``package``."""
    from runcomfy_runtime.cli import main

    return main(package)


def __getattr__(name: str) -> object:
    value: object = getattr(importlib.import_module(_RUNTIME), name)
    globals()[name] = value
    return value
