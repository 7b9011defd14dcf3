"""Tables at any width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from runcomfy_runtime.cli.tables import one_line, table_lines

HEADER = ("model", "name", "about")
ROWS = [
    ("vendor/model-one", "One", "Makes pictures of foxes from words"),
    ("vendor/two", "Zwei", "图像编辑"),
]


def test_columns_line_up_and_wide_letters_count_twice() -> None:
    assert table_lines(HEADER, ROWS, 80) == [
        "MODEL             NAME  ABOUT",
        "vendor/model-one  One   Makes pictures of foxes from words",
        "vendor/two        Zwei  图像编辑",
    ]


def test_what_does_not_fit_is_cut_but_never_the_first_cell() -> None:
    lines = table_lines(HEADER, ROWS, 44)
    assert lines[1] == "vendor/model-one  One   Makes pictures of f…"
    assert all(cell_len(line) <= 44 for line in lines)


def test_more_columns_can_be_kept_whole() -> None:
    rows = [("a", "b" * 30, "c" * 30)]
    assert table_lines(None, rows, 50, whole=2) == [f"a  {'b' * 30}  {'c' * 14}…"]
    assert table_lines(None, rows, 40, whole=2)[0] == "a"


def test_a_narrow_terminal_gets_blocks() -> None:
    assert table_lines(HEADER, ROWS[:1], 24) == [
        "vendor/model-one",
        "  name: One",
        "  about: Makes pictures",
        "    of foxes from words",
    ]


def test_without_a_width_nothing_is_cut() -> None:
    rows = [("a", "b" * 500)]
    assert table_lines(None, rows, None) == ["a  " + "b" * 500]


def test_no_rows_no_lines() -> None:
    assert table_lines(HEADER, [], 80) == []


def test_what_a_terminal_would_obey_is_not_written() -> None:
    hostile = "a\x1b]0;title\x07b\x9b31mc\u202ed\ne"
    assert one_line(hostile) == "a�]0;title�b�31mc�d e"


@given(
    st.lists(st.tuples(st.text(min_size=1), st.text(), st.text()), min_size=1, max_size=5),
    st.integers(1, 60),
)
def test_no_column_line_is_wider_than_the_terminal(
    rows: list[tuple[str, str, str]], width: int
) -> None:
    lines = table_lines(HEADER, rows, width)
    firsts = {one_line(row[0]) for row in rows}
    in_columns = lines and lines[0].startswith("MODEL")
    assert all(cell_len(line) <= width for line in lines) or not in_columns
    assert all(any(line.startswith(first) for line in lines) for first in firsts)
