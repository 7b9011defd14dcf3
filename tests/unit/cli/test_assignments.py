"""Words, flags and JSON objects gathered into one input."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from runcomfy_runtime.cli.assignments import gather, read_object
from runcomfy_runtime.cli.exitcodes import CliError, ExitCode
from runcomfy_runtime.fields import read_fields

from .conftest import EDIT_SCHEMA

FIELDS = read_fields(EDIT_SCHEMA)


def test_flags_beat_words_beat_the_object() -> None:
    given = gather(
        FIELDS,
        base={"prompt": "base", "seed": 1, "strength": 0.1},
        words=["prompt=word", "seed=2"],
        flags={"prompt": ["flag"]},
    )
    assert given.values == {"prompt": "flag", "seed": 2, "strength": 0.1}
    assert given.problems == []


def test_values_keep_equals_signs_newlines_and_quotes() -> None:
    text = 'a=b := c\n"it\'s"'
    assert gather(FIELDS, base={}, words=[f"prompt={text}"]).values == {"prompt": text}


def test_repeated_words_and_flags_make_lists() -> None:
    words = ["images=https://h/1", "images=https://h/2"]
    assert gather(FIELDS, base={"images": ["https://h/0"]}, words=words).values == {
        "images": ["https://h/1", "https://h/2"]
    }
    loras = ["path=a,scale=1", '{"path": "b"}']
    assert gather(FIELDS, base={}, flags={"loras": loras}).values == {
        "loras": [{"path": "a", "scale": 1}, {"path": "b"}]
    }


def test_fields_of_any_name_are_assigned() -> None:
    fields = read_fields(
        {"properties": {"a b": {"type": "integer"}, "-": {}, "größe": {}, "4k": {}}}
    )
    words = ["a b=3", "-=x", "größe=m", "4k:=true"]
    given = gather(fields, base={}, words=words)
    assert given.values == {"a b": 3, "-": "x", "größe": "m", "4k": True}


def test_one_element_goes_by_the_singular() -> None:
    words = ["image=https://h/1", "lora=path=a", "image=https://h/2"]
    assert gather(FIELDS, base={}, words=words).values == {
        "images": ["https://h/1", "https://h/2"],
        "loras": [{"path": "a"}],
    }


def test_dashes_in_a_words_name_are_understood() -> None:
    assert gather(FIELDS, base={}, words=["output-format=png"]).values == {"output_format": "png"}


def test_unknown_fields_are_kept_for_the_models_own_validation() -> None:
    assert gather(FIELDS, base={}, words=["sede=3"]).values == {"sede": "3"}


def test_json_words() -> None:
    given = gather(FIELDS, base={}, words=["seed:=null", 'loras:=[{"path": "a"}]'])
    assert given.values == {"seed": None, "loras": [{"path": "a"}]}


def test_files_give_text_media_and_json(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("a fox\n", encoding="utf-8-sig")
    (tmp_path / "i.png").write_bytes(b"x")
    (tmp_path / "l.json").write_text('[{"path": "a"}]')
    words = [
        f"prompt=@{tmp_path}/p.txt",
        f"image_url=@{tmp_path}/i.png",
        f"loras:=@{tmp_path}/l.json",
    ]
    assert gather(FIELDS, base={}, words=words).values == {
        "prompt": "a fox",
        "image_url": tmp_path / "i.png",
        "loras": [{"path": "a"}],
    }


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    given = gather(
        FIELDS,
        base={"images": ["gone.png"]},
        words=["prompt=@gone.txt", "seed:={", "loras=owner/repo"],
        flags={"image_url": [str(tmp_path)]},
    )
    assert {problem.path: problem.code for problem in given.problems} == {
        "/prompt": ExitCode.NO_FILE,
        "/seed": ExitCode.BAD_INPUT,
        "/loras": ExitCode.BAD_INPUT,
        "/image_url": ExitCode.NO_FILE,
        "/images/0": ExitCode.NO_FILE,
    }


def test_words_that_are_no_assignments_are_problems_beside_the_others() -> None:
    given = gather(
        FIELDS,
        base={},
        words=["--promt", "a fox", "--sede=3", "-x", "seed=1", "a red fox"],
        spellings=["--prompt", "--seed"],
    )
    assert given.values == {"seed": 1}
    assert list(map(str, given.problems)) == [
        "--promt: no such option; did you mean --prompt?",
        "--sede: no such option; did you mean --seed?",
        "-x: no such option",
        "'a red fox': is not an input; write FIELD=VALUE, FIELD:=JSON or FIELD=@file",
    ]
    assert {problem.code for problem in given.problems} == {ExitCode.USAGE}


def test_object_from_text_file_and_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "in.json"
    file.write_text('{"seed": 1}', encoding="utf-8-sig")
    assert read_object('{"seed": 1}', None) == {"seed": 1}
    assert read_object(f"@{file}", None) == {"seed": 1}
    assert read_object(None, str(file)) == {"seed": 1}
    for text, path in (("-", None), (None, "-")):
        monkeypatch.setattr(sys, "stdin", io.StringIO('{"seed": 2}'))
        assert read_object(text, path) == {"seed": 2}


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ("{", None, ExitCode.BAD_INPUT),
        ("[1]", None, ExitCode.BAD_INPUT),
        ("@gone.json", None, ExitCode.NO_FILE),
        (None, "gone.json", ExitCode.NO_FILE),
        ("{}", "x.json", ExitCode.USAGE),
    ],
)
def test_objects_that_cannot_be_read(text: str | None, path: str | None, code: ExitCode) -> None:
    with pytest.raises(CliError) as caught:
        read_object(text, path)
    assert caught.value.code == code
