"""Starting, stopping and refusing to start."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from runcomfy_runtime import testing
from runcomfy_runtime.testing import Emulator, EmulatorError, ManualClock
from runcomfy_runtime.testing.specs import check_agreement, find_specs


def test_a_busy_port_is_one_sentence_that_says_what_to_do(specs_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorError) as caught:
            Emulator(specs_folder, port=port).start()
        assert str(caught.value) == (
            f"port {port} on 127.0.0.1 is in use; stop what listens there or choose another port "
            "with --port"
        )
        with pytest.raises(EmulatorError, match="--storage-port"):
            Emulator(specs_folder, storage_port=port).start()


def test_it_stops_quickly_with_requests_hanging_and_can_start_again(specs_folder: Path) -> None:
    emulator = Emulator(specs_folder)
    for _ in range(2):
        with emulator:
            emulator.script({"models": "hang"})
            url = f"{emulator.base_url}/v1/models"
            headers = {"Authorization": "Bearer x"}
            failures: list[Exception] = []

            def hang(url: str = url) -> None:
                try:
                    httpx.get(url, headers=headers, timeout=20)  # noqa: B023
                except httpx.TransportError as error:
                    failures.append(error)  # noqa: B023

            thread = threading.Thread(target=hang)
            thread.start()
            while not emulator.count("models"):
                pass
            emulator.clear()
        thread.join(5)
        assert not thread.is_alive()
        with pytest.raises(EmulatorError, match="does not run"):
            _ = emulator.base_url


def test_it_cannot_be_started_twice(specs_folder: Path) -> None:
    with Emulator(specs_folder) as emulator, pytest.raises(EmulatorError, match="already runs"):
        emulator.start()


def test_it_can_be_used_from_async_code(specs_folder: Path) -> None:
    async def use() -> int:
        async with Emulator(specs_folder) as emulator, httpx.AsyncClient() as client:
            options = emulator.client_options()
            headers = {"Authorization": f"Bearer {options['token']}"}
            reply = await client.get(f"{options['base_url']}/v1/models", headers=headers)
            return int(reply.json()["total"])

    assert asyncio.run(use()) == 3


def test_the_access_log_is_written_only_when_asked_for(
    specs_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for wanted in (False, True):
        with Emulator(specs_folder, access_log=wanted) as emulator:
            httpx.get(f"{emulator.base_url}/v1/models", headers={"Authorization": "Bearer secret"})
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err == ("GET /v1/models -> 200\n" if wanted else "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "holds no specs"),
        ("{", "cannot be read as JSON"),
        ("[]", "an object is expected"),
        ('{"model_id": "a/b"}', "needs model_id and input_schema"),
    ],
)
def test_a_bad_specs_folder_is_named(tmp_path: Path, content: str | None, words: str) -> None:
    if content is not None:
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / "m.json").write_text(content)
    with pytest.raises(EmulatorError) as caught:
        Emulator(tmp_path)
    assert words in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_model_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    for name in "ab":
        spec = {"model_id": "a/b", "input_schema": {"type": "object"}}
        (tmp_path / "models" / f"{name}.json").write_text(json.dumps(spec))
    with pytest.raises(EmulatorError, match="repeats the model a/b"):
        Emulator(tmp_path)


def _package(folder: Path, name: str, model_id: str, schema: object) -> None:
    package = folder / "generated" / name
    (package / "_cli" / "acme").mkdir(parents=True)
    (package / "__init__.py").touch()
    entry = ("acme.paint", "models.acme.paint", "Paint", "Paint", "image-to-image")
    (package / "_catalog.py").write_text(f"MODELS = {{{model_id!r}: {entry!r}}}\n")
    (package / "_cli" / "acme" / "paint.json").write_text(json.dumps({"input_schema": schema}))
    spec = {"model_id": "acme/paint", "input_schema": {"type": "object"}}
    (folder / "specs" / "models").mkdir(parents=True)
    (folder / "specs" / "models" / "paint.json").write_text(json.dumps(spec))


@pytest.mark.parametrize(
    ("name", "model_id", "schema", "agree"),
    [
        ("agreeing_sdk", "acme/paint", {"type": "object"}, True),
        ("renamed_sdk", "acme/other", {"type": "object"}, False),
        ("changed_sdk", "acme/paint", {"type": "object", "required": ["x"]}, False),
    ],
)
def test_specs_and_generated_code_must_agree(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    model_id: str,
    schema: object,
    agree: bool,
) -> None:
    _package(tmp_path, name, model_id, schema)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "generated"), *sys.path])
    assert find_specs(name) == tmp_path / "specs"
    if agree:
        check_agreement(Emulator(package=name).specs, name)
    else:
        with pytest.raises(EmulatorError, match=r"disagree about acme/.*runcomfy-codegen generate"):
            Emulator(package=name)


def test_a_package_without_specs_beside_it_is_served_from_its_command_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _package(tmp_path, "lonely_sdk", "acme/paint", {"type": "object", "required": ["x"]})
    shutil.rmtree(tmp_path / "specs")
    table = next((tmp_path / "generated").rglob("paint.json"))
    table.write_text(json.dumps({"model_id": "acme/paint", **json.loads(table.read_text())}))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "generated"), *sys.path])

    assert Emulator(package="lonely_sdk").specs["acme/paint"].input_schema["required"] == ["x"]


def test_a_missing_package_is_named() -> None:
    with pytest.raises(EmulatorError, match="no package no_such_sdk"):
        Emulator(package="no_such_sdk")


def test_a_clock_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="cannot go back"):
        ManualClock().advance(-1)


def test_importing_the_package_loads_none_of_its_dependencies() -> None:
    code = (
        "import sys, runcomfy_runtime.testing; "
        "print(sorted({'starlette', 'uvicorn', 'jsonschema', 'PIL', 'pytest'} & set(sys.modules)))"
    )
    runtime = Path(testing.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=runtime
    )
    assert done.stdout.strip() == "[]"


def test_exported_names_exist() -> None:
    assert all(hasattr(testing, name) for name in testing.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = testing.nothing
