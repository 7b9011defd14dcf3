"""Both type checkers accept right programs and flag wrong ones, of the linked package and of a copy alike."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from runcomfy_codegen.cli import main
from runcomfy_codegen.diff.witness.programs import programs_of
from support.checkers import CHECKERS, Complaint, completeness
from support.command import REPOSITORY
from support.documents import plan_of
from support.hard_models import hard_specs
from support.packages import make_package

HERE = Path(__file__).parent
pytestmark = pytest.mark.timeout(900)
PROGRAMS, SNAPSHOTS = HERE / "programs", HERE / "snapshots"
PACKAGES = {"linked": "runcomfy_sdk", "copied": "_vendor.rc"}
UPDATE = "python -m pytest tests/typing --update-golden"
Reports = Mapping[str, list[Complaint]]


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all that is to be checked, so that each checker starts once."""
    root = tmp_path_factory.mktemp("application")
    for form, package in PACKAGES.items():
        (root / form).mkdir()
        for program in PROGRAMS.glob("*.py"):
            text = program.read_text(encoding="utf-8").replace(PACKAGES["linked"], package)
            (root / form / program.name).write_text(text, encoding="utf-8")
    specs = str(REPOSITORY / "specs")
    assert main(["vendor", str(root / "_vendor/rc"), "--specs", specs, "--with-cli"]) == 0
    (root / "_vendor" / "__init__.py").touch()
    _write_hard_package(root)
    return root


def _write_hard_package(root: Path) -> None:
    """Write the package ``hard`` with a program for each of its models."""
    specs = hard_specs()
    made = make_package(root / "made", specs)
    shutil.move(made.folder / "runcomfy_sdk", root / "hard")
    shutil.rmtree(made.folder)
    for program in programs_of(plan_of(*specs, package="hard")):
        file = root / program.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(program.text, encoding="utf-8")


@pytest.fixture(scope="module")
def reports(application: Path) -> Reports:
    return {name: check(application) for name, check in CHECKERS.items()}


def of_form(complaints: list[Complaint], form: str) -> list[Complaint]:
    return [each for each in complaints if each.path.startswith(f"{form}/")]


@pytest.mark.parametrize("form", PACKAGES)
@pytest.mark.parametrize("checker", CHECKERS)
def test_right_calls_pass_and_wrong_ones_are_flagged(
    reports: Reports, checker: str, form: str
) -> None:
    text = (PROGRAMS / "wrong.py").read_text(encoding="utf-8")
    wanted = {n for n, line in enumerate(text.splitlines(), 1) if line.endswith("# flagged")}
    found = of_form(reports[checker], form)

    assert {(each.path, each.line) for each in found} == {
        (f"{form}/wrong.py", line) for line in wanted
    }


def shown(complaints: list[Complaint], form: str) -> str:
    """Return what is said of the wrong program, under the name of the linked package."""
    lines = (PROGRAMS / "wrong.py").read_text(encoding="utf-8").splitlines()
    said = "".join(
        f"{each.line}: {lines[each.line - 1].strip()}\n    {each.rule}: "
        + each.message.replace("\n", "\n    ")
        + "\n"
        for each in of_form(complaints, form)
    )
    return said.replace(PACKAGES[form], PACKAGES["linked"])


@pytest.mark.parametrize("form", PACKAGES)
@pytest.mark.parametrize("checker", CHECKERS)
def test_what_is_said_is_as_recorded(
    reports: Reports, checker: str, form: str, update_golden: bool
) -> None:
    file = SNAPSHOTS / f"{checker}.txt"
    said = shown(reports[checker], form)
    if update_golden and form == "linked":
        file.write_text(said, encoding="utf-8")

    assert said == file.read_text(encoding="utf-8"), f"if this is meant, run: {UPDATE}"


@pytest.mark.parametrize("folder", ["_vendor", "hard", "examples"])
@pytest.mark.parametrize("checker", CHECKERS)
def test_what_is_generated_is_clean_whatever_its_names(
    reports: Reports, checker: str, folder: str, application: Path
) -> None:
    assert list((application / folder).rglob("*.py"))
    assert of_form(reports[checker], folder) == []


@pytest.mark.parametrize("package", ["runcomfy_sdk", "runcomfy_runtime", "_vendor.rc"])
def test_every_public_type_is_known(application: Path, package: str) -> None:
    assert completeness(package, application) == (1, [])
