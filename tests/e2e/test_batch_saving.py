"""Files of a batch's jobs, saved from the emulator into folders and into stores that fsspec knows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from runcomfy_runtime import AsyncMediaOutput, DownloadFailed
from runcomfy_runtime.batch import JobRecord, Saver, saver_for
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk import AsyncRunComfy

from .test_cli import MODEL, TOKEN, URL

HEAD = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(queue_seconds=0, run_seconds=0.05, token=TOKEN) as running:
        yield running


def job(key: str, output: AsyncMediaOutput) -> JobRecord:
    return JobRecord(
        key=key,
        model_id=MODEL,
        state="running",
        position=0,
        priority=0,
        attempt=1,
        request_id=output.request_id,
        error_type=None,
        error=None,
        cost=None,
        timings={},
        files=(),
        input={},
        output=output.raw,
    )


def saved(
    emulator: Emulator, saver: Saver, *keys: str, shape: str = "images"
) -> list[Sequence[str]]:
    """Run a job and save its files under each of ``keys``."""

    async def run() -> list[Sequence[str]]:
        emulator.script({"output": {"shape": shape, "count": 1 if shape == "image" else 3}})
        async with AsyncRunComfy(TOKEN, base_url=emulator.base_url) as client:
            output = await client.model(MODEL).run({"prompt": "x", "image_url": URL})
            return [await saver.save(job(key, output), output) for key in keys]

    return asyncio.run(run())


def files_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_each_file_of_a_job_has_its_number_and_saving_again_replaces(
    emulator: Emulator, tmp_path: Path
) -> None:
    saver = saver_for(tmp_path / "out")
    first, again = saved(emulator, saver, "shot", "shot")
    assert first == again
    assert len(first) == 3
    assert files_in(tmp_path / "out") == [f"shot/{n:03}.png" for n in range(1, len(first) + 1)]
    assert all(Path(path).read_bytes().startswith(HEAD) for path in first)


def test_hostile_keys_stay_in_the_folder_and_apart(emulator: Emulator, tmp_path: Path) -> None:
    keys = ["../../up", "/etc/passwd", "a/b", "a_b", "CON", "{index}{0.__class__}", "x" * 190]
    saver = saver_for(tmp_path / "out", "{key}{suffix}")
    places = saved(emulator, saver, *keys, shape="image")
    assert len({place for (place,) in places}) == len(keys)
    assert len(files_in(tmp_path)) == len(keys)
    assert {Path(place).parent for (place,) in places} == {tmp_path / "out"}


@pytest.mark.parametrize("scheme", ["memory", "file"])
def test_files_go_to_stores_that_fsspec_knows(
    emulator: Emulator, tmp_path: Path, scheme: str
) -> None:
    fsspec: Any = pytest.importorskip("fsspec", reason="needs the extra 'batch-remote'")
    address = f"{scheme}://{tmp_path}/out"
    saver = saver_for(address, "{model}/{key}{suffix}")
    first, again = saved(emulator, saver, "shot", "shot")
    assert first == again
    assert len(first) == 3
    system, root = fsspec.core.url_to_fs(address)
    assert len(system.find(root)) == len(first)
    for place in first:
        assert place.startswith(f"{scheme}://")
        with fsspec.open(place) as file:
            assert file.read(8) == HEAD


def test_what_cannot_be_stored_is_told(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, no folder")
    for place in (tmp_path / "out", f"file://{tmp_path}/out"):
        with pytest.raises((DownloadFailed, OSError)) as caught:
            saved(emulator, saver_for(place), "shot")
        assert isinstance(caught.value, OSError) or caught.value.cannot_write


def test_a_store_that_nobody_knows_is_refused() -> None:
    pytest.importorskip("fsspec", reason="needs the extra 'batch-remote'")
    with pytest.raises(ValueError, match="Protocol not known: nope"):
        saver_for("nope://bucket/x")
