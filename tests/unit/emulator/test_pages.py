"""Web pages of this machine may call the emulator, those of other hosts may not."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from runcomfy_runtime.testing import Emulator

LOCAL = ["http://127.0.0.1:8000", "http://localhost:9", "http://[::1]:8000", "https://127.9.9.9"]
FOREIGN = [
    "https://evil.example",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example:80",
    "http://evil.example#localhost",
    "http://user@127.0.0.1",
    "null",
]
ASKED = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type",
}


@pytest.mark.parametrize("origin", [*LOCAL, *FOREIGN])
def test_only_pages_of_this_machine_are_let_in(specs_folder: Path, origin: str) -> None:
    allowed = {origin} if origin in LOCAL else set[str]()
    with Emulator(specs_folder) as emulator, httpx.Client(base_url=emulator.base_url) as client:
        before = client.options("/v1/models/acme/paint/edit", headers={"Origin": origin, **ASKED})
        answers = [
            before,
            client.get("/v1/models", headers={"Origin": origin, "Authorization": "Bearer x"}),
            client.get("/v1/requests/none/status", headers={"Origin": origin}),
            client.get(f"{emulator.storage_url}/none", headers={"Origin": origin}),
        ]
        assert before.is_success == bool(allowed)
        for answer in answers:
            assert {*answer.headers.get_list("access-control-allow-origin")} == allowed
        if allowed:
            assert "authorization" in before.headers["access-control-allow-headers"].lower()
        assert emulator.count(method="OPTIONS") == 0


def test_clients_that_are_no_pages_see_no_difference(specs_folder: Path) -> None:
    with Emulator(specs_folder) as emulator:
        answer = httpx.get(f"{emulator.base_url}/v1/models", headers={"Authorization": "Bearer x"})
        assert answer.is_success
        assert not [name for name in answer.headers if name.startswith("access-control")]
