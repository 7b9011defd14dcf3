"""Draw what a terminal shows while the command line works, from a real run against the emulator.

``python tests/e2e/picture.py FILE.svg``; ``make picture`` writes the one that README and docs show.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path

import pexpect
from rich.console import Console
from rich.text import Text
from runcomfy_runtime.testing import Emulator

COMMANDS = (
    "runcomfy-sdk models search edit",
    "runcomfy-sdk run stepfun-ai/stepx-edit2 --prompt 'make it night' --image-url in.png --output-format gif",
    "runcomfy-sdk run stepfun-ai/stepx-edit2 --prompt 'make it night' --image-url in.png -o out",
    "runcomfy-sdk jobs list",
)
WIDTH = 108
FONTS = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)
"""The picture's own fonts would come from another host."""


def main() -> int:
    """Draw the picture and return 0."""
    target = Path(sys.argv[1])
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Emulator(queue_seconds=1.2, run_seconds=1.5) as emulator,
    ):
        _draw_input(Path(folder) / "in.png")
        for command in COMMANDS:
            console.print(Text.assemble(("$ ", "green"), (command, "bold")))
            console.print(Text.from_ansi(_screen(command, folder, emulator)))
    svg = FONTS.sub("", console.export_svg(title="runcomfy-sdk"))
    target.write_text(svg, encoding="utf-8")
    sys.stderr.write(f"drew {target}\n")
    return 0


def _draw_input(file: Path) -> None:
    from PIL import Image

    Image.new("RGB", (640, 480), "teal").save(file)


def _screen(command: str, folder: str, emulator: Emulator) -> str:
    """Return what the command writes to a terminal, each state of its live line on a line of its own."""
    program, *arguments = shlex.split(command)
    terminal: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-m", program.replace("-", "_"), *arguments],
        cwd=folder,
        env={
            **os.environ,
            "TERM": "xterm-256color",
            "XDG_STATE_HOME": folder,
            "RUNCOMFY_TOKEN": "any",
            "RUNCOMFY_MODEL_API_BASE": emulator.base_url,
        },  # type: ignore[arg-type]
        encoding="utf-8",
        dimensions=(40, WIDTH),
        timeout=60,
    )
    terminal.expect(pexpect.EOF)
    shown: str = terminal.before or ""
    by_state: dict[str, str] = {}
    for line in re.split(r"\r\n|\r|\n", re.sub(r"\x1b\[[0-9;?]*[KAhlJ]", "", shown)):
        plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
        state = re.sub(r"^\W+|\s+\d+\.\ds ", " ", plain)
        by_state.setdefault(state, line)
    return "\n".join(line for line in by_state.values() if line.strip())


if __name__ == "__main__":
    sys.exit(main())
