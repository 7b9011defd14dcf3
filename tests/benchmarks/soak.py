"""A bulk of jobs through two kill -9 and a faulty service: is every paid result on disk at the end?

``python tests/benchmarks/soak.py [JOBS]`` (2,000 by default) runs a worker process that submits, waits for and saves
jobs with a journal, kills it twice on the way, starts it again, and compares what the emulator made with what lies on
disk. One request in ten is spoilt. It exits 1 if a job was submitted twice by itself or a result that the journal knows
is missing.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import runcomfy_runtime as runtime
from runcomfy_runtime.testing import Emulator

ROOT = Path(__file__).resolve().parents[2]
MODEL = "stepfun-ai/stepx-edit2"
IN_FLIGHT: Final = 64
SPOILS: Final[dict[str, tuple[object, ...]]] = {
    "submit": ("drop_after", "html_502", "bad_json", "rate_limited"),
    "status": ("gateway_timeout", "reset", "rate_limited", "empty"),
    "result": ("html_502", "cut", "not_ready", "not_utf8"),
    "download": ("cut", "reset", "html_502"),
}


async def work(base_url: str, folder: Path, jobs: int) -> None:
    """Collect what the journal knows, then make the jobs that no intent was written for."""
    journal = runtime.Journal(folder / "jobs.jsonl")
    places = asyncio.Semaphore(IN_FLIGHT)
    async with runtime.AsyncClient("token", base_url=base_url, journal=journal) as client:

        async def save(output: runtime.AsyncMediaOutput) -> None:
            for file in output.files:
                await file.save(folder / f"{output.request_id}.png", overwrite=True)

        async for resumed in client.jobs.resume(120, concurrency=IN_FLIGHT):
            if resumed.output is not None:
                await save(resumed.output)
        intended = {entry.payload_sha256 for entry in journal.entries()}

        async def one(number: int) -> None:
            fields = {"prompt": f"job {number}", "image_url": "https://example.org/in.png"}
            request = client.model(MODEL).prepare(fields)
            if request.sha256 in intended:
                return
            async with places:
                try:
                    await save(await request.run())
                except runtime.SubmitUnknown:
                    return

        async with asyncio.TaskGroup() as group:
            for number in range(jobs):
                group.create_task(one(number))


def spoil(emulator: Emulator, jobs: int) -> None:
    """Spoil one request in ten."""
    seed = random.Random(3)
    for _ in range(jobs):
        steps: dict[str, object] = {}
        for call, faults in SPOILS.items():
            if seed.random() < 0.1:
                steps[call] = seed.choice(faults)
        emulator.script({"job": {}, **steps})


def main() -> int:
    """Print what was made, what was saved, and what is missing."""
    if sys.argv[1:2] == ["worker"]:
        asyncio.run(work(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])))
        return 0
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    started = time.monotonic()
    specs = ROOT / "specs"
    with (
        tempfile.TemporaryDirectory() as name,
        Emulator(specs, queue_seconds=0.1, run_seconds=0.2, slots=256) as emulator,
    ):
        folder = Path(name)
        spoil(emulator, jobs)
        command = [sys.executable, __file__, "worker", emulator.base_url, name, str(jobs)]
        for share in (0.3, 0.6):
            worker = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            while emulator.count("submit") < share * jobs and worker.poll() is None:
                time.sleep(0.01)
            worker.kill()
            worker.wait()
        ended = subprocess.run(command, check=False).returncode
        made = [call.created for call in emulator.calls if call.created is not None]
        saved = {path.stem for path in folder.glob("*.png")}
        journal = runtime.Journal(folder / "jobs.jsonl")
        known = {entry.request_id for entry in journal.entries() if entry.request_id}
        prompts = len(journal.entries())
        facts = {
            "jobs": jobs,
            "worker's last exit code": ended,
            "submits intended": prompts,
            "jobs made": len(made),
            "results on disk": len(saved),
            "told as unknown": len(journal.unknown()),
            "known and missing": len(known - saved),
            "pending": len(journal.pending()),
            "seconds": round(time.monotonic() - started),
        }
    print(json.dumps(facts, indent=2))
    unknown = facts["told as unknown"]
    good = (
        len(known - saved) == 0 and prompts == jobs and len(made) <= len(saved) + int(unknown or 0)
    )
    return 0 if good and ended == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
