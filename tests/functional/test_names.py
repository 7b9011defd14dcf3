"""Packages whose ids and fields have the names that Python, pydantic or the package itself uses, or that collide."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from runcomfy_codegen.jsontypes import Json, JsonObject
from support.command import REPOSITORY
from support.documents import make_spec
from support.packages import Package, make_package

TEXT: JsonObject = {"type": "string"}
FIELDS = [
    *(
        "str",
        "int",
        "float",
        "bool",
        "list",
        "frozenset",
        "object",
        "type",
        "None",
        "class",
        "match",
    ),
    *(
        "Literal",
        "Sequence",
        "Annotated",
        "Field",
        "ClassVar",
        "InputModel",
        "MODEL",
        "Unset",
        "UNSET",
    ),
    *("json", "copy", "dict", "schema", "model_fields", "self", "cls", "options", "__init__", "_x"),
    *("x-y", "x_y", "x y", "1", "field_1", "图片", "größe", "-", "run", "print"),
]
IDS = [
    *(
        "acme/paint",
        "acme/paint/input",
        "acme/paint/edit",
        "acme/paint/run/4K",
        "acme/job",
        "acme/none",
    ),
    *(
        "acme/str/edit",
        "acme/str",
        "acme/cached-property/x",
        "acme/cached-property/y",
        "acme/patch",
    ),
    *(
        "acme/con",
        "acme/wan-2-5",
        "acme/wan2-5",
        "acme/WAN 2.5",
        "acme/max-namespace",
        "acme/max/edit",
    ),
    *("acme/namespaces", "acme/init", "acme/__init__", "acme/TYPE_CHECKING", "acme/annotations"),
    *("async/namespace", "async/x/y", "async/async/x/y", "find-model/x", "wan-2/x/y", "wan2/x/y"),
    *("jobs/x", "model-ids/x", "nul/aux", f"long/{'x' * 190}", f"long/{'x' * 189}y", "int/float"),
]


def nested() -> dict[str, Json]:
    """Return fields that hold objects whose classes could be taken for those of models."""
    item: JsonObject = {"type": "object", "properties": {"int": {"type": "integer"}, "seed": TEXT}}
    fields: dict[str, Json] = {
        "paint": item,
        "edit": item,
        "paint_edit": {"type": "array", "items": item},
    }
    return {name: copy.deepcopy(field) for name, field in fields.items()}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    fields: dict[str, Json] = {wire: {"type": "integer"} for wire in FIELDS}
    specs = [make_spec({**fields, **nested()} if n < 3 else {"a": TEXT}, model_id=model_id)
             for n, model_id in enumerate(IDS)]  # fmt: skip
    return make_package(tmp_path_factory.mktemp("names"), specs)


def test_every_model_is_reached_by_its_path_and_sends_wire_names(package: Package) -> None:
    shown = package.run("""
        import inspect, json
        from importlib import import_module
        from operator import attrgetter
        from runcomfy_sdk import RunComfy
        from runcomfy_sdk._catalog import MODELS
        sent = {}
        with RunComfy() as client:
            for model_id, entry in MODELS.items():
                node = attrgetter(entry.attribute_path)(client)
                assert node.model.id == model_id
                module = import_module(f"runcomfy_sdk.{entry.module}")
                assert type(node) is getattr(module, entry.class_name)
                names = [n for n in inspect.signature(node.prepare).parameters if n != "options"]
                values = {n: {"seed": "s"} if n in ("paint", "edit") else [] if n == "paint_edit" else 1 for n in names}
                values = {n: "t" for n in names} if names == ["a"] else values
                sent[model_id] = sorted(node.prepare(**values).payload)
        print(json.dumps(sent))
    """)
    sent = json.loads(shown)

    assert sorted(sent) == sorted(IDS)
    for model_id in IDS[:3]:
        assert sent[model_id] == sorted([*FIELDS, *nested()])


def test_no_file_has_a_name_that_some_disk_refuses(package: Package) -> None:
    files = [file.relative_to(package.folder) for file in package.folder.rglob("*")]
    parts = {part.partition(".")[0].lower() for file in files for part in file.parts}

    assert not parts & {"con", "nul", "aux", "prn"}
    assert max(len(part) for file in files for part in file.parts) < 200
    assert len({str(file).lower() for file in files}) == len(files)


def test_both_type_checkers_accept_the_package(package: Package) -> None:
    folder = package.folder
    (folder / "pyrightconfig.json").write_text(
        json.dumps({"typeCheckingMode": "strict", "extraPaths": [str(REPOSITORY / "runtime")]}),
        encoding="utf-8",
    )
    for tool in (
        ["mypy", "--strict", "--no-error-summary", "-p", "runcomfy_sdk"],
        ["pyright", "--pythonpath", sys.executable],
    ):
        done = check(folder, tool)
        assert done.returncode == 0, done.stdout


def check(folder: Path, tool: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *tool], cwd=folder, capture_output=True, text=True, check=False
    )
