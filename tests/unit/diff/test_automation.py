"""The workflow and the pre-commit hook are YAML that names commands which exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any, cast

import click
import pytest
import yaml
from runcomfy_codegen.cli import cli
from support.command import REPOSITORY

WORKFLOW = REPOSITORY / ".github" / "workflows" / "regenerate.yml"
HOOKS = REPOSITORY / ".pre-commit-hooks.yaml"
_CALL = re.compile(r"(?<!name: )\bruncomfy-codegen (\S+)((?: [^\n>|;&]*)?)")


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def steps() -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", read(WORKFLOW)["jobs"]["regenerate"]["steps"])


def calls() -> list[tuple[str, str]]:
    texts = [str(step.get("run", "")) for step in steps()]
    texts += [str(hook["entry"]) for hook in read(HOOKS)]
    return [match for text in texts for match in _CALL.findall(text)]


def test_the_commands_are_the_ones_that_regenerate_and_report() -> None:
    assert [name for name, _ in calls()] == ["ingest", "regenerate", "diff", "regenerate"]


@pytest.mark.parametrize(("name", "rest"), calls())
def test_each_command_and_each_of_its_options_exists(name: str, rest: str) -> None:
    command = cli.commands[name]
    known = {
        flag
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for flag in parameter.opts
    }

    assert {word for word in shlex.split(rest) if word.startswith("-")} <= known


def test_the_workflow_runs_weekly_and_by_hand_on_the_python_it_needs() -> None:
    # YAML 1.1 reads the key `on` as true.
    triggers = read(WORKFLOW)[True]
    python = next(step for step in steps() if "setup-python" in step.get("uses", ""))

    assert len(triggers["schedule"][0]["cron"].split()) == 5
    assert "workflow_dispatch" in triggers
    assert python["with"]["python-version"] == "3.11"


def test_the_workflow_has_the_least_rights_and_pinned_actions() -> None:
    document = read(WORKFLOW)

    assert document["permissions"] == {}
    assert document["jobs"]["regenerate"]["permissions"] == {
        "contents": "write",
        "pull-requests": "write",
    }
    for step in steps():
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/x@v1"))


def test_the_token_is_seen_by_the_one_step_that_needs_it() -> None:
    with_token = [step for step in steps() if "RUNCOMFY_TOKEN" in str(step.get("env", {}))]

    assert [step["name"] for step in with_token] == ["Read the live catalogue"]
    assert "${{" not in "".join(str(step.get("run", "")) for step in steps())


def test_the_make_target_of_the_workflow_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")

    assert any(step.get("run") == "make setup" for step in steps())
    assert re.search(r"^setup:", makefile, re.MULTILINE)


def test_the_hook_checks_the_whole_tree_at_once() -> None:
    [hook] = read(HOOKS)

    assert hook["pass_filenames"] is False
    assert re.match(hook["files"], "specs/pages/a.txt")
    assert not re.match(hook["files"], "src/specs/a.txt")
