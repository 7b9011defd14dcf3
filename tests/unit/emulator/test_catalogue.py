"""The catalogue endpoints and the check of inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Desk

PAINT = "/v1/models/acme/paint/edit"


def _ids(desk: Desk, **query: str | int) -> list[str]:
    return [m["model_id"] for m in desk.client.get("/v1/models", params=query).json()["models"]]


def test_pages_hold_each_model_once_and_the_unpaged_total(desk: Desk) -> None:
    seen: list[str] = []
    for offset in range(3):
        page = desk.client.get("/v1/models", params={"limit": 1, "offset": offset}).json()
        assert (page["total"], page["limit"], page["offset"]) == (3, 1, offset)
        seen += [model["model_id"] for model in page["models"]]
    assert seen == sorted(desk.emulator.specs)
    assert _ids(desk, offset=3) == []
    assert _ids(desk, limit=500) == seen


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "501"}, {"limit": "x", "offset": "-1"}]
)
def test_bad_paging_names_every_bad_parameter(desk: Desk, query: dict[str, str]) -> None:
    reply = desk.client.get("/v1/models", params=query)
    assert reply.status_code == 422
    assert [entry["loc"] for entry in reply.json()["detail"]] == [["query", n] for n in query]


def test_search_category_and_kind_filter(desk: Desk) -> None:
    assert _ids(desk, search="EDITS a pic") == ["acme/paint/edit"]
    assert _ids(desk, search="acme/voice") == ["acme/voice"]
    assert _ids(desk, category="text-to-video") == ["acme/movie-2.5/4K/text to video"]
    assert _ids(desk, kind="workflow") == []
    assert len(_ids(desk, kind="model")) == 3
    categories = desk.client.get("/v1/models/categories").json()
    assert categories == {"categories": ["image-to-image", "text-to-video"]}


def test_the_schema_comes_on_request_and_always_with_one_model(desk: Desk) -> None:
    plain = desk.client.get("/v1/models").json()["models"]
    full = desk.client.get("/v1/models", params={"include_schema": "true"}).json()["models"]
    one = desk.client.get(PAINT).json()
    assert all("input_schema" not in model for model in plain)
    assert one in full
    assert one["input_schema"]["properties"]["prompt"]["type"] == "string"
    assert one["display_name"] == "Paint Edit"
    assert one["required_inputs"] == ["prompt", "image_url"]


def test_an_unknown_model_is_404_to_read_and_to_submit(desk: Desk) -> None:
    for method in ("GET", "POST"):
        assert desk.client.request(method, "/v1/models/acme/none").status_code == 404


def test_all_faults_of_an_input_are_named_at_once(desk: Desk) -> None:
    payload = {
        "image_url": "in.png",
        "images": ["https://e.org/1.png", 7, "C:\\2.png", "data:image/png;base64,AA"],
        "output_format": "PNG",
        "num_images": 9,
        "strength": -0.5,
        "seed": "x",
        "loras": [{"scale": 9}, "y"],
        "unknown": 1,
    }
    reply = desk.client.post(PAINT, json=payload)
    assert reply.status_code == 422
    found = {tuple(e["loc"][1:]): e["type"] for e in reply.json()["detail"]}
    assert found == {
        ("prompt",): "missing",
        ("image_url",): "media_url",
        ("images",): "too_long",
        ("images", 1): "string_type",
        ("images", 2): "media_url",
        ("output_format",): "enum",
        ("num_images",): "less_than_equal",
        ("strength",): "greater_than_equal",
        ("seed",): "integer_type",
        ("loras", 0, "path"): "missing",
        ("loras", 0, "scale"): "less_than_equal",
        ("loras", 1): "object_type",
    }
    assert all(e["loc"][0] == "body" and e["msg"] for e in reply.json()["detail"])
    assert len(desk.emulator.calls) == 1
    assert desk.emulator.balance() == 1_000_000_000


def test_a_fault_does_not_repeat_a_long_value(desk: Desk) -> None:
    long = "data:image/png;base64," + "A" * 100_000
    reply = desk.client.post(PAINT, json={"prompt": long, "image_url": long})
    assert [e["type"] for e in reply.json()["detail"]] == ["string_too_long"]
    assert len(reply.content) < 500


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(desk: Desk, body: bytes) -> None:
    reply = desk.client.post(PAINT, content=body)
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["body"]


def test_null_and_unknown_keys_pass_where_the_schema_lets_them(desk: Desk) -> None:
    desk.submit(prompt="x", image_url="data:image/png;base64,AA", seed=None, extra={"a": 1})


def test_schemas_can_be_shown_in_the_dialect_of_the_service(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(dialect={"schemas": "service"})
    schema = desk.client.get(PAINT).json()["input_schema"]
    page = desk.client.get("/v1/models", params={"include_schema": "true"}).json()
    assert schema in [model["input_schema"] for model in page["models"]]
    properties = schema["properties"]
    assert "x-media" not in str(schema)
    assert properties["strength"]["type"] == "float"
    assert properties["image_url"] == {"type": "string", "format": "image_uri"}
    assert properties["images"]["format"] == "image_uris"
    assert properties["images"]["items"] == {"type": "string"}
    assert properties["loras"]["items"]["scale"] == {"type": "float", "minimum": 0, "maximum": 4}
    desk.submit()
