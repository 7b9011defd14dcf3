"""Generated packages, imported on their own: what their classes accept, refuse, send and name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runcomfy_codegen.plan.names import CLIENT_ATTRIBUTES, ENDPOINT_ATTRIBUTES
from support.documents import make_spec
from support.packages import Package, make_package

LINK = "https://files.example.com/a.png"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    text = {"type": "string"}
    return make_package(
        tmp_path_factory.mktemp("package"),
        [
            make_spec(
                {
                    "prompt": {**text, "maxLength": 9},
                    "image_url": {**text},
                    "size": {"type": "string", "enum": ["1:1", "16:9"], "default": "1:1"},
                    "strength": {"type": "float", "minimum": 0, "maximum": 1},
                    "seed": {"type": ["integer", "null"]},
                    "steps": {"type": "integer"},
                    "241_text": {**text},
                    "class": {**text},
                    "loras": {
                        "type": "array",
                        "maxItems": 2,
                        "items": {"path": {**text}, "scale": {"type": "float", "maximum": 4}},
                    },
                },
                required=["prompt", "image_url"],
                model_id="acme/paint-box/max",
                example={"prompt": "fox", "image_url": LINK},
            ),
            make_spec({"prompt": {**text}}, model_id="acme/paint-box/max/edit"),
            make_spec({}, model_id="umbra/Draw Now/4K"),
        ],
    )


def test_prepare_gives_wire_names_and_drops_what_is_unset(package: Package) -> None:
    shown = package.run(f"""
        import json
        from runcomfy_sdk import RunComfy
        with RunComfy() as client:
            request = client.acme.paint_box.max.prepare(
                prompt="fox", image_url="{LINK}", field_241_text="x", class_="c", seed=None,
                loras=[{{"path": "p", "scale": 1}}])
            print(json.dumps(dict(request.payload)))
    """)

    assert json.loads(shown) == {
        "prompt": "fox",
        "image_url": LINK,
        "241_text": "x",
        "class": "c",
        "seed": None,
        "loras": [{"path": "p", "scale": 1}],
    }


def test_object_items_may_be_instances_of_the_generated_class(package: Package) -> None:
    shown = package.run(f"""
        import json
        from runcomfy_sdk import RunComfy
        from runcomfy_sdk.models.acme.paint_box__max import LorasItem
        with RunComfy() as client:
            request = client.acme.paint_box.max.prepare(
                prompt="fox", image_url="{LINK}", loras=[LorasItem(path="p")])
            print(json.dumps(dict(request.payload)))
    """)

    assert json.loads(shown)["loras"] == [{"path": "p"}]


def test_all_faults_are_named_at_once_with_their_paths(package: Package) -> None:
    shown = package.run("""
        import json
        from runcomfy_sdk import InvalidInput, RunComfy
        with RunComfy() as client:
            try:
                client.acme.paint_box.max.prepare(
                    prompt="a long prompt", image_url="plain words", size="2:1", strength=2,
                    steps=None, loras=[{"path": "p", "scale": 9, "weight": 1}])
            except InvalidInput as error:
                print(json.dumps([fault.path for fault in error.faults]))
    """)

    assert sorted(json.loads(shown)) == [
        "/image_url",
        "/loras/0/scale",
        "/loras/0/weight",
        "/prompt",
        "/size",
        "/steps",
        "/strength",
    ]


STRICT: list[tuple[str, list[str]]] = [
    ("strength=1", []),
    ("strength=True", ["/strength"]),
    ("steps=1.5", ["/steps"]),
    ("steps='1'", ["/steps"]),
    ("steps=10**40", []),
    ("strength=float('nan')", ["/strength"]),
    ("seed=None", []),
    ("size=None", ["/size"]),
    ("loras=[]", []),
    ("loras=[{}, {}, {}]", ["/loras"]),
    ("loras='p'", ["/loras"]),
]


@pytest.fixture(scope="module")
def refused(package: Package) -> dict[str, list[str]]:
    """Return the paths of the faults that each of the arguments has."""
    shown = package.run(f"""
        import json
        from runcomfy_sdk import InvalidInput, RunComfy
        found = {{}}
        with RunComfy() as client:
            for text in {[arguments for arguments, _ in STRICT]!r}:
                given = eval(f"dict({{text}})")
                try:
                    client.acme.paint_box.max.prepare(prompt="fox", image_url="{LINK}", **given)
                    found[text] = []
                except InvalidInput as error:
                    found[text] = [fault.path for fault in error.faults]
        print(json.dumps(found))
    """)
    answer: dict[str, list[str]] = json.loads(shown)
    return answer


@pytest.mark.parametrize(("arguments", "faults"), STRICT)
def test_types_are_strict(refused: dict[str, list[str]], arguments: str, faults: list[str]) -> None:
    assert refused[arguments] == faults


def test_fields_are_keywords_and_required_ones_must_be_given(package: Package) -> None:
    package.run("""
        from runcomfy_sdk import RunComfy
        with RunComfy() as client:
            model = client.acme.paint_box.max
            for call in (lambda: model.prepare("fox"), lambda: model.prepare(), lambda: model.prepare(promt="")):
                try:
                    call()
                except TypeError:
                    continue
                raise SystemExit("accepted")
    """)


def test_a_node_is_an_endpoint_and_a_namespace_at_once(package: Package) -> None:
    shown = package.run("""
        import asyncio
        from runcomfy_sdk import AsyncRunComfy, RunComfy
        with RunComfy() as client:
            print(client.acme.paint_box.max.model.id, client.acme.paint_box.max.edit.model.id)
            print(client.acme is client.acme, client.umbra.draw_now.n4k.model.id)
        async def main():
            async with AsyncRunComfy() as client:
                print(client.acme.paint_box.max.edit.model.id)
                print(client.acme.paint_box.max.edit.prepare(prompt="fox").model_id)
        asyncio.run(main())
    """)

    assert shown.split("\n") == [
        "acme/paint-box/max acme/paint-box/max/edit",
        "True umbra/Draw Now/4K",
        "acme/paint-box/max/edit",
        "acme/paint-box/max/edit",
        "",
    ]


@pytest.mark.parametrize(
    ("path", "near"),
    [("acme.paint_bx", "paint_box"), ("acme.paint_box.max.edt", "edit"), ("umbrella", "umbra")],
)
def test_a_name_that_does_not_exist_suggests_the_nearest(
    package: Package, path: str, near: str
) -> None:
    shown = package.run(f"""
        from runcomfy_sdk import RunComfy
        with RunComfy() as client:
            try:
                client.{path}
            except AttributeError as error:
                print(error)
    """)

    assert near in shown


def test_importing_the_package_loads_no_client_and_no_model(package: Package) -> None:
    shown = package.run("""
        import sys
        before = set(sys.modules)
        import runcomfy_sdk
        print(sorted(set(sys.modules) - before - {"__future__"}))
    """)

    assert shown == "['runcomfy_sdk']\n"


@pytest.mark.parametrize(
    ("used", "other"), [("RunComfy", "AsyncRunComfy"), ("AsyncRunComfy", "RunComfy")]
)
def test_a_client_loads_no_other_client_and_neither_httpx_nor_the_catalogue(
    package: Package, used: str, other: str
) -> None:
    shown = package.run(f"""
        import sys
        import runcomfy_sdk
        runcomfy_sdk.{used}(token="t")
        unwanted = {{"httpx", "pydantic", "runcomfy_sdk._catalog", "runcomfy_runtime.inputs"}}
        if "{used}" == "RunComfy":
            unwanted |= {{"asyncio", "runcomfy_runtime._async", "runcomfy_sdk._async_client"}}
        else:
            unwanted |= {{"runcomfy_runtime._sync", "runcomfy_sdk._client"}}
        print(sorted(unwanted & set(sys.modules)), "{other}" in vars(runcomfy_sdk))
    """)

    assert shown == "[] False\n"


def test_completion_shows_the_vendors_without_loading_them(package: Package) -> None:
    shown = package.run("""
        import sys
        from runcomfy_sdk import RunComfy
        client = RunComfy()
        print([name for name in dir(client) if name[0] != "_"])
        print([name for name in sys.modules if "runcomfy_sdk.models" in name])
    """)

    assert shown.split("\n")[:2] == [
        "['acme', 'balance', 'close', 'core', 'jobs', 'map', 'model', 'umbra']",
        "[]",
    ]


def test_the_help_of_a_model_reads_the_file_of_that_model_only(package: Package) -> None:
    shown = package.run("""
        import contextlib, io, sys
        opened = []
        sys.addaudithook(lambda name, args: name == "open" and opened.append(str(args[0])))
        from runcomfy_runtime.cli import run
        with contextlib.redirect_stdout(io.StringIO()) as help:
            assert run("runcomfy_sdk", ["run", "acme/paint-box/max", "--help"]) == 0
        assert "--strength" in help.getvalue()
        print([path.rpartition("_cli/")[2] for path in opened if path.endswith(".json")])
        print(sorted({"httpx", "pydantic", "rich", "asyncio"} & set(sys.modules)))
    """)

    assert shown == "['acme/paint_box__max.json']\n[]\n"


def test_a_model_is_loaded_only_when_it_is_reached(package: Package) -> None:
    shown = package.run("""
        import sys
        from runcomfy_sdk import RunComfy
        with RunComfy() as client:
            client.acme.paint_box.max.edit
            print(sorted(name.rpartition(".")[2] for name in sys.modules if "models.acme." in name))
    """)

    assert shown == "['_namespaces', 'paint_box__max', 'paint_box__max__edit']\n"


def test_the_untyped_door_knows_the_models_of_the_package(package: Package) -> None:
    shown = package.run(f"""
        from runcomfy_sdk import InvalidInput, RunComfy
        with RunComfy() as client:
            door = client.model("acme/paint-box/max")
            print(door.prepare({{"prompt": "fox", "image_url": "{LINK}"}}).model_id)
            try:
                door.prepare({{"promt": "fox"}})
            except InvalidInput as error:
                print(sorted(fault.path for fault in error.faults))
            print(client.model("someone/else").prepare({{"anything": 1}}).payload["anything"])
    """)

    assert shown == "acme/paint-box/max\n['/image_url', '/prompt', '/promt']\n1\n"


def test_every_export_is_there_and_nothing_else(package: Package) -> None:
    package.run("""
        import runcomfy_sdk
        for name in runcomfy_sdk.__all__:
            getattr(runcomfy_sdk, name)
        assert set(runcomfy_sdk.__all__) <= set(dir(runcomfy_sdk))
        try:
            runcomfy_sdk.Missing
        except AttributeError as error:
            assert "Missing" in str(error)
        else:
            raise SystemExit("no error")
    """)


def test_the_catalogue_leads_to_every_class(package: Package) -> None:
    package.run("""
        from importlib import import_module
        from operator import attrgetter
        from runcomfy_sdk import AsyncRunComfy, RunComfy
        from runcomfy_sdk._catalog import MODELS
        assert sorted(MODELS) == list(MODELS)
        with RunComfy() as client:
            for model_id, entry in MODELS.items():
                module = import_module(f"runcomfy_sdk.{entry.module}")
                node = attrgetter(entry.attribute_path)(client)
                assert type(node) is getattr(module, entry.class_name)
                assert node.model.id == model_id
                assert getattr(module, f"Async{entry.class_name}").model is node.model
                assert set(module.__all__) <= set(dir(module))
    """)


def test_each_model_has_its_command_table(package: Package) -> None:
    tables = sorted((package.folder / "runcomfy_sdk/_cli").rglob("*.json"))
    entries = [json.loads(table.read_text(encoding="utf-8")) for table in tables]

    assert {entry["model_id"]: entry["module"] for entry in entries} == {
        "acme/paint-box/max": "models.acme.paint_box__max",
        "acme/paint-box/max/edit": "models.acme.paint_box__max__edit",
        "umbra/Draw Now/4K": "models.umbra.draw_now__n4k",
    }
    assert entries[0]["input_schema"]["properties"]["image_url"]["x-media"] == "image"


def test_names_that_clients_and_endpoints_use_are_kept_from_models(package: Package) -> None:
    shown = package.run("""
        import json
        import runcomfy_runtime as r
        with r.Client() as client:
            names = {n for n in (*dir(r.Client), *dir(r.AsyncClient), *vars(client)) if n[0] != "_"}
        nodes = {n for n in (*dir(r.Endpoint), *dir(r.Namespace), "run", "submit", "prepare", "model") if n[0] != "_"}
        print(json.dumps([sorted(names), sorted(nodes)]))
    """)
    client, node = json.loads(shown)

    assert set(client) <= CLIENT_ATTRIBUTES
    assert set(node) <= ENDPOINT_ATTRIBUTES


def test_python_snippets_of_the_docs_build_valid_requests(package: Package, tmp_path: Path) -> None:
    text = (package.folder / "docs/models/acme/paint_box__max.md").read_text(encoding="utf-8")
    snippet = text.partition("```python\n")[2].partition("```")[0]
    shown = package.run(
        snippet.replace(".run(", ".prepare(").partition("print(")[0]
        + "print(out.payload['prompt'])\n"
    )

    assert shown == "fox\n"
