"""Run one job of every bundled model against the emulator, as a user would, and keep the files.

``python tests/e2e/demo.py [FOLDER]``; exit status 0 only if every job ended with a file that is on disk.
"""

from __future__ import annotations

import json
import operator
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from runcomfy_codegen.plan.names import parameter_names
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk import JobStatus, MediaOutput, Options, RunComfy, RunComfyError
from runcomfy_sdk._catalog import MODELS, CatalogEntry

PACKAGE = Path(sys.modules["runcomfy_sdk"].__file__ or "").parent
CLEAR = "\r\x1b[K"
MEDIA = (".png", ".jpg", ".jpeg", ".webp", ".mp4", ".wav")
TERMINAL = sys.stderr.isatty()


def say(text: str) -> None:
    """Print one line for people, over the live line if there is one."""
    sys.stderr.write(f"{CLEAR if TERMINAL else ''}{text}\n")


class LiveLine:
    """Shows a job's state as one line that is written over on a terminal."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.started = time.monotonic()

    def __call__(self, status: JobStatus) -> None:
        """Show ``status``."""
        place = f", position {status.queue_position}" if status.queue_position else ""
        text = (
            f"  {self.title}: {status.state}{place} after {time.monotonic() - self.started:.1f} s"
        )
        if TERMINAL:
            sys.stderr.write(f"{CLEAR}{text}")
            sys.stderr.flush()
        else:
            say(text)


def table_of(entry: CatalogEntry) -> dict[str, Any]:
    """Return the command table's file of one model: its schema and the docs' own example."""
    file = PACKAGE / "_cli" / Path(*entry.module.split(".")[1:])
    table: dict[str, Any] = json.loads(file.with_name(f"{file.name}.json").read_text("utf-8"))
    return table


def run_with_client(client: RunComfy, entry: CatalogEntry, folder: Path) -> list[Path]:
    """Run the docs' own example of one model through the generated client and return the saved files."""
    table = table_of(entry)
    names = parameter_names(table["input_schema"]["properties"])
    arguments = {names[wire]: value for wire, value in table["example"].items()}
    endpoint = operator.attrgetter(entry.attribute_path)(client)
    live = LiveLine(entry.title)
    output: MediaOutput = endpoint.run(**arguments, options=Options(timeout=60, on_update=live))
    return [file.save(folder) for file in output.files]


def run_with_command(
    emulator: Emulator, model_id: str, entry: CatalogEntry, folder: Path
) -> list[Path]:
    """Run the docs' own example of one model through the command line and return the saved files."""
    before = set(folder.glob("*"))
    command = [sys.executable, "-m", "runcomfy_sdk", "run", model_id]
    command += ["--input", json.dumps(table_of(entry)["example"]), "-o", str(folder)]
    environment = {
        **os.environ,
        "RUNCOMFY_TOKEN": "demo",
        "RUNCOMFY_MODEL_API_BASE": emulator.base_url,
        "XDG_STATE_HOME": str(folder),
    }
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, check=False, timeout=120
    )
    if done.returncode != 0:
        say(f"  the command ended with exit code {done.returncode}")
        return []
    return sorted(path for path in set(folder.rglob("*")) - before if path.suffix in MEDIA)


def main() -> int:
    """Run the demo and return its exit status."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output")
    folder.mkdir(parents=True, exist_ok=True)
    failures = 0
    with (
        Emulator(queue_seconds=0.6, run_seconds=1.0) as emulator,
        RunComfy(token="demo", base_url=emulator.base_url) as client,
    ):
        say(f"emulator at {emulator.base_url}, {len(MODELS)} models")
        for model_id, entry in MODELS.items():
            try:
                saved = run_with_client(client, entry, folder)
            except RunComfyError as error:
                saved = []
                say(f"  {error}")
            failures += not saved
            say(
                f"{'ok ' if saved else 'FAILED'} {model_id}: {', '.join(map(str, saved)) or 'no file'}"
            )
        model_id, entry = next(iter(MODELS.items()))
        say(f"$ runcomfy-sdk run {model_id} --input '{{…}}' -o {folder}")
        saved = run_with_command(emulator, model_id, entry, folder)
        failures += not saved
        say(
            f"{'ok ' if saved else 'FAILED'} command line: {', '.join(map(str, saved)) or 'no file'}"
        )
    empty = [path for path in folder.iterdir() if path.is_file() and path.stat().st_size == 0]
    say(
        f"files are in {folder.resolve()}"
        if not failures and not empty
        else f"{failures} of {len(MODELS) + 1} jobs failed"
    )
    return 1 if failures or empty else 0


if __name__ == "__main__":
    sys.exit(main())
