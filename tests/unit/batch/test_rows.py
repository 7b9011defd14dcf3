"""Rows become jobs: models, keys, cells and local media; and all faults of a table are told before any is queued."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from runcomfy_runtime import AsyncClient
from runcomfy_runtime.batch import InvalidRows, Reading, Row
from runcomfy_runtime.batch.checks import CheckedTable, check_table
from runcomfy_runtime.batch.media_paths import with_paths
from runcomfy_runtime.batch.sources import Source
from runcomfy_sdk import AsyncRunComfy

EDIT = "stepfun-ai/stepx-edit2"
LORA = "tongyi-mai/z-image/turbo/inpainting/lora"
URL = "https://example.com/in.png"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CLIENT = AsyncRunComfy("token")


def check(source: Source, reading: Reading | None = None, **settings: Any) -> Any:
    return check_table(
        source,
        lambda model_id: CLIENT.model(model_id).info,
        reading or Reading(EDIT),
        model_ids=CLIENT.core.model_ids,
        **settings,
    )


def rows_of(source: Source, reading: Reading | None = None, **settings: Any) -> list[Row]:
    with check(source, reading, **settings) as table:
        table.check()
        return list(table)


def faults_of(source: Source, reading: Reading | None = None, **settings: Any) -> list[str]:
    with check(source, reading, **settings) as table:
        return [str(fault) for fault in table.faults]


def table(folder: Path, text: str, name: str = "t.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_cells_of_csv_stand_for_values_of_their_fields(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        f"id,prompt,image_url,seed,enable_thinking_mode,output_format\n7,12,{URL},42,no,png\n8,x,{URL},,,\n",
    )
    first, second = rows_of(file)
    assert first == Row(
        "7",
        EDIT,
        {
            "prompt": "12",
            "image_url": URL,
            "seed": 42,
            "enable_thinking_mode": False,
            "output_format": "png",
        },
    )
    assert second.payload == {"prompt": "x", "image_url": URL}


def test_lists_and_objects_are_json_in_a_cell(tmp_path: Path) -> None:
    fields = CLIENT.model(LORA).info
    assert fields.input is not None
    file = table(
        tmp_path,
        "id,prompt,image_url,mask_image_url,loras\n"
        f'a,x,{URL},{URL},"[{{""path"": ""o/r"", ""scale"": 0.5}}]"\n'
        f"b,x,{URL},{URL},[1\n",
    )
    with check(file, Reading(LORA)) as checked:
        (row,) = checked
        (fault,) = checked.faults
    assert row.payload["loras"] == [{"path": "o/r", "scale": 0.5}]
    assert (fault.path, fault.line) == ("/loras", 3)
    assert "must be a JSON list, or one element per option; this is not JSON" in fault.message


def test_local_media_are_relative_to_the_table_and_travel_as_addresses(tmp_path: Path) -> None:
    (tmp_path / "in #1 é.png").write_bytes(PNG)
    (row,) = rows_of(table(tmp_path, "id,prompt,image_url\na,x,in #1 é.png\n"))
    assert row.payload["image_url"] == (tmp_path / "in #1 é.png").as_uri()
    fields = with_paths(row.payload, CLIENT.model(EDIT).info)
    assert fields["image_url"] == tmp_path / "in #1 é.png"
    assert CLIENT.model(EDIT).prepare(fields).payload["image_url"].startswith("data:image/png;")


def test_a_prompt_never_becomes_a_file() -> None:
    payload = {"prompt": "file:///etc/passwd", "image_url": URL}
    assert with_paths(payload, CLIENT.model(EDIT).info) == payload


def test_bytes_of_a_typed_table_travel_inside() -> None:
    (row,) = rows_of([{"id": 1, "prompt": "x", "image_url": PNG}])
    assert row.payload["image_url"].startswith("data:image/png;base64,")
    json.dumps(row.payload)


def test_typed_cells(tmp_path: Path) -> None:
    nan = float("nan")
    source = [{"id": 1.0, "prompt": "x", "image_url": URL, "seed": 3.0, "negative_prompt": nan}]
    (row,) = rows_of(source)
    assert row.key == "1"
    assert json.dumps(row.payload) == json.dumps({"prompt": "x", "image_url": URL, "seed": 3})


def test_each_row_may_name_its_model(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        f"id,model,prompt,image_url\na,{EDIT},x,{URL}\nb,,x,{URL}\nc,stepfun-ai/stepx-edit3,x,{URL}\nd,../x,x,{URL}\n",
    )
    with check(file, Reading()) as checked:
        assert [row.model_id for row in checked] == [EDIT]
        told = [str(fault) for fault in checked.faults]
    assert (
        told[0] == "row 2 (line 3) /model: is missing, and no model was given for the whole table"
    )
    assert "/model: is no model of this release; did you mean" in told[1]
    assert "row 4 (line 5) /model: '../x' cannot be a model id" in told[2]


def test_an_unlisted_model_takes_anything_when_asked() -> None:
    source = [{"id": "a", "new_field": 1}]
    assert faults_of(source, Reading("new/model"))
    (row,) = rows_of(source, Reading("new/model", unlisted=True))
    assert row.payload == {"new_field": 1}


def test_all_faults_of_all_rows_are_told_at_once(tmp_path: Path) -> None:
    file = table(
        tmp_path, "id,prompt,image_url,seed,promt\na,x,gone.png,1.5,y\n,x,https://e.com/a,1,\n"
    )
    told = faults_of(file)
    assert [fault.split(":")[0] for fault in told] == [
        "row 1 (line 2) /image_url",
        "row 1 (line 2) /seed",
        "row 1 (line 2) /promt",
        "row 2 (line 3) /id",
    ]
    assert "did you mean 'prompt'?" in told[2]
    assert "does not exist" in told[0]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("", "is empty; each row needs a key of its own"),
        ("x" * 201, "must be 1 to 200 characters"),
        ("a\x1bb", "must not hold control characters"),
        (True, "is a bool; a key is text or a whole number"),
        (1.5, "is a float; a key is text or a whole number"),
    ],
)
def test_keys_that_are_none(key: Any, message: str) -> None:
    (told,) = faults_of([{"id": key, "prompt": "x", "image_url": URL}])
    assert message in told


def test_a_key_that_stands_twice_is_a_fault_of_the_later_row(tmp_path: Path) -> None:
    file = table(tmp_path, f"shot,prompt,image_url\na,x,{URL}\nb,x,{URL}\na,y,{URL}\n")
    (told,) = faults_of(file, Reading(EDIT, key_column="shot"))
    assert told.startswith("row 3 (line 4) /shot: is the key of row 1 too")


def test_rows_without_keys_get_the_same_ones_again(tmp_path: Path) -> None:
    lines = [f"x,{URL}\n", f"y,{URL}\n", f"x,{URL}\n"]
    first = rows_of(table(tmp_path, "prompt,image_url\n" + "".join(lines)))
    again = rows_of(table(tmp_path, "image_url,prompt\n" + f"{URL},y\n{URL},x\n{URL},x\n{URL},z\n"))
    assert len({row.key for row in first}) == 3
    assert {row.key for row in first} < {row.key for row in again}
    assert first[2].key == f"{first[0].key}-2"


def test_a_report_holds_every_fault(tmp_path: Path) -> None:
    file = table(tmp_path, "id,prompt\n" + "".join(f"k{number},x\n" for number in range(50)))
    with check(file) as checked:
        assert (checked.good, checked.bad, checked.fault_count) == (0, 50, 50)
        report = checked.write_report(tmp_path / "faults.jsonl")
        with pytest.raises(InvalidRows) as caught:
            checked.check()
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert lines[49] == {
        "row": 50,
        "line": 51,
        "key": "k49",
        "path": "/image_url",
        "message": "is required",
        "value": "",
    }
    assert "50 of 50 rows cannot be run, nothing was queued; the first 20 of 50" in str(
        caught.value
    )
    assert len(caught.value.faults) == 20


def test_a_columns_name_cannot_command_the_terminal(tmp_path: Path) -> None:
    file = table(tmp_path, f"id,prompt,image_url,\x1b[2Jx\na,x,{URL},y\n")
    (told,) = faults_of(file)
    assert "row 1 (line 2) /\\x1b[2Jx: is not a field of this model" in told


def test_a_client_without_models_is_told_apart_from_a_wrong_model() -> None:
    client = AsyncClient("token")
    with check_table(
        [{"id": "a"}], lambda model_id: client.model(model_id).info, Reading(EDIT)
    ) as found:
        (fault,) = found.faults
    assert "is not known to the batch's client; open it with client=AsyncRunComfy" in str(fault)


def test_ignored_columns_are_left_alone(tmp_path: Path) -> None:
    file = table(tmp_path, f"id,prompt,image_url,notes\na,x,{URL},later\n")
    assert faults_of(file) == [
        "row 1 (line 2) /notes: is not a field of this model (given: 'later')"
    ]
    assert rows_of(file, Reading(EDIT, ignore=("notes",)))


def test_a_table_is_checked_before_it_is_read_again(tmp_path: Path) -> None:
    """The rows that are queued are those that were checked, also when the file changes in between."""
    file = table(tmp_path, f"id,prompt,image_url\na,x,{URL}\n")
    with check(file) as checked:
        assert isinstance(checked, CheckedTable)
        file.write_text("garbage")
        assert [row.key for row in checked] == ["a"]
        assert [row.key for row in checked] == ["a"]
