"""Every rule as before and after: the property that goes in, what comes out, and what is recorded."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize import all_rules, normalize, replay
from runcomfy_codegen.pointer import ABSENT, lookup
from runcomfy_codegen.spec import canonical_json
from support.documents import raw_document
from support.sample_pages import GENERIC_OUTPUT

PNG = "https://files.example.com/in.png"


@dataclass(frozen=True)
class Case:
    """A property before and after, in a document where nothing else is odd.

    ``title`` is given to a property that has none, so that only the rule in question has work.
    """

    rule: str
    before: JsonObject
    after: JsonObject
    name: str = "field"
    required: bool = False
    also: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    titled: bool = False

    @property
    def id(self) -> str:
        return f"{self.rule}-{self.name}-{next(iter(self.before.values()), '')}"[:60]


def strings(**members: Json) -> JsonObject:
    return {"type": "array", "items": {"type": "string", **members}}


CASES = [
    # types
    *(
        Case("type-media", {"type": word}, {"type": "string", "x-media": word.lower()})
        for word in ("image", "Video", "audio", "file")
    ),
    Case(
        "title-readable",
        {"type": "string", "title": "Qualität"},
        {"type": "string", "title": "Field"},
        titled=True,
    ),
    *(
        Case("type-alias", {"type": word}, {"type": known})
        for word, known in [
            ("float", "number"),
            ("double", "number"),
            ("decimal", "number"),
            ("int", "integer"),
            ("long", "integer"),
            ("str", "string"),
            ("text", "string"),
            ("bool", "boolean"),
            ("Boolean", "boolean"),
            (" INTEGER ", "integer"),
        ]
    ),
    Case("type-alias", {"type": ["float", "null"]}, {"type": ["number", "null"]}),
    Case("type-alias", {"type": ["str", "string"]}, {"type": "string"}),
    Case("type-alias", {"type": ["int", "none"]}, {"type": ["integer", "null"]}),
    Case(
        "type-alias",
        {"type": "list", "items": {"type": "str"}},
        {"type": "array", "items": {"type": "string"}},
    ),
    Case(
        "type-alias",
        {"type": "dict", "properties": {"a": {"type": "bool", "title": "A"}}},
        {
            "type": "object",
            "properties": {"a": {"type": "boolean", "title": "A"}},
            "additionalProperties": False,
        },
        also=("object-closed",),
    ),
    Case("type-missing", {"enum": [1, 2]}, {"type": "integer", "enum": [1, 2]}),
    Case("type-missing", {"default": True}, {"type": "boolean", "default": True}),
    Case("type-missing", {"default": 0.5}, {"type": "number", "default": 0.5}),
    Case(
        "type-missing", {"items": {"type": "integer"}}, {**strings(), "items": {"type": "integer"}}
    ),
    Case(
        "items-missing",
        {"type": "array", "default": ["a", "b"]},
        {**strings(), "default": ["a", "b"]},
    ),
    Case("items-missing", {"type": "array", "items": "string"}, strings()),
    Case(
        "items-missing",
        {"type": "array", "format": "audio_uris", "minItems": 0},
        {**strings(**{"x-media": "audio"}), "minItems": 0},
        also=("media-format",),
    ),
    # shape
    Case(
        "property-map",
        {"type": "array", "items": {"path": {"type": "string", "title": "P"}}},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"path": {"type": "string", "title": "P"}},
                "additionalProperties": False,
            },
        },
        also=("object-closed",),
    ),
    Case(
        "property-map",
        {
            "type": "array",
            "items": {"in": {"type": "array", "items": {"n": {"type": "float", "title": "N"}}}},
        },
        {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "in": {
                        "type": "array",
                        "title": "In",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"n": {"type": "number", "title": "N"}},
                        },
                    }
                },
            },
        },
        also=("object-closed", "type-alias", "title-readable"),
    ),
    Case(
        "object-untyped",
        {"properties": {"a": {"type": "string", "title": "A"}}, "additionalProperties": True},
        {
            "type": "object",
            "properties": {"a": {"type": "string", "title": "A"}},
            "additionalProperties": True,
        },
    ),
    Case(
        "required-flag",
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "b": {"type": "string", "title": "B", "required": True},
                "a": {"type": "string", "title": "A", "required": True},
                "c": {"type": "string", "title": "C", "required": False},
            },
        },
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["a", "b"],
            "properties": {
                "b": {"type": "string", "title": "B"},
                "a": {"type": "string", "title": "A"},
                "c": {"type": "string", "title": "C"},
            },
        },
    ),
    Case(
        "required-unknown",
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["a", "gone", "a", {"not": "a name"}],
            "properties": {"a": {"type": "string", "title": "A"}},
        },
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["a"],
            "properties": {"a": {"type": "string", "title": "A"}},
        },
        open=("requires 'gone'", "requires \"{'not': 'a name'}\""),
    ),
    Case(
        "property-map",
        {"speed": {"type": "number", "title": "S"}, "type": {"type": "string", "title": "T"}},
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "speed": {"type": "number", "title": "S"},
                "type": {"type": "string", "title": "T"},
            },
            "title": "Field",
        },
        also=("object-closed", "title-readable"),
        titled=True,
    ),
    # relatives of JSON Schema
    Case("schema-noise", {"type": "string", "$comment": "x", "$id": "y"}, {"type": "string"}),
    Case("nullable-flag", {"type": "integer", "nullable": True}, {"type": ["integer", "null"]}),
    Case("nullable-flag", {"type": "integer", "nullable": False}, {"type": "integer"}),
    Case(
        "example-singular",
        {"type": "string", "example": "a", "examples": ["b", "a"]},
        {"type": "string", "examples": ["a", "b"]},
    ),
    Case(
        "exclusive-flag",
        {"type": "number", "minimum": 0, "exclusiveMinimum": True, "exclusiveMaximum": False},
        {"type": "number", "exclusiveMinimum": 0},
    ),
    Case(
        "one-of",
        {"oneOf": [{"type": "integer"}, {"type": "string"}]},
        {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    ),
    Case(
        "single-branch",
        {"anyOf": [{"type": "integer", "minimum": 1}]},
        {"type": "integer", "minimum": 1},
    ),
    Case("single-branch", {"allOf": [{"type": "string"}]}, {"type": "string"}),
    Case(
        "any-of-null",
        {"anyOf": [{"type": "number", "maximum": 4}, {"type": "null"}]},
        {"type": ["number", "null"], "maximum": 4},
    ),
    # formats
    *(
        Case(
            "media-format", {"type": "string", "format": word}, {"type": "string", "x-media": kind}
        )
        for word, kind in [
            ("image_uri", "image"),
            ("video_uri", "video"),
            ("audio_url", "audio"),
            ("file_uri", "file"),
        ]
    ),
    Case("media-format", strings(format="video_uri"), strings(**{"x-media": "video"})),
    Case(
        "media-format",
        {**strings(format="image_uri"), "format": "image_uris"},
        strings(**{"x-media": "image"}),
    ),
    Case(
        "media-format",
        {**strings(), "format": "image_uris"},
        strings(**{"x-media": "image"}),
    ),
    Case(
        "widget-format",
        {"type": "number", "format": "float_slider_with_range"},
        {"type": "number", "x-widget": "float_slider_with_range"},
    ),
    Case(
        "widget-format", {"type": "string", "format": "str"}, {"type": "string", "x-widget": "str"}
    ),
    Case(
        "widget-format",
        {"type": "integer", "format": "int_with_arrows_and_random"},
        {"type": "integer", "x-widget": "int_with_arrows_and_random"},
    ),
    Case("uri-format", {"type": "string", "format": "uri"}, {"type": "string"}),
    Case(
        "validations",
        {
            "type": "string",
            "validations": [
                {
                    "validation_rule": "width_pixels<",
                    "validation_value": 6,
                    "validation_error": "big",
                },
                {"validation_rule": "file_size_mb<"},
            ],
        },
        {
            "type": "string",
            "x-validations": [
                {"rule": "width_pixels<", "value": 6, "message": "big"},
                {"rule": "file_size_mb<", "value": None, "message": ""},
            ],
        },
    ),
    # media without a format
    Case(
        "media-sample",
        {"type": "string", "default": PNG},
        {"type": "string", "x-media": "image", "examples": [PNG]},
        also=("sample-default",),
    ),
    Case(
        "media-sample",
        {"type": "string", "default": "Example_1271_1.mp4"},
        {"type": "string", "x-media": "video", "examples": ["Example_1271_1.mp4"]},
        name="47_clip",
        also=("sample-default",),
    ),
    Case(
        "media-items-sample",
        {**strings(), "default": [f"{PNG}?token=1"]},
        {**strings(**{"x-media": "image"}), "examples": [[f"{PNG}?token=1"]]},
        also=("sample-default",),
    ),
    *(
        Case("media-name", {"type": "string"}, {"type": "string", "x-media": kind}, name=name)
        for name, kind in [
            ("image_url", "image"),
            ("img_url", "image"),
            ("promptImage", "image"),
            ("image_url_1", "image"),
            ("first_frame", "image"),
            ("mask_image_url", "image"),
            ("284_image", "image"),
            ("47_video", "video"),
            ("left_audio", "audio"),
            ("weights_url", "file"),
            ("imageURL", "image"),
        ]
    ),
    Case("media-name", strings(), strings(**{"x-media": "image"}), name="reference_images"),
    # texts
    Case(
        "title-readable", {"type": "string", "title": "图片"}, {"type": "string", "title": "Field"}
    ),
    Case(
        "title-readable",
        {"type": "string", "title": "modelApiDoc_navField"},
        {"type": "string", "title": "Field"},
    ),
    Case(
        "title-readable", {"type": "string", "title": " A b "}, {"type": "string", "title": "A b"}
    ),
    Case(
        "title-readable",
        {"type": "string", "title": ""},
        {"type": "string", "title": "Positive Prompt 2"},
        name="positive_prompt_2",
    ),
    Case("description-empty", {"type": "string", "description": "  "}, {"type": "string"}),
    Case("description-empty", {"type": "string", "description": None}, {"type": "string"}),
    Case(
        "description-unresolved",
        {"type": "string", "description": "modelApiDoc_outDescImage"},
        {"type": "string"},
    ),
    Case(
        "description-trim",
        {"type": "string", "description": " Makes it “so”. "},
        {"type": "string", "description": "Makes it “so”."},
    ),
    # bounds
    Case(
        "bound-number",
        {"type": "number", "minimum": "0.5", "maximum": "4"},
        {"type": "number", "minimum": 0.5, "maximum": 4},
    ),
    Case("bound-number", {"type": "string", "maxLength": 9.0}, {"type": "string", "maxLength": 9}),
    Case("bound-null", {"type": "integer", "minimum": None, "maximum": ""}, {"type": "integer"}),
    Case("enum-empty", {"type": "string", "enum": []}, {"type": "string"}),
    Case("enum-empty", {"type": "string", "enum": None}, {"type": "string"}),
    Case(
        "enum-repeated",
        {"type": "string", "enum": ["a", "b", "a"]},
        {"type": "string", "enum": ["a", "b"]},
    ),
    Case(
        "enum-types",
        {"type": "string", "enum": ["auto", 5]},
        {"type": ["string", "integer"], "enum": ["auto", 5]},
    ),
    Case("enum-types", {"type": "string", "enum": [1, 2]}, {"type": "integer", "enum": [1, 2]}),
    Case(
        "enum-types",
        {"type": "string", "enum": ["a", None]},
        {"type": ["string", "null"], "enum": ["a", None]},
    ),
    # defaults
    Case("default-null", {"type": "integer", "default": None}, {"type": "integer"}, name="seed"),
    Case(
        "default-number",
        {"type": "float", "default": "2.5"},
        {"type": "number", "default": 2.5},
        also=("type-alias",),
    ),
    Case(
        "default-number",
        {"type": "boolean", "default": "True"},
        {"type": "boolean", "default": True},
    ),
    Case("default-empty", {"type": "string", "default": ""}, {"type": "string"}, required=True),
    Case("default-empty", {**strings(), "default": []}, strings(), required=True),
    Case(
        "default-empty",
        {"type": "string", "enum": ["a"], "default": ""},
        {"type": "string", "enum": ["a"]},
    ),
    Case(
        "default-empty",
        {"type": "string", "format": "image_uri", "default": ""},
        {"type": "string", "x-media": "image"},
        also=("media-format",),
    ),
    *(
        Case(
            "sample-default",
            {"type": "string", "default": "a 'red' fox\n  "},
            {"type": "string", "examples": ["a 'red' fox\n  "]},
            name=name,
        )
        for name in ("prompt", "241_positive_prompt", "text", "81_text", "lyrics")
    ),
    Case(
        "sample-default",
        {"type": "integer", "default": 40123778},
        {"type": "integer", "examples": [40123778]},
        name="seed",
    ),
    Case(
        "sample-default",
        {"type": "integer", "default": 3},
        {"type": "integer", "examples": [3]},
        required=True,
    ),
    Case(
        "default-invalid",
        {"type": "string", "enum": ["a", "b"], "default": "c"},
        {"type": "string", "enum": ["a", "b"]},
        open=('default "c" breaks its own schema',),
    ),
    Case(
        "default-invalid",
        {"type": "integer", "maximum": 9, "default": 10},
        {"type": "integer", "maximum": 9},
        open=("default 10 breaks",),
    ),
    Case(
        "default-invalid",
        {"type": "string", "maxLength": 3, "examples": ["abc", "abcd"]},
        {"type": "string", "maxLength": 3, "examples": ["abc"]},
        open=('example "abcd" breaks',),
    ),
]


def run(case: Case) -> tuple[JsonObject, set[str], list[str]]:
    """Return the property afterwards, the rules that edited it and the messages left open."""
    bare = case.titled or "title" in case.before
    before = case.before if bare else {**case.before, "title": "T"}
    raw = raw_document({case.name: before}, required=[case.name] if case.required else [])
    done = normalize(raw, "page.txt")
    assert done.problems == ()
    place = f"/input_schema/properties/{case.name}"
    after = lookup(done.document, place)
    assert isinstance(after, dict)
    rules = {fix.rule for fix in done.fixes if fix.pointer.startswith(place)}
    return after, rules, [str(entry["message"]) for entry in done.open]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule_turns_before_into_after_and_is_recorded(case: Case) -> None:
    after, rules, open_ = run(case)

    bare = case.titled or "title" in case.before
    wanted = case.after if bare else {**case.after, "title": "T"}
    assert canonical_json(after) == canonical_json(wanted)
    assert rules == {case.rule, *case.also}
    assert [part in message for part, message in zip(case.open, open_, strict=True)] == [
        True for _ in case.open
    ]


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("field", {"type": "string", "enum": ["auto", "5", "6"], "default": "auto"}),
        ("field", {"type": "integer", "enum": [3, 4, 5], "default": 5}),
        ("field", {"type": "string", "enum": ["customize"], "default": "customize"}),
        ("field", {"type": "string", "enum": ["720P", "16:9", "1152:864 (4:3)"]}),
        ("field", {"type": "number", "minimum": 0, "maximum": 1, "default": 0}),
        ("field", {"type": "string", "default": ""}),
        ("negative_prompt", {"type": "string", "default": "blurry"}),
        ("seed", {"type": "integer", "minimum": -1, "default": -1}),
        ("seed", {"type": "integer", "default": 0}),
        ("seed", {"type": "integer", "maximum": 4294967295, "minimum": 0}),
        ("field", {"type": ["string", "null"], "default": None}),
        ("field", {"type": "array", "items": {"type": "string"}, "minItems": 0, "maxItems": 3}),
        ("callback_url", {"type": "string"}),
        ("webhook_uri", {"type": "string"}),
        ("image_size", {"type": "string"}),
        ("image", {"type": "string", "default": "a painting of a fox"}),
        ("video_format", {"type": "string", "enum": ["mp4", "mov"]}),
        ("field", {"type": "string", "description": "Max 500 characters; 范围"}),
    ],
)
def test_what_is_sound_stays_as_it_is(name: str, schema: JsonObject) -> None:
    after, rules, _ = run(Case("", schema, schema, name=name))

    assert after == {**schema, "title": "T"}
    assert rules == set()


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "string", "description": "Start (0\ufffd?)."}, "characters were lost"),
        (
            {"type": "string", "description": "要编辑的参考图像"},
            "the description is not in English",
        ),
    ],
)
def test_damaged_and_foreign_texts_stay_and_are_reported(schema: JsonObject, message: str) -> None:
    after, rules, open_ = run(Case("", schema, schema))

    assert after["description"] == schema["description"]
    assert rules == set()
    assert [message in entry for entry in open_] == [True]


@pytest.mark.parametrize(
    ("schema", "pointer", "message"),
    [
        ({"type": "colour"}, "/type", "the type 'colour' is not known"),
        ({"type": {"a": 1}}, "/type", "there is no type"),
        ({}, "/type", "there is no type"),
        ({"type": "string", "not": {}}, "/not", "the keyword 'not' is not known"),
        ({"type": "string", "$ref": "#/x"}, "/$ref", "the keyword '$ref' is not known"),
        ({"type": "string", "format": "hologram"}, "/format", "the keyword 'format' is not known"),
        ({"type": "string", "validations": {"a": 1}}, "/validations", "'validations' is not known"),
        ({"type": "array"}, "/items", "does not say what its items are"),
        ({"type": "array", "items": [{"type": "string"}]}, "/items", "what its items are"),
        ({"type": "object"}, "/properties", "does not say what its properties are"),
        ({"type": "object", "properties": {"a": 1}}, "/properties", "'a' is not described"),
    ],
)
def test_what_no_rule_knows_is_an_error_with_file_and_pointer(
    schema: JsonObject, pointer: str, message: str
) -> None:
    done = normalize(raw_document({"field": schema}), "page.txt")

    [problem] = done.problems
    assert problem.level == "error"
    assert problem.where == f"page.txt#/input_schema/properties/field{pointer}"
    assert message in problem.message
    assert "specs/overrides" in problem.remedy


@pytest.mark.parametrize("name", ["", "a\nb", "\x1b[2J", "a\u2028", "a\x00"])
def test_a_name_that_nobody_can_type_is_an_error_shown_escaped(name: str) -> None:
    [problem] = normalize(raw_document({name: {"type": "string"}}), "page.txt").problems

    assert problem.where == "page.txt#/input_schema/properties"
    assert repr(name)[1:-1] in str(problem)
    assert name not in str(problem) or not name


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "$ref": "file:///etc/hostname", "default": "x"},
        {"type": "string", "$ref": "http://127.0.0.1:9/schema.json", "default": "x"},
        {"type": "string", "$ref": "#", "default": "x"},
        {"type": "integer", "multipleOf": 0, "default": 3},
        {"type": "string", "pattern": "(", "default": "x"},
        {"type": "integer", "minimum": "low", "default": 3},
        {"type": "integer", "enum": "abc", "default": 3},
        {"type": "array", "items": {"type": "string"}, "minItems": -1, "default": ["x"]},
        {"type": "string", "format": ["uri"], "title": 3, "description": ["x"], "default": {}},
    ],
)
def test_broken_constraints_neither_crash_nor_fetch(schema: JsonObject) -> None:
    normalize(raw_document({"field": schema}), "page.txt")


def test_document_rules_name_title_summary_task_and_output() -> None:
    raw: JsonObject = {
        **raw_document({}, model_id="acme/Paint Box/v1.5/text-to-video"),
        "title": "Paint Box: paints on playground and API | RunComfy",
        "summary": "modelApiDoc_pitch",
    }
    done = normalize(raw, "page.txt")

    assert done.document["title"] == "Paint Box"
    assert done.document["summary"] == ""
    assert done.document["task"] == "text-to-video"
    assert lookup(done.document, "/output_schema/x-media") == "video"
    assert {"model-title", "model-summary", "model-task", "output-wrapped", "output-derived"} <= {
        fix.rule for fix in done.fixes
    }


@pytest.mark.parametrize("title", [None, "", "模型", "modelApiDoc_title"])
def test_a_title_that_cannot_be_read_is_derived_from_the_id(title: Json) -> None:
    raw = {**raw_document({}, model_id="acme/paint-box/4K/lora"), "title": title}

    assert normalize(raw, "page.txt").document["title"] == "Paint Box 4K LoRA"


@pytest.mark.parametrize(
    ("model_id", "properties", "required", "task", "medium"),
    [
        ("acme/paint/edit", {"image_url": {"type": "string"}}, True, "image-to-image", "image"),
        ("acme/paint/lipsync", {"audio": {"type": "string"}}, True, "audio-to-video", "video"),
        ("acme/sing", {"duration": {"type": "integer"}}, False, "text-to-media", None),
        ("acme/box", {"aspect_ratio": {"type": "string"}}, False, "text-to-image", "image"),
        ("acme/speech", {}, False, "text-to-audio", "audio"),
        ("acme/x/upscale", {"video_url": {"type": "string"}}, True, "video-to-video", "video"),
        ("acme/x/text-to-music", {}, False, "text-to-music", "audio"),
    ],
)
def test_task_and_medium_are_derived_or_left_open(
    model_id: str, properties: JsonObject, required: bool, task: str, medium: str | None
) -> None:
    raw = raw_document(properties, required=list(properties) if required else [], model_id=model_id)
    done = normalize(raw, "page.txt")

    assert done.document["task"] == task
    if medium is None:
        assert [entry["rule"] for entry in done.open] == ["output-derived"]
    else:
        assert lookup(done.document, "/output_schema/x-media") == medium


def test_an_output_schema_of_its_own_is_kept() -> None:
    own: JsonObject = {"type": "object", "properties": {"mesh": {"type": "string"}}}
    raw: JsonObject = {**raw_document({}), "output_schema": {"output": own}}

    assert normalize(raw, "page.txt").document["output_schema"] == own


def with_definitions(definitions: JsonObject, reference: str) -> JsonObject:
    raw = raw_document({"field": {"$ref": reference, "title": "T"}})
    schema = raw["input_schema"]
    assert isinstance(schema, dict)
    schema["definitions"] = definitions
    return raw


def test_local_references_are_inlined_and_their_definitions_dropped() -> None:
    lora: JsonObject = {"type": "object", "properties": {"path": {"$ref": "#/definitions/Path"}}}
    raw = with_definitions(
        {"LoRA": lora, "Path": {"type": "str", "title": "P"}}, "#/definitions/LoRA"
    )
    done = normalize(raw, "page.txt")

    assert done.problems == ()
    assert lookup(done.document, "/input_schema/definitions") is ABSENT
    assert lookup(done.document, "/input_schema/properties/field/properties/path/type") == "string"
    assert replay(raw, done.fixes) == done.document


@pytest.mark.parametrize(
    ("definitions", "reference"),
    [
        ({}, "#/definitions/Gone"),
        ({"A": {"$ref": "#/definitions/A"}}, "#/definitions/A"),
        ({"A": {"$ref": "#/definitions/B"}, "B": {"$ref": "#/definitions/A"}}, "#/definitions/A"),
        ({}, "https://example.com/schema.json"),
        ({}, "#"),
    ],
)
def test_references_that_lead_nowhere_are_errors(definitions: JsonObject, reference: str) -> None:
    problems = normalize(with_definitions(definitions, reference), "page.txt").problems

    assert "page.txt#/input_schema/properties/field/$ref" in [each.where for each in problems]


@pytest.mark.timeout(30)
def test_definitions_that_multiply_do_not_fill_the_memory() -> None:
    levels: JsonObject = {
        f"L{n}": {
            "type": "object",
            "properties": {f"p{i}": {"$ref": f"#/definitions/L{n + 1}"} for i in range(10)},
        }
        for n in range(12)
    }
    levels["L12"] = {"type": "string"}
    problems = normalize(with_definitions(levels, "#/definitions/L0"), "page.txt").problems

    assert problems


def test_a_chain_of_references_beyond_all_passes_is_an_error() -> None:
    chain: JsonObject = {
        f"L{n}": {"type": "object", "properties": {"a": {"$ref": f"#/definitions/L{n + 1}"}}}
        for n in range(30)
    }
    chain["L30"] = {"type": "string"}
    done = normalize(with_definitions(chain, "#/definitions/L0"), "page.txt")

    assert "rules-unsettled" in [problem.code for problem in done.problems]


def test_a_missing_example_is_made_of_required_samples() -> None:
    raw = raw_document(
        {"prompt": {"type": "string", "default": "a fox"}, "size": {"type": "integer"}},
        required=["prompt"],
    )
    del raw["example"]
    done = normalize(raw, "page.txt")

    assert done.document["example"] == {"prompt": "a fox"}
    assert "example-missing" in {fix.rule for fix in done.fixes}


def test_the_title_of_the_whole_schema_is_dropped() -> None:
    done = normalize(raw_document({}), "page.txt")

    assert lookup(done.document, "/input_schema/title") not in ("Input", "")
    assert "schema-title" in {fix.rule for fix in done.fixes}


def test_every_rule_has_a_case() -> None:
    tried = {case.rule for case in CASES}
    elsewhere = {
        "description-empty",
        "example-missing",
        "model-summary",
        "model-task",
        "model-title",
        "model-title-derived",
        "object-closed",
        "output-derived",
        "output-wrapped",
        "prose-condition",
        "prose-limit",
        "ref-inlined",
        "schema-title",
        "text-localized",
        "text-mojibake",
    }
    assert {rule.id for rule in all_rules()} - tried - elsewhere == set()


def test_every_rule_says_what_it_does_and_why() -> None:
    for rule in all_rules():
        assert rule.summary.endswith(".")
        assert rule.reason.endswith(".")


def test_the_generic_output_of_pages_is_recognised_in_any_spelling() -> None:
    spread = raw_document({"image_url": {"type": "string"}}, required=["image_url"])
    spread["output_schema"] = {"output": {**dict(reversed(_members(GENERIC_OUTPUT)))}}

    assert lookup(normalize(spread, "p").document, "/output_schema/x-media") == "image"


def _members(schema: JsonObject) -> list[tuple[str, Json]]:
    inner = schema["output"]
    assert isinstance(inner, dict)
    return list(inner.items())
