"""The command line of models whose ids and fields are hard to name: each can be named, typed and read back."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.hard_models import hard_specs
from support.packages import Package, make_package

PROGRAM = """
    import contextlib, io, json, shlex
    from runcomfy_runtime.cli import run
    from runcomfy_runtime.cli.catalogue import Catalogue

    def call(*words):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run("runcomfy_sdk", words)
        assert code == 0, (words, code, err.getvalue())
        return out.getvalue()

    count = 0
    for model in Catalogue("runcomfy_sdk").models():
        record = Catalogue("runcomfy_sdk").record(model.model_id)
        example = call("run", model.model_id, "--help").split("Example:\\n", 1)[1]
        words = shlex.split(example.replace("\\\\\\n", " "))
        assert words[1:3] == ["run", model.model_id], words
        shown = json.loads(call(*words[1:], "--dry-run"))
        assert shown["payload"] == record.example, (model.model_id, shown["payload"])
        compile(shown["python"], model.model_id, "exec")
        given = json.dumps(record.example)
        again = json.loads(call("submit", model.model_id, "--input", given, "--dry-run"))
        assert again["payload"] == shown["payload"], model.model_id
        count += 1
    print(count)
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return make_package(tmp_path_factory.mktemp("hard"), hard_specs())


def test_the_example_in_the_help_of_every_model_is_its_input(
    package: Package, tmp_path: Path
) -> None:
    assert int(package.run(PROGRAM)) == len(hard_specs())
