"""The other generators: an environment of their own, and how they are run on the same models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from measure import Case, set_aside
from runcomfy_codegen.spec import ModelSpec
from workload import openapi_document

__all__ = ["CLASSES_SAMPLE", "classes_cases", "client_case", "count_endpoints", "make_peers"]

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
CLASSES_SAMPLE = 8
"""Models that datamodel-code-generator's command is measured on, one process each."""


def make_peers(folder: Path) -> Path:
    """Install the peers into ``folder`` unless they are there, and return its folder of commands."""
    commands = folder / "bin"
    ready = folder / "requirements.txt"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [commands / "python", "-m", "pip", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, "--quiet", "-r", REQUIREMENTS], check=True, stdout=sys.stderr)
        ready.write_text(wanted, encoding="utf-8")
    return commands


def client_case(commands: Path, folder: Path, specs: Sequence[ModelSpec]) -> Case:
    """Return openapi-python-client with its default hooks over one document of all models."""
    folder.mkdir(parents=True, exist_ok=True)
    document = folder / "openapi.json"
    document.write_text(json.dumps(openapi_document(specs), ensure_ascii=False), encoding="utf-8")
    command = [
        commands / "openapi-python-client",
        "generate",
        "--meta=none",
        "--path",
        document,
        "--output-path",
        folder / "client",
    ]
    return Case(
        "openapi-python-client, default hooks",
        command,
        folder,
        {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"},
        prepare=partial(set_aside, folder / "client"),
    )


def count_endpoints(folder: Path) -> int:
    """Return how many models the client that was made in ``folder`` has."""
    modules = (folder / "client" / "api").rglob("*.py")
    return sum(1 for module in modules if module.name != "__init__.py")


def classes_cases(commands: Path, folder: Path, specs: Sequence[ModelSpec]) -> list[Case]:
    """Return datamodel-code-generator's command, as it comes, on the input schema of a sample of the models."""
    folder.mkdir(parents=True, exist_ok=True)
    step = max(1, len(specs) // CLASSES_SAMPLE)
    cases: list[Case] = []
    for number, spec in enumerate(specs[::step][:CLASSES_SAMPLE]):
        schema = folder / f"schema-{number}.json"
        schema.write_text(json.dumps(spec.input_schema, ensure_ascii=False), encoding="utf-8")
        command = [
            commands / "datamodel-codegen",
            "--input",
            schema,
            "--input-file-type=jsonschema",
            "--output-model-type=pydantic_v2.BaseModel",
            "--output",
            folder / f"model_{number}.py",
        ]
        cases.append(Case(f"datamodel-codegen {number}", command, folder))
    return cases
