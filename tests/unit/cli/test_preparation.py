"""What a dry run shows."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from runcomfy_runtime.cli.catalogue import Catalogue
from runcomfy_runtime.cli.preparation import payload_text, python_text
from runcomfy_runtime.cli.session import Session


def test_python_names_the_fields_and_local_files(toy: str) -> None:
    record = Catalogue(toy).record("acme/edit-1")
    values = {"prompt": 'it\'s\n"x"', "images": [Path("a b.png")], "loras": [{"path": "x"}]}
    text = python_text(Session(toy), "acme/edit-1", record, values)
    assert "client.acme.edit_1.run(" in text
    assert "from pathlib import Path" in text
    call = ast.parse(text).body[-2]
    assert isinstance(call, ast.Assign)
    assert isinstance(call.value, ast.Call)
    given = {word.arg: ast.unparse(word.value) for word in call.value.keywords}
    assert given["images"] == "[Path('a b.png')]"
    assert ast.literal_eval(given["prompt"]) == values["prompt"]
    assert ast.literal_eval(given["loras"]) == values["loras"]


def test_python_uses_the_open_door_where_a_name_is_no_keyword(toy: str) -> None:
    record = Catalogue(toy).record("acme/edit-1")
    for values in ({"class": 1}, {"first-frame": 1}, {"options": 1}):
        text = python_text(Session(toy), "acme/edit-1", record, values)
        ast.parse(text)
        assert "client.model('acme/edit-1').run({" in text
    assert "client.model('a/b').run({" in python_text(Session(toy), "a/b", None, {"x": 1})


def test_python_names_the_address_that_was_given(toy: str) -> None:
    session = Session(toy, base_url="http://127.0.0.1:8787")
    assert "RunComfy(base_url='http://127.0.0.1:8787')" in python_text(session, "a/b", None, {})


def test_long_data_uris_are_cut_for_people() -> None:
    uri = "data:image/png;base64," + "A" * 1000
    shown = json.loads(payload_text({"a": [uri], "b": uri[:30], "c": "x" * 500}))
    assert shown["a"][0].endswith("… (1022 characters)")
    assert shown["b"] == uri[:30]
    assert shown["c"] == "x" * 500
