"""The form's snippets run: what arrives at the service is what was filled in, whatever stands in it."""

from __future__ import annotations

import ast
import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import cast

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.spec import ModelSpec
from runcomfy_runtime.testing import Emulator
from support.command import REPOSITORY
from support.documents import make_spec, plan_of
from support.packages import make_package

HOSTILE = (
    "'OPEN' \"AQUA+\" $(touch gone) `touch gone` $HOME ${HOME} \\n !! # ; | & > < * ? ~ %s\n second line\n\n"
    "C:\\dir\\ – “q” \N{GRINNING FACE} '''x''' \"\"\"y\"\"\" {{ x }} </script> -x --y @z [1]"
)
TYPABLE = ["-x", "--help", "@/etc/passwd", "a=b", "\\", "'", '"', "5", "true", "null", "", HOSTILE]
UNSEEN = ["\t tab \r and \x1b[2J escape \x7f", "\u2028\u202e\ufeff\x85", "[1, 2]", "\0"]
PROPERTIES: dict[str, Json] = {
    "prompt": {"type": "string"},
    "output": {"type": "string"},
    "timeout": {"type": "integer"},
    "class": {"type": "string"},
    "imageScale": {"type": "number"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    "mode": {"type": "string", "enum": ["1", "true", "a b"]},
    "flag": {"type": "boolean"},
    "none": {"type": ["integer", "null"]},
    "seed": {"type": "integer"},
    "image_url": {"type": "string", "x-media": "image"},
    "images": {"type": "array", "items": {"type": "string", "x-media": "image"}},
    "loras": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"path": {"type": "string"}, "scale": {"type": "number"}},
        },
    },
}
LINK = "https://x.example/a b'c$(id).png"
INPUTS: list[JsonObject] = [
    {"prompt": "-x", "output": "a", "timeout": 3, "class": "b", "imageScale": 1e-7, "flag": False},
    {
        "either": "5",
        "mode": "true",
        "none": None,
        "seed": 18446744073709551615,
        "tags": ["[1]", "@x"],
    },
    {"image_url": LINK, "images": [LINK, LINK], "loras": [{"path": HOSTILE, "scale": 0.5}, {}]},
    {"prompt": HOSTILE, "output": HOSTILE, "class": HOSTILE, "either": 5, "imageScale": 1e22},
    {"tags": cast("Json", TYPABLE)},
    {"tags": cast("Json", UNSEEN)},
    {"prompt": "x" * 110_000},
]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
NAMES = ["in.png", 'it\'s $(id) "x" `y`.png', "-x.png", "@a.png", "[b.png", "a=b é.png"]

Write = Callable[[JsonObject, Mapping[str, str]], dict[str, str]]
Run = Callable[[str, str], Json]


@pytest.fixture(scope="module")
def spec() -> ModelSpec:
    return make_spec(PROPERTIES, model_id="acme/paint box/edit")


@pytest.fixture
def write(scripts: Page, spec: ModelSpec) -> Write:
    """Return the snippets of an input by title; ``files`` tells which texts stand for local files."""
    scripts.evaluate("""async () => {
            const { LocalFile, parseJson } = await import("./json.js");
            const { writeSnippets } = await import("./snippets.js");
            const filled = (value, files) => {
                if (Object.hasOwn(files, value)) return new LocalFile(value, "image/png", 1, files[value]);
                if (Array.isArray(value)) return value.map((item) => filled(item, files));
                if (typeof value !== "object" || value === null) return value;
                return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, files)]));
            };
            window.write = (model, input, files) => Object.fromEntries(
                writeSnippets(parseJson(model), filled(parseJson(input), files))
                    .map(({ title, code }) => [title, code]));
        }""")
    plan = plan_of(spec).models[0]
    model = {
        "id": spec.model_id,
        "package": "runcomfy_sdk",
        "path": plan.attribute_path,
        "names": {parameter.wire: parameter.name for parameter in plan.parameters},
        "output": plan.output,
        "schema": spec.input_schema,
    }

    def write(payload: JsonObject, files: Mapping[str, str]) -> dict[str, str]:
        given = [json.dumps(model), json.dumps(payload), dict(files)]
        made = scripts.evaluate("([model, input, files]) => write(model, input, files)", given)
        return cast("dict[str, str]", made)

    return write


