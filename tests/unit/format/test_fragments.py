"""Canonical templates and fragments have black's bytes."""

from __future__ import annotations

import ast
import keyword

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from runcomfy_codegen.format import WIDTH, Place, fit, format_python
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.literals import literal, requote
from runcomfy_codegen.render.env import docstring
from runcomfy_codegen.targets import TARGETS
from runcomfy_codegen.texts import make_texts
from runcomfy_codegen.workers import Workers
from support.documents import make_spec, plan_of

TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("'\"\\\n ")), max_size=150
)


@settings(deadline=None)
@given(st.recursive(TEXTS | st.integers() | st.none(), lambda inner: st.lists(inner, max_size=2)))
def test_literals_have_the_quotes_of_black(value: object) -> None:
    source = f"x = {literal(value)}\n"

    assert ast.literal_eval(source.removeprefix("x = ")) == value
    assert requote(source) == source
    assert len(source) > WIDTH or format_python(source) == source


@settings(deadline=None)
@given(TEXTS, st.sampled_from([0, 4, 8]))
def test_docstrings_have_the_form_of_black(text: str, indent: int) -> None:
    lead = "".join(f"{' ' * depth}class A:\n" for depth in range(0, indent, 4))
    source = f"{lead}{' ' * indent}{docstring(text, indent)}\n"

    assert not text.strip() or format_python(source) == source


LONG = ", ".join(f'"choice-{number}"' for number in range(12))


@pytest.mark.parametrize(
    ("line", "place", "before", "after"),
    [
        (f"aspect: Literal[{LONG}] | Unset = UNSET,", "parameter", "def f(\n{}", "\n): ..."),
        (f"media=[{LONG}],", "entry", "f(\n{}", "\n)"),
        (f'"media": {{"a": [{LONG}]}},', "pair", "x = {{\n{}", "\n}}"),
        (f"x: Literal[{LONG}] | None = None", "statement", "{}", ""),
        (f"class A{'b' * 90}(InputModel):", "header", "{}", "\n    pass"),
        (f"def a{'b' * 90}(self) -> Namespace:", "header", "{}", "\n    pass"),
        (f"from .a import {'A' * 50}, {'B' * 50}", "statement", "{}", ""),
        (f'x = "{"图" * 48}" + y', "statement", "{}", ""),
    ],
)
def test_a_line_that_is_too_wide_is_laid_out_where_it_stands(
    line: str, place: Place, before: str, after: str
) -> None:
    indent = 4 if place in ("entry", "pair", "parameter") else 0
    laid = fit(line, indent, place)
    source = before.format(f"{' ' * indent}{laid}") + after.format() + "\n"

    assert laid != line
    assert format_python(source) == source


STEMS = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,9}", fullmatch=True)
WORDS = st.tuples(STEMS.filter(lambda stem: not keyword.iskeyword(stem)), st.integers(0, 120)).map(
    lambda parts: parts[0] + "w" * parts[1]
)


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4, unique=True), WORDS, st.booleans())
def test_imports_have_the_form_of_black(names: list[str], alias: str, renamed: bool) -> None:
    listed = f"{names[0]} as {alias}" if renamed else ", ".join(names)
    outer, pad = "if _:\n", "    "

    laid = fit(f"from ...models.{names[0]} import {listed}", 4)

    assert format_python(f"{outer}{pad}{laid}\n") == f"{outer}{pad}{laid}\n"


@settings(deadline=None)
@given(WORDS, WORDS, WORDS, st.sampled_from([0, 4, 8]))
def test_heads_of_methods_have_the_form_of_black(
    name: str, module: str, result: str, indent: int
) -> None:
    outer = "".join(f"{' ' * depth}class A:\n" for depth in range(0, indent, 4))
    head = fit(f"def {name}(self) -> {module}.{result}:", indent, "header")
    source = f"{outer}{' ' * indent}{head}\n{' ' * indent}    pass\n"

    assert format_python(source) == source


