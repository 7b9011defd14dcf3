"""Options built from a schema, and the commands that use them."""

from __future__ import annotations

import shlex
from typing import Any

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runcomfy_runtime.cli.assignments import gather
from runcomfy_runtime.cli.catalogue import Catalogue
from runcomfy_runtime.cli.commands.run import run
from runcomfy_runtime.cli.options import command_example, field_options, flag_name, given_flags
from runcomfy_runtime.fields import read_fields

from .conftest import EDIT_SCHEMA, EXAMPLE

RESERVED = {"--timeout", "--no-wait", "--help"}


def parse(*arguments: str) -> dict[str, Any]:
    options = field_options(read_fields(EDIT_SCHEMA), RESERVED)
    command = click.Command("c", params=list(options))
    return given_flags(command.make_context("c", list(arguments)))


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("image_url", "--image-url"),
        ("promptText", "--prompt-text"),
        ("cfg", "--cfg"),
        ("CFG_scale", "--cfg-scale"),
        ("with space", "--with-space"),
        ('"quoted"/x', "--quoted-x"),
        ("__private", "--private"),
        ("größe", "--größe"),
        ("😀", "--field"),
    ],
)
def test_flag_names(name: str, flag: str) -> None:
    assert flag_name(name) == flag


@pytest.mark.parametrize("spelling", ["--image-url", "--image_url"])
def test_dashes_and_underscores_are_accepted(spelling: str) -> None:
    assert parse(spelling, "x") == {"image_url": ("x",)}


@pytest.mark.parametrize("spelling", ["--prompt-text", "--promptText", "--prompt_text"])
def test_camel_case_names_have_three_spellings(spelling: str) -> None:
    assert parse(spelling, "x") == {"promptText": ("x",)}


def test_booleans_are_flags_with_a_negation() -> None:
    assert parse("--keep-alpha") == {"keep_alpha": True}
    assert parse("--no-keep_alpha") == {"keep_alpha": False}
    assert parse() == {}


def test_negative_numbers_and_empty_texts_are_values() -> None:
    assert parse("--seed", "-1", "--prompt", "") == {"seed": ("-1",), "prompt": ("",)}


def test_names_of_the_command_itself_are_left_to_it() -> None:
    assert parse("--field-timeout", "3", "--no-field-wait") == {"timeout": ("3",), "wait": False}
    with pytest.raises(click.UsageError, match="--wait"):
        parse("--wait")


def test_one_element_goes_by_the_singular_unless_another_field_has_that_name() -> None:
    assert parse("--lora", "path=a", "--image", "x") == {"loras": ("path=a",), "images": ("x",)}
    array = {"type": "array", "items": {"type": "string"}}
    schema = {"properties": {"image_urls": array, "image_url": {"type": "string"}, "glass": array}}
    found = {option.field.name: option.opts for option in field_options(read_fields(schema), ())}
    assert "--image-url" not in found["image_urls"]
    assert "--image-url" in found["image_url"]
    assert found["glass"] == ["--glass"]


def test_every_option_is_reachable_when_names_collide() -> None:
    schema = {"properties": {name: {"type": "string"} for name in ("a_b", "aB", "a-b")}}
    options = field_options(read_fields(schema), ())
    spellings = [spelling for option in options for spelling in option.opts]
    assert len(spellings) == len(set(spellings))
    assert {option.field.name for option in options if option.opts} == {"a_b", "aB", "a-b"}


def test_required_fields_come_first_and_help_says_bounds_and_choices() -> None:
    options = field_options(read_fields(EDIT_SCHEMA), RESERVED)
    assert [option.field.name for option in options[:2]] == ["prompt", "image_url"]
    records = {option.field.name: option.get_help_record(click.Context(run)) for option in options}
    assert records["strength"] == ("--strength NUMBER", "(≥ 0, ≤ 1; service's default: 0.5)")
    assert records["output_format"] == ("--output-format jpeg|png", "")
    assert records["keep_alpha"] == ("--keep-alpha / --no-keep-alpha", "")
    assert records["loras"] is not None
    assert records["loras"][0] == "--loras path=…,scale=…"
    assert records["image_url"] == ("--image-url IMAGE_FILE|URL", "The image to edit. [required]")


def test_the_example_command_gives_the_example_back(toy: str) -> None:
    """Split as a POSIX shell splits it, the example in the help parses to the documentation's own input."""
    record = Catalogue(toy).record("acme/edit-1")
    options = run.options_of(record)
    text = command_example("toy-sdk", "run", "acme/edit-1", options, EXAMPLE)
    words = shlex.split(text.replace("\\\n", " "))
    assert words[:3] == ["toy-sdk", "run", "acme/edit-1"]
    command = click.Command("c", params=list(options))
    flags = given_flags(command.make_context("c", words[3:]))
    fields = record.fields
    read: dict[str, Any] = {}
    for name, texts in flags.items():
        if isinstance(texts, bool):
            read[name] = texts
            continue
        values: list[Any] = [fields[name].from_text(text) for text in texts]
        merged = [item for value in values for item in value] if fields[name].repeatable else None
        read[name] = values[-1] if merged is None else merged
    assert read == EXAMPLE


def read_back(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the input that a command of the help gives, split as a POSIX shell splits it."""
    words = shlex.split(text.replace("\\\n", " "))
    fields = read_fields(schema)
    command = click.Command("c", params=list(field_options(fields, ())))
    return gather(fields, base={}, flags=given_flags(command.make_context("c", words[3:]))).values


TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\\"))
OPEN_SCHEMA: dict[str, Any] = {
    "properties": {
        "prompt": {"type": "string"},
        "words": {"type": "array", "items": {"type": "string"}},
        "loras": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"path": {"type": "string"}, "scale": {"type": "number"}},
            },
        },
        "grid": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
        "on": {"type": "boolean"},
    }
}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "prompt": TEXTS,
            "words": st.lists(TEXTS, min_size=1, max_size=3),
            "loras": st.lists(
                st.fixed_dictionaries({"path": TEXTS}, optional={"scale": st.integers(0, 4)}),
                min_size=1,
                max_size=2,
            ),
            "grid": st.lists(st.lists(st.integers(), max_size=2), min_size=1, max_size=2),
            "on": st.booleans(),
        },
    )
)
@settings(deadline=None)
def test_any_example_can_be_read_back(example: dict[str, Any]) -> None:
    options = field_options(read_fields(OPEN_SCHEMA), ())
    text = command_example("toy-sdk", "run", "acme/edit-1", options, example)
    assert read_back(text, OPEN_SCHEMA) == example