@pytest.fixture(scope="module")
def run(spec: ModelSpec, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run a snippet for real, and return the input that arrived at the emulator."""
    folder = tmp_path_factory.mktemp("snippets")
    package = make_package(folder, [spec])
    place = folder / "specs" / "models"
    place.mkdir(parents=True)
    (place / "paint.json").write_text(json.dumps(spec.data), encoding="utf-8")
    for name in NAMES:
        (folder / name).write_bytes(PNG)
    program = folder / "runcomfy-sdk"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m runcomfy_sdk "$@"\n')
    program.chmod(0o755)
    with Emulator(
        folder / "specs", queue_seconds=0, run_seconds=0, dialect={"echo_input": True}
    ) as emulator:

        def run(title: str, code: str) -> Json:
            emulator.clear()
            code = code.replace("https://model-api.runcomfy.net", emulator.base_url)
            command = [sys.executable, "-"] if title.startswith("Python") else ["sh", "-eu"]
            done = subprocess.run(
                command,
                input=code,
                capture_output=True,
                encoding="utf-8",
                timeout=60,
                check=False,
                cwd=package.folder,
                env={
                    **os.environ,
                    "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
                    "PYTHONPATH": os.pathsep.join([str(folder), str(REPOSITORY / "runtime")]),
                    "RUNCOMFY_MODEL_API_BASE": emulator.base_url,
                    "RUNCOMFY_TOKEN": "secret-token",
                    "XDG_STATE_HOME": str(folder / "state"),
                },
            )
            assert done.returncode == 0, f"{code[:3000]}\n{done.stderr[-3000:]}"
            assert not (folder / "gone").exists()
            [submitted] = [call for call in emulator.calls if call.name == "submit"]
            return arrived(emulator, str(submitted.created))

        yield run


def arrived(emulator: Emulator, request_id: str) -> Json:
    answer = httpx.get(
        f"{emulator.base_url}/v1/requests/{request_id}/result",
        headers={"Authorization": "Bearer secret-token"},
    )
    return cast("Json", answer.json()["input"])


@pytest.mark.parametrize("number", range(len(INPUTS)))
def test_what_arrives_is_what_was_filled_in(write: Write, run: Run, number: int) -> None:
    payload = INPUTS[number]
    for title, code in write(payload, {}).items():
        assert "secret-token" not in code
        assert run(title, code) == payload, f"{title}\n{code[:3000]}"


def test_local_files_are_named_and_arrive_whole(write: Write, run: Run) -> None:
    uri = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    payload: JsonObject = {
        "prompt": "\0" + HOSTILE,
        "image_url": NAMES[0],
        "images": [*NAMES, LINK],
    }
    wanted: JsonObject = {**payload, "image_url": uri, "images": [*([uri] * len(NAMES)), LINK]}
    for title, code in write(payload, dict.fromkeys(NAMES, uri)).items():
        assert uri not in code
        assert run(title, code) == wanted, f"{title}\n{code}"


# what is not assigned depends on the Unicode version, which Python and the browser do not share
LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=12)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
@given(st.fixed_dictionaries({"prompt": LETTERS, "tags": st.lists(LETTERS, max_size=2)}))
def test_shells_and_python_read_any_text_back(write: Write, payload: JsonObject) -> None:
    made = write(payload, {})
    calls = [
        node
        for node in ast.walk(ast.parse(made["Python"]))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("client.")
    ]
    assert {word.arg: ast.literal_eval(word.value) for word in calls[0].keywords} == payload
    words = shell_words(made["curl"])
    assert json.loads(words[words.index("--data") + 1]) == payload
    assert all(letter.isprintable() or letter == "\n" for letter in "".join(made.values()))


def shell_words(command: str) -> list[str]:
    shown = subprocess.run(
        ["sh", "-c", f"show() {{ printf '%s\\0' \"$@\"; }}\nshow {command}"],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={"RUNCOMFY_TOKEN": "t", "LC_ALL": "C.UTF-8"},
    )
    return shown.stdout.split("\0")[:-1]


def test_the_example_reads_as_in_the_page_s_own_snippets(scripts: Page) -> None:
    """The form and the generator write the same call for the same input."""
    folder = REPOSITORY / "generated" / "docs"
    for file in sorted((folder / "schemas").rglob("*.json")):
        if file.name.endswith(".output.json"):
            continue
        made = scripts.evaluate(
            """async (text) => {
                const { parseJson } = await import("./json.js");
                const { writeSnippets } = await import("./snippets.js");
                const { exampleOf, readModel } = await import("./model.js");
                const schema = parseJson(text);
                const model = readModel(schema);
                return writeSnippets(model, exampleOf(model.schema)).map(({ code }) => code);
            }""",
            file.read_text(encoding="utf-8"),
        )
        page = (folder / "models" / file.relative_to(folder / "schemas")).with_suffix(".md")
        text = page.read_text(encoding="utf-8")
        for code in made:
            assert code in text, code