@settings(deadline=None)
@given(st.dictionaries(WORDS, TEXTS | st.integers() | st.floats() | st.booleans(), min_size=1))
def test_literals_are_as_wide_as_they_are(arguments: dict[str, object]) -> None:
    rows = "".join(f"    {name}={literal(value)},\n" for name, value in arguments.items())
    call = fit(f"return await client.run(\n{rows})", 0)

    assert format_python(f"async def f():\n{indented(call)}") == f"async def f():\n{indented(call)}"


CHOICES = st.lists(TEXTS | st.integers() | st.floats(allow_nan=False) | st.booleans(), min_size=1)


@settings(deadline=None)
@given(
    WORDS,
    CHOICES,
    st.sampled_from(["", " | None", " | Unset", " | None | Unset"]),
    st.just("")
    | st.sampled_from([" = None", " = UNSET"])
    | TEXTS.map(lambda t: f" = {literal(t)}"),
    st.sampled_from([0, 4, 8]),
    st.booleans(),
)
def test_choices_of_a_field_have_the_form_of_black(
    name: str, choices: list[object], others: str, value: str, indent: int, is_parameter: bool
) -> None:
    source = f"{name}: Literal[{', '.join(map(literal, choices))}]{others}{value}"
    lead = "".join(f"{' ' * depth}class A:\n" for depth in range(0, indent, 4))
    pad = " " * indent

    if is_parameter:
        laid = fit(f"{source},", indent + 4, "parameter")
        code = f"{lead}{pad}def f(\n{pad}    {laid}\n{pad}): ...\n"
    else:
        code = f"{lead}{pad}{fit(source, indent)}\n"

    assert format_python(code) == code


def indented(code: str) -> str:
    return "".join(f"    {row}\n" for row in code.splitlines())


def test_a_line_that_fits_is_not_given_to_black() -> None:
    assert fit("x  =  1", 0) == "x  =  1"


NAMES = st.one_of(
    st.sampled_from(["prompt", "seed", "a b", "图片", "class", "x'y\"z", "{{ a }}", "w" * 120]),
    st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=40),
)


def choice(values: list[str]) -> JsonObject:
    return {"type": "string", "enum": list(values)}


def told(text: str) -> JsonObject:
    return {"type": "string", "description": text}


def items(name: str) -> JsonObject:
    return {"type": "array", "items": {name: {"type": "string"}}}


WIDE: JsonObject = {"type": "integer", "minimum": -(10**30), "maximum": 10**30}
MEMBERS = st.one_of(
    st.lists(TEXTS, min_size=1, unique=True).map(choice),
    TEXTS.map(told),
    NAMES.map(items),
    st.just(WIDE).map(dict),
)


@settings(
    max_examples=25,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.dictionaries(NAMES, MEMBERS, max_size=4), TEXTS)
def test_every_generated_module_has_the_bytes_of_black(members: JsonObject, text: str) -> None:
    ids = ["acme/paint", f"acme/paint/{'deep-' * 14}er", "acme/paint/run"]
    specs = [make_spec(members, model_id=each, summary=text) for each in ids]
    plan = plan_of(*specs)
    made = make_texts(plan, [unit for target in TARGETS for unit in target(plan)])

    assert made.problems == []
    for path, source in made.by_path.items():
        assert not path.endswith(".py") or format_python(source) == source, path


def test_processes_make_the_same_texts_as_one() -> None:
    ids = [f"acme/paint-{number}" for number in range(60)]
    specs = [make_spec({"size": {"type": "string", "enum": [each]}}, model_id=each) for each in ids]
    plan = plan_of(*specs)
    units = [unit for target in TARGETS for unit in target(plan)]
    alone = make_texts(plan, units)
    with Workers(3) as workers:
        shared = make_texts(plan, units, workers=workers)

    assert shared.by_path == alone.by_path
    assert len(shared.by_path) == len(units)
