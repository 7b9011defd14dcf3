"""Snippets say exactly the example, to a shell and to Python, whatever stands in it."""

from __future__ import annotations

import ast
import json
import shlex
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.plan import Parameter, Snippets
from runcomfy_codegen.plan.snippets import plan_snippets, python_literal

HOSTILE = (
    "'OPEN' \"AQUA+\" $(touch /tmp/x) `id` $HOME \\n !! # ; | & > \n second line\n\n"
    "C:\\dir\\ – “q” \N{GRINNING FACE} '''x''' \"\"\"y\"\"\" {{ x }} {% y %} </script>"
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3
        ),
    ),
    max_leaves=5,
)


def parameter(name: str) -> Parameter:
    return Parameter(name, name, "str", name, "string", True, "", (), "", None)


def snippets(example: JsonObject, model_id: str = "acme/paint") -> Snippets:
    parameters = [parameter(name) for name in example]
    return plan_snippets("toy_sdk", model_id, "acme.paint", parameters, example, "image")


def options(command: str) -> list[tuple[str, str]]:
    words = shlex.split(command.replace("\\\n", ""))
    return list(zip(words[3::2], words[4::2], strict=True))


@pytest.mark.parametrize("text", [HOSTILE, "", "-x", "--prompt", "'", "\\", "plain"])
def test_shell_snippets_give_the_text_back(text: str) -> None:
    made = snippets({"prompt": text, "tags": [text, "b"]})
    words = shlex.split(made.curl.replace(" \\\n", " "))

    assert json.loads(words[words.index("--data") + 1]) == {"prompt": text, "tags": [text, "b"]}
    assert options(made.cli.replace(" \\\n", " ")) == [
        ("--prompt", text),
        ("--tags", text),
        ("--tags", "b"),
        ("--output-dir", "out"),
    ]


def words_of(parameters: list[Parameter], example: JsonObject) -> list[str]:
    made = plan_snippets("toy_sdk", "acme/paint", "acme.paint", parameters, example, "image")
    return shlex.split(made.cli.replace("\\\n", ""))[3:-2]


def test_fields_called_like_the_commands_own_options_are_given_as_words() -> None:
    example: JsonObject = {"output": "x", "timeout": "5", "q": "a", "no_wait": "b", "in-put": "c"}
    parameters = [parameter(name) for name in (*example, "in_put")]

    assert words_of(parameters[:4], {k: example[k] for k in list(example)[:4]}) == [
        'output:="x"',
        'timeout:="5"',
        "--q",
        "a",
        'no_wait:="b"',
    ]


@pytest.mark.parametrize("text", ["5", "true", "null", "[1]", '{"a": 1}', "1e3"])
def test_a_text_that_reads_as_json_stays_a_text_where_others_are_taken_too(text: str) -> None:
    either = replace(parameter("length"), annotation="str | int")

    assert words_of([either], {"length": text}) == [f"length:={json.dumps(text)}"]
    assert words_of([parameter("length")], {"length": text}) == ["--length", text]


def test_a_real_shell_reads_the_same_words() -> None:
    example: JsonObject = {"prompt": HOSTILE, "loras": [{"path": HOSTILE, "scale": 0.5}], "n": None}
    made = snippets(example)
    for command in (made.cli, made.curl):
        shown = subprocess.run(
            ["sh", "-c", f"show() {{ printf '%s\\0' \"$@\"; }}\nshow {command}"],
            capture_output=True,
            encoding="utf-8",
            check=True,
            env={"RUNCOMFY_TOKEN": "t"},
        )
        assert shown.stderr == ""
        words = shown.stdout.split("\0")[:-1]
        if command == made.curl:
            assert json.loads(words[words.index("--data") + 1]) == example
        else:
            assert words[words.index("--prompt") + 1] == HOSTILE
            assert f"loras:={json.dumps(example['loras'], ensure_ascii=False)}" in words
            assert "n:=null" in words


@pytest.mark.parametrize("text", ["\x1b[2J", "a\x00b", "\u2028", "\u202e", "\x9b", "a\tb", "a\rb"])
def test_what_cannot_be_typed_or_seen_is_given_as_escaped_json(text: str) -> None:
    made = snippets({"prompt": text})

    assert dict(options(made.cli.replace(" \\\n", " ")))["--input"] == json.dumps({"prompt": text})
    assert text not in made.cli
    assert text not in made.python


@pytest.mark.parametrize("name", ["a b", "a;rm -rf", "$(id)", "`id`", "--", "x\ny", "图片", "a=b"])
def test_a_field_name_cannot_leave_its_word(name: str) -> None:
    made = snippets({name: "v"})

    assert options(made.cli.replace(" \\\n", " ")) == [
        ("--input", json.dumps({name: "v"})),
        ("--output-dir", "out"),
    ]


def test_an_id_with_blanks_is_quoted_and_encoded() -> None:
    made = snippets({}, "minimax/Hailuo Video 01")

    assert shlex.split(made.cli.replace("\\\n", ""))[2] == "minimax/Hailuo Video 01"
    assert "/minimax/Hailuo%20Video%2001" in made.curl


@given(st.dictionaries(st.sampled_from(["prompt", "tags", "n"]), VALUES, max_size=3))
def test_python_snippets_call_the_model_with_the_example(example: JsonObject) -> None:
    made = snippets(example)
    for source in (made.python, made.python_async):
        calls = [
            node
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func) == "client.acme.paint.run"
        ]
        [call] = calls
        given_ = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
        assert given_ == example


@given(VALUES)
def test_literals_evaluate_to_their_value(value: Json) -> None:
    assert ast.literal_eval(python_literal(value, 4)) == value


def test_fields_without_a_parameter_are_not_passed() -> None:
    made = plan_snippets("toy_sdk", "acme/paint", "acme.paint", [], {"gone": 1}, None)

    assert "gone" not in made.python
    assert "out.files[0].save" in made.python


def test_a_sample_that_is_a_bare_file_name_becomes_a_path() -> None:
    example: JsonObject = {
        "47_video": "Example_1.mp4",
        "prompt": "Path(x)",
        "ref": ["https://x.example/a.png"],
    }
    parameters = [
        Parameter(
            "field_47_video", "47_video", "FileInput", "", "video", True, "", (), "", "video"
        ),
        parameter("prompt"),
        Parameter(
            "ref", "ref", "Sequence[FileInput]", "", "list of image", True, "", (), "", "image"
        ),
    ]
    made = plan_snippets("toy_sdk", "acme/paint", "acme.paint", parameters, example, "video")
    without = plan_snippets(
        "toy_sdk", "acme/paint", "acme.paint", [parameters[1]], {"prompt": "Path(x)"}, "video"
    )

    for text in (made.python, made.python_async):
        ast.parse(text)
        assert 'field_47_video=Path("Example_1.mp4")' in text
        assert "from pathlib import Path" in text
        assert '"https://x.example/a.png"' in text
        assert 'Path("https' not in text
    assert "pathlib" not in without.python
