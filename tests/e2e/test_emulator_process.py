"""The emulator as a process of its own, and as a fixture in somebody else's tests."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import runcomfy_runtime

RUNTIME = Path(runcomfy_runtime.__file__).parents[1]
SERVE = """
import sys
from pathlib import Path
from runcomfy_runtime.testing import serve
serve(Path(sys.argv[1]), port=0, queue_seconds=0, run_seconds=0)
"""


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    schema = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
    spec = {"model_id": "acme/draw", "title": "Draw", "input_schema": schema}
    (tmp_path / "specs" / "models").mkdir(parents=True)
    (tmp_path / "specs" / "models" / "draw.json").write_text(json.dumps(spec))
    return tmp_path / "specs"


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(RUNTIME), "PYTHONUNBUFFERED": "1"}


def test_it_serves_until_interrupted_and_prints_on_stderr_only(specs: Path) -> None:
    command = [sys.executable, "-c", SERVE, str(specs)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment()
    )
    with process:
        assert process.stderr is not None
        assert process.stdout is not None
        line = process.stderr.readline()
        found = re.search(r"1 models at (http://127\.0\.0\.1:\d+) \(files at (http://\S+)\)", line)
        assert found is not None, line
        with httpx.Client(base_url=found[1], headers={"Authorization": "Bearer x"}) as client:
            job = client.post("/v1/models/acme/draw", json={"text": "x"}).json()["request_id"]
            output = client.get(f"/v1/requests/{job}/result").json()["output"]
            assert output["image"].startswith(found[2])
            assert httpx.get(output["image"]).headers["content-type"] == "image/png"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stdout.read() == ""
        assert process.stderr.read() == "emulator: stopped\n"


def test_the_fixture_works_in_a_project_of_its_own(specs: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "conftest.py").write_text(
        "from pathlib import Path\n"
        "import pytest\n"
        'pytest_plugins = ["runcomfy_runtime.testing.fixtures"]\n'
        '@pytest.fixture(scope="session")\n'
        "def runcomfy_specs():\n"
        f"    return Path({str(specs)!r})\n"
    )
    (project / "test_it.py").write_text(
        "def test_it(runcomfy_emulator):\n"
        '    assert runcomfy_emulator.client_options()["base_url"].startswith("http://127")\n'
        "    assert runcomfy_emulator.count() == 0\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(project)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=_environment(), cwd=project, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
