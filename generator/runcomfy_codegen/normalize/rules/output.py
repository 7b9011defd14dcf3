"""Rules for the output schema, which on every page is the same and says nothing of the model."""

from __future__ import annotations

from collections.abc import Iterator

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.medium import output_medium
from runcomfy_codegen.normalize.registry import Change, Edit, Finding, document_rule

OUTPUT = "/output_schema"
_GENERIC = frozenset({"image", "video", "images", "videos", "audio", "audios"})


@document_rule(
    "output-wrapped", "The page wraps the schema as {'output': ...}, which is no schema itself."
)
def unwrap_output(document: JsonObject) -> Iterator[Change]:
    """Replace the output schema by what stands inside its ``output`` member."""
    schema = document.get("output_schema")
    if isinstance(schema, dict) and set(schema) == {"output"}:
        yield Edit(OUTPUT, schema["output"])


@document_rule(
    "output-derived",
    "The page gives the generic output schema, or none; the medium is derived from the id and the inputs.",
    "derive",
)
def derive_output(document: JsonObject) -> Iterator[Change]:
    """Replace a generic or missing output schema by that of the derived medium."""
    schema = document.get("output_schema")
    if isinstance(schema, dict) and ("x-media" in schema or not _is_generic(schema)):
        return
    medium = output_medium(document)
    if medium is None:
        yield Finding(
            OUTPUT, "neither the id nor the inputs tell whether images, video or audio come out"
        )
        return
    yield Edit(OUTPUT, _schema_of(medium))


def _is_generic(schema: JsonObject) -> bool:
    properties = schema.get("properties")
    return isinstance(properties, dict) and set(properties) <= _GENERIC


def _schema_of(medium: str) -> JsonObject:
    link: JsonObject = {"type": "string", "format": "uri", "x-media": medium}
    many: Json = {"type": "array", "items": dict(link)}
    return {
        "type": "object",
        "x-media": medium,
        "properties": {medium: link, "audios" if medium == "audio" else f"{medium}s": many},
    }
