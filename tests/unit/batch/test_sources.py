"""Tables are read row by row; a fault of a row is that row's, a fault of the table is the table's."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runcomfy_runtime.batch import TableError
from runcomfy_runtime.batch.sources import Record, Source, open_table


def read(source: Source, **settings: Any) -> list[Record]:
    with open_table(source, **settings) as table:
        return list(table.records)


def written(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", "id,prompt\r\na,red fox\r\n"),
        ("t.csv", "\ufeffid;prompt\na;red fox\n"),
        ("t.tsv", "id\tprompt\na\tred fox"),
        ("t.csv", "id,prompt,\na,red fox,\n\n,,\n"),
        ("t.jsonl", '\ufeff{"id":"a","prompt":"red fox"}\n\n'),
        ("T.NDJSON", '{"id":"a","prompt":"red fox"}'),
    ],
)
def test_text_tables(tmp_path: Path, name: str, content: str) -> None:
    (record,) = read(written(tmp_path, name, content))
    assert dict(record.values) == {"id": "a", "prompt": "red fox"}
    assert (record.number, record.fault) == (1, None)


def test_a_spreadsheets_unicode_text_is_read(tmp_path: Path) -> None:
    (record,) = read(written(tmp_path, "t.tsv", "id\tprompt\na\tГёте\n".encode("utf-16")))
    assert record.values["prompt"] == "Гёте"


def test_cells_keep_line_breaks_and_the_line_of_their_end_is_told(tmp_path: Path) -> None:
    first, second = read(written(tmp_path, "t.csv", 'id,prompt\na,"one\r\ntwo\u2028three"\nb,x\n'))
    assert first.values["prompt"] == "one\r\ntwo\u2028three"
    assert (first.line, second.line) == (3, 4)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,prompt\na\n", "has 1 cells, but there are 2 columns"),
        ("id,prompt\na,b,c\n", "has 3 cells, but there are 2 columns; quote cells"),
        ('id,prompt\na,"b"c\n', "is no CSV: ',' expected after '\"'"),
        ("id,,prompt\na,x,b\n", "has a cell in a column without a name"),
    ],
)
def test_a_malformed_row_is_told_and_the_next_is_read(
    tmp_path: Path, content: str, message: str
) -> None:
    good = ",".join("z" if name else "" for name in content.splitlines()[0].split(","))
    bad, after = read(written(tmp_path, "t.csv", f"{content}{good}\n"))
    assert bad.fault is not None
    assert message in bad.fault.message
    assert after.values["id"] == "z"
    assert after.fault is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "is no JSON: Expecting"),
        ("[1]", "is a JSON list; each line must hold an object"),
        ('{"a": NaN}', "is no JSON: NaN is no JSON number"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_malformed_line_of_jsonl(tmp_path: Path, line: str, message: str) -> None:
    bad, good = read(written(tmp_path, "t.jsonl", f'{line}\n{{"a": null}}\n'))
    assert bad.fault is not None
    assert message in bad.fault.message
    assert good.values == {"a": None}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", b"", "t.csv is empty; its first line must name the columns"),
        ("t.csv", b"a,b,a\n1,2,3\n", "two columns have the name 'a'"),
        ("t.csv", b"a,b\n1,\xff\n", "t.csv is not UTF-8 text (invalid start byte); save it as"),
        ("t.json", b"[]", "tables are read from .csv, .tsv, .jsonl and .parquet files"),
        ("t.parquet", b"no parquet", "t.parquet cannot be read as Parquet"),
    ],
)
def test_what_is_no_table(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    with pytest.raises(TableError, match=message.replace("(", r"\(").replace(")", r"\)")):
        read(written(tmp_path, name, content))


@pytest.mark.parametrize("source", [5, {"a": 1}])
def test_objects_that_are_no_tables(source: Any) -> None:
    with pytest.raises(TableError, match="is no table; give a path, a data frame"):
        read(source)


def test_an_iterable_is_taken_one_by_one() -> None:
    taken: list[int] = []

    def rows() -> Iterator[dict[str, int]]:
        for number in range(3):
            taken.append(number)
            yield {"a": number}

    with open_table(rows()) as table:
        next(table.records)
        assert taken == [0]
    assert [record.fault for record in read(["x"])] != [None]  # type: ignore[list-item]


def test_parquet_and_arrow_tables_are_typed_and_streamed(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pa.table({"id": list(range(3000)), "images": [["a.png"]] * 3000})
    parquet.write_table(table, tmp_path / "t.parquet", row_group_size=3000)
    for source in (tmp_path / "t.parquet", table, table.to_reader()):
        records = read(source)
        assert [record.number for record in records] == list(range(1, 3001))
        assert records[-1].values == {"id": 2999, "images": ["a.png"]}


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_data_frames(library: str) -> None:
    frames = pytest.importorskip(library, reason=f"{library} is not installed")
    pytest.importorskip("pyarrow", reason="data frames need pyarrow")
    frame = frames.DataFrame({"id": ["a", "b", "c"], "seed": [1.0, None, 3.0]})
    if library == "pandas":
        frame = frame[frame["id"] != "a"]
    records = read(frame)
    assert records[-1].values == {"id": "c", "seed": 3.0}
    assert records[-2].values["seed"] is None


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(TableError, match=r"pip install 'runcomfy-sdk\[batch-tables\]'"):
        read(written(tmp_path, "t.parquet", b""))


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_what_csv_writers_write_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([("first", "second"), *rows])
    file = tmp_path_factory.mktemp("csv") / "t.csv"
    file.write_bytes(text.getvalue().encode())
    found = [(record.values["first"], record.values["second"]) for record in read(file)]
    assert found == [row for row in rows if any(row)]


@settings(deadline=None)
@given(st.lists(st.dictionaries(CELLS, CELLS | st.none() | st.integers(), max_size=3), max_size=8))
def test_what_json_writers_write_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    file = tmp_path_factory.mktemp("jsonl") / "t.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert [dict(record.values) for record in read(file)] == rows
