"""What is wrong with a rendered text is found before it is written."""

from __future__ import annotations

import pytest
from runcomfy_codegen.plan import ModelPlan
from runcomfy_codegen.verify.classes import check_classes
from runcomfy_codegen.verify.syntax import check_python
from support.documents import make_spec, plan_of

GOOD = '''
class PaintInput(InputModel):
    """The input."""

    prompt: str
    size: Literal["a", "b"] | None = None
'''


def plan() -> ModelPlan:
    spec = make_spec(
        {"prompt": {"type": "string"}, "size": {"type": "string", "enum": ["a", "b"]}},
        required=["prompt"],
        model_id="acme/paint",
        example={"prompt": "x", "size": "b"},
    )
    return plan_of(spec).models[0]


def test_sound_texts_have_no_problem() -> None:
    assert check_python("a.py", GOOD) == []
    assert check_classes(plan(), GOOD) == []


def test_what_is_not_python_is_named_with_its_line() -> None:
    [problem] = check_python("a.py", "x = 1\ndef (:\n")

    assert (problem.code, problem.where) == ("generated-syntax", "a.py:2")


@pytest.mark.parametrize(
    "source",
    [
        "x: Any = 1",
        "def f(a: list[Any]) -> None: ...",
        "x: dict[str, Any]",
        "y: Any | None",
        'X = TypedDict("X", {"a": Any})',
        "class X(Root[Any]): ...",
    ],
)
def test_any_is_refused(source: str) -> None:
    [problem] = check_python("a.py", f"\n{source}\n")

    assert (problem.code, problem.where) == ("generated-any", "a.py:2")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("x: dict = {}", "dict"),
        ("def f(*, a: list | None = None) -> None: ...", "list"),
        ("async def f() -> Sequence: ...", "Sequence"),
        ("x: dict[str, list]", "list"),
        ("x: Mapping[str, tuple] | None", "tuple"),
    ],
)
def test_a_container_that_does_not_say_what_it_holds_is_refused(source: str, name: str) -> None:
    [problem] = check_python("a.py", source)

    assert (problem.code, problem.where) == ("generated-any", "a.py:1")
    assert problem.message == f"a type came out as a bare {name}"


@pytest.mark.parametrize(
    "text", ["'''\"\"\"\n'''", '"\\""', "'\"'", '# "', '"""\\""" "\n"""', "f'{1}\"'"]
)
def test_no_text_or_comment_hides_an_open_type(text: str) -> None:
    [problem] = check_python(
        "a.py", f"a = 1 {text}\nx: list\n" if text[0] == "#" else f"a = {text}\nx: list\n"
    )

    assert problem.message == "a type came out as a bare list"


def test_texts_comments_and_imports_hold_no_open_type() -> None:
    source = (
        'from typing import Any, Sequence\n"""Any list."""\nx = "Any"  # Any set\ny = \'dict\'\n'
    )

    assert check_python("a.py", source) == []


def test_containers_that_say_what_they_hold_or_are_no_types_pass() -> None:
    source = "x: dict[str, list[int]] = dict(a=list((1,)))\ndef f(list: int) -> tuple[int]: ..."

    assert check_python("a.py", source) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("prompt: str", "text: str", "has not the field 'prompt'"),
        ('"a", "b"', '"a", "c"', "refuses the docs' example"),
        ("str\n", "Missing\n", "cannot be made"),
        ("class PaintInput", "class OtherInput", "cannot be made"),
    ],
)
def test_classes_that_do_not_hold_the_spec_are_refused(old: str, new: str, message: str) -> None:
    problems = check_classes(plan(), GOOD.replace(old, new))

    assert any(message in problem.message for problem in problems)
    assert {problem.level for problem in problems} == {"error"}


@pytest.mark.parametrize(
    "statement",
    [
        "    x = open('/etc/passwd')",
        "    x: int = print('run')",
        "    print('run')",
        "    import os",
        "    def f(self): ...",
        "    x: (lambda: 1)() = 1",
        "    [print(1) for _ in 'ab']",
        "    x: int = Field(default_factory=exit)()",
        "import os",
        "print('run')",
    ],
)
def test_what_is_more_than_fields_is_refused_unrun(
    statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    [problem] = check_classes(plan(), f"{GOOD}{statement}\n")

    assert "more than fields" in problem.message
    assert capsys.readouterr().out == ""
