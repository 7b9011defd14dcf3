"""The generated tests pass on what was generated with them, and fail on what was not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from functional.test_equivalence import NODES, make_class, objects
from hypothesis import HealthCheck, given, settings
from runcomfy_codegen.app import Output, run_regenerate
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan.samples import plan_samples
from runcomfy_codegen.reporting import Reporter
from runcomfy_codegen.write import Mode
from runcomfy_runtime.inputs import find_faults
from support.command import REPOSITORY

CASES = REPOSITORY / "tests" / "golden" / "cases"
CORPUS = REPOSITORY.parent / "shared" / "corpus" / "pages"
RUNTIME = REPOSITORY / "runtime"
NESTED = "runcomfy_sdk/models/acme/nest_1_5__reference_to_video.py"


def make_project(pages: list[Path], folder: Path) -> Path:
    """Ingest and generate ``pages`` in ``folder`` and return the generated tree."""
    (folder / "specs" / "pages").mkdir(parents=True)
    for page in pages:
        shutil.copy(page, folder / "specs" / "pages")
    assert (
        run_regenerate(folder / "specs", Output(folder / "generated"), Mode.WRITE, Reporter()) == 0
    )
    return folder / "generated"


def run_tests(generated: Path, *arguments: str) -> tuple[int, str]:
    """Run pytest in a folder that has nothing to do with the tests, as the user of another project would."""
    place = generated.parent / "elsewhere"
    place.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
    plain = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [*command, str(generated / "tests"), *arguments],
        cwd=place,
        env={**plain, "PYTHONPATH": str(RUNTIME), "COLUMNS": "80"},
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


PAGES = [page for case in ("hostile", "nested", "node") for page in CASES.glob(f"{case}/*/*")]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(PAGES, tmp_path_factory.mktemp("project"))


def test_they_pass_on_their_own_package(generated: Path) -> None:
    code, said = run_tests(generated)

    assert code == 0, said
    assert re.search(r"^[1-9]\d\d passed in", said, re.MULTILINE), said


def test_they_need_no_specs_beside_them(generated: Path, tmp_path: Path) -> None:
    shutil.copytree(generated, tmp_path / "made")
    code, said = run_tests(tmp_path / "made", "-k", "test_minimal")

    assert code == 0, said
    assert re.search(r"^10 passed", said, re.MULTILINE), said


@pytest.mark.parametrize(
    ("old", "new", "failing"),
    [
        (", le=2.0)", ")", "test_violations[/elements/0/motion/speed maximum]"),
        ('Literal["walk", "run"]', "str", "test_violations[/elements/0/motion/mode enum]"),
        ('frozenset(["seed"])', 'frozenset(["seed", "images"])', "test_violations_async"),
        ('"241_positive_prompt": field', '"positive_prompt": field', "test_minimal"),
    ],
    ids=["bound", "choice", "null", "wire name"],
)
def test_a_broken_client_makes_them_fail(
    generated: Path, tmp_path: Path, old: str, new: str, failing: str
) -> None:
    shutil.copytree(generated, tmp_path / "made")
    module = tmp_path / "made" / NESTED
    text = module.read_text(encoding="utf-8")
    assert old in text
    module.write_text(text.replace(old, new), encoding="utf-8")
    code, said = run_tests(tmp_path / "made", "-k", f"nest and {failing.split('[')[0]}")

    assert code == 1, said
    assert f"::{failing}" in said, said


def lines_from_mypy(generated: Path) -> list[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases", "tests"]
    paths = os.pathsep.join([str(generated), str(RUNTIME)])
    done = subprocess.run(
        [*command, "--cache-dir", str(generated.parent / "cache"), "--python-version", "3.11"],
        cwd=generated,
        env={**os.environ, "MYPYPATH": paths},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return re.findall(r"^.* error: .*", done.stdout, re.MULTILINE)


def lines_from_pyright(generated: Path) -> list[str]:
    settings = generated.parent / "pyrightconfig.json"
    settings.write_text(
        json.dumps(
            {
                "include": ["generated/tests"],
                "extraPaths": ["generated", str(RUNTIME)],
                "pythonVersion": "3.11",
                "typeCheckingMode": "strict",
            }
        )
    )
    command = [sys.executable, "-m", "pyright", "--project", str(settings)]
    done = subprocess.run(
        [*command, "--pythonpath", sys.executable],
        cwd=generated.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return re.findall(r"^.* error: .*", done.stdout, re.MULTILINE)


@pytest.fixture(scope="module")
def later(generated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tests of one release over the package of the next, in which a field is gone."""
    folder = tmp_path_factory.mktemp("later")
    page = (CASES / "nested/pages/nested.txt").read_text(encoding="utf-8")
    shorter, count = re.subn(r'    "image_url_10": \{[^}]*\},\n', "", page)
    assert count == 1
    (folder / "nested.txt").write_text(shorter, encoding="utf-8")
    pages = [page for page in PAGES if page.name != "nested.txt"]
    made = make_project([*pages, folder / "nested.txt"], folder / "project")
    shutil.rmtree(made / "tests")
    shutil.copytree(generated / "tests", made / "tests")
    return made


@pytest.mark.parametrize("checker", [lines_from_mypy, lines_from_pyright])
def test_type_checkers_flag_the_use_of_a_removed_field_and_nothing_else(
    later: Path, checker: Callable[[Path], list[str]]
) -> None:
    flagged = checker(later)
    causes = [line for line in flagged if "reportUnknown" not in line]

    assert len(causes) == 2, flagged
    assert all("image_url_10" in line for line in causes)
    assert all("test_nest_1_5" in line for line in flagged)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(objects(NODES))
def test_a_generated_class_refuses_each_violation_at_its_place(schema: JsonObject) -> None:
    samples = plan_samples(schema, {})
    made = make_class(schema)

    for run in samples.runs:
        assert find_faults(made, cast("dict[str, Any]", run.payload)) == [], json.dumps(schema)
    for violation in samples.violations:
        faults = find_faults(made, cast("dict[str, Any]", violation.payload))
        places = [fault.path for fault in faults]
        assert violation.pointer in places, (json.dumps(schema), violation, places)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this checkout")
def test_those_of_the_corpus_pass(tmp_path: Path) -> None:
    generated = make_project(sorted(CORPUS.iterdir()), tmp_path)
    code, said = run_tests(generated)

    assert code == 0, said
    assert len(list(generated.glob("tests/*/test_*.py"))) == len(
        list(generated.glob("docs/models/*/*"))
    )
