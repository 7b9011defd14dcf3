"""The names lock: what its file holds, and that no release before it is renamed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.plan.lock import ModelNames, Names, lock_text, read_lock

MODEL = {"path": "acme.a", "module": "models.acme.a", "class": "A"}


def write(folder: Path, content: str) -> Path:
    file = folder / "names.lock.json"
    file.write_text(content, encoding="utf-8")
    return file


def test_the_lock_survives_its_file(tmp_path: Path) -> None:
    names = Names(
        {
            "b/b": ModelNames("b.b", "models.b.b", "B"),
            "a/a": ModelNames(
                "a.a", "models.a.a", "A", {"/properties/x": "X"}, {"/properties/1": "field_1"}
            ),
        },
        {"a": "ANamespace", "b": "BNamespace"},
    )
    text = lock_text(names)

    assert read_lock(write(tmp_path, text)) == names
    assert list(json.loads(text)["models"]) == ["a/a", "b/b"]
    assert read_lock(tmp_path / "absent.json") == Names()


def test_version_1_is_read_with_the_names_that_its_releases_gave(tmp_path: Path) -> None:
    paths = {
        "acme/wan-2-5": "acme.wan_2_5",
        "acme/wan2-5": "acme.wan2_5",
        "acme/wan2-5/pro": "acme.wan2_5.pro",
        "acme/job": "acme.job",
        "acme/acme-namespace": "acme.acme_namespace",
        "acme/paint": "acme.paint",
        "acme/paint/input": "acme.paint.input",
    }
    names = read_lock(write(tmp_path, json.dumps({"version": 1, "models": paths})))

    assert {model_id: entry.path for model_id, entry in names.models.items()} == paths
    assert {model_id: entry.class_name for model_id, entry in names.models.items()} == {
        "acme/wan-2-5": "Wan25_2",
        "acme/wan2-5": "Wan25",
        "acme/wan2-5/pro": "Wan25Pro",
        "acme/job": "JobModel",
        "acme/acme-namespace": "AcmeNamespace_2",
        "acme/paint": "Paint",
        "acme/paint/input": "PaintInput",
    }
    assert names.models["acme/wan2-5/pro"].module == "models.acme.wan2_5__pro"
    assert names.namespaces == {"acme": "AcmeNamespace"}


def models(**entries: object) -> str:
    return json.dumps({"version": 2, "models": {**entries}, "namespaces": {}})


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "Expecting"),
        ("[]", "version"),
        ('{"models": {}}', "version"),
        ('{"version": 3, "models": {}}', "version is 3"),
        ('{"version": 1, "models": []}', "'models'"),
        ('{"version": 1, "models": {"acme/a": 1}}', "acme/a"),
        ('{"version": 1, "models": {"acme/a": "acme.class"}}', "acme.class"),
        ('{"version": 1, "models": {"acme/a": "../a"}}', "../a"),
        ('{"version": 1, "models": {"acme/a": "acme"}}', "acme"),
        ('{"version": 1, "models": {"acme/a": "acme.a", "acme/b": "acme.a"}}', "'acme.a'"),
        ('{"version": 2, "models": {}}', "'namespaces'"),
        (models(a={**MODEL, "path": "a b.c"}), "path of 'a'"),
        (models(a={**MODEL, "module": "models.other.a"}), "module of 'a'"),
        (models(a={**MODEL, "module": "models.acme.a.b"}), "module of 'a'"),
        (models(a={**MODEL, "class": "A(B)"}), "class of 'a'"),
        (models(a={**MODEL, "objects": {"/x": "X Y"}}), "'/x'"),
        (models(a={**MODEL, "fields": {"/x": "lambda"}}), "'/x'"),
        (models(a={**MODEL, "fields": []}), "'fields'"),
        (models(a=MODEL, b={**MODEL, "path": "acme.b"}), "module 'models.acme.a'"),
    ],
)
def test_a_damaged_lock_is_an_error_with_file_and_remedy(
    tmp_path: Path, content: str, word: str
) -> None:
    file = write(tmp_path, content)
    with pytest.raises(CodegenError) as caught:
        read_lock(file)

    [problem] = caught.value.problems
    assert problem.where == str(file)
    assert word in problem.message
    assert "version control" in problem.remedy
