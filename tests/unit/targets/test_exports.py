"""What the generated package shows of its runtime."""

from __future__ import annotations

import runcomfy_runtime as runtime
from runcomfy_codegen.targets.client import EXPORTS

BUILDING_BLOCKS = {
    "AsyncClient",
    "AsyncEndpoint",
    "AsyncModel",
    "AsyncNamespace",
    "Client",
    "Endpoint",
    "InputModel",
    "LocalMedia",
    "Model",
    "ModelInfo",
    "Namespace",
}
"""What generated code is made of, which users reach through their clients."""


def test_all_that_users_name_is_shown_by_the_generated_package() -> None:
    assert set(EXPORTS) == set(runtime.__all__) - BUILDING_BLOCKS
    assert set(runtime.__all__) >= BUILDING_BLOCKS
