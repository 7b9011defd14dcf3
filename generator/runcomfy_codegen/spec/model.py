"""The spec of one model, as data and as canonical JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from runcomfy_codegen.jsontypes import Json, JsonObject

__all__ = ["DOCUMENT_KEYS", "SPEC_VERSION", "ModelSpec", "canonical_json"]

SPEC_VERSION = 1
DOCUMENT_KEYS = ("model_id", "title", "summary", "task", "input_schema", "output_schema", "example")
"""The members that describe the model itself; the others say where they come from."""


def canonical_json(value: Json) -> str:
    """Return ``value`` as JSON with sorted keys, two blanks of indentation and a final LF."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"


@dataclass(frozen=True)
class ModelSpec:
    """One model's spec. ``data`` has the members that DESIGN gives for spec files."""

    data: JsonObject

    @classmethod
    def from_text(cls, text: str) -> ModelSpec:
        """Return the spec whose file holds ``text``, which must be canonical: it is not written out again."""
        spec = cls(cast("JsonObject", json.loads(text)))
        spec.__dict__["text"] = text
        return spec

    def __getstate__(self) -> dict[str, object]:
        """Return what is given to another process: a thread sends it, while this one may be finding out more."""
        return dict(self.__dict__)

    @property
    def model_id(self) -> str:
        """The id on the service."""
        return str(self.data["model_id"])

    @property
    def title(self) -> str:
        """The readable English name."""
        return str(self.data["title"])

    @property
    def summary(self) -> str:
        """What the page says of the model, or an empty string."""
        return str(self.data["summary"])

    @property
    def task(self) -> str:
        """The task, such as ``image-to-video``."""
        return str(self.data["task"])

    @property
    def input_schema(self) -> JsonObject:
        """JSON Schema 2020-12 of the request's payload."""
        return cast("JsonObject", self.data["input_schema"])

    @property
    def output_schema(self) -> JsonObject:
        """JSON Schema 2020-12 of the result's ``output``."""
        return cast("JsonObject", self.data["output_schema"])

    @property
    def example(self) -> JsonObject:
        """The docs' own payload."""
        return cast("JsonObject", self.data["example"])

    @property
    def fixes(self) -> list[JsonObject]:
        """Every edit that turned the raw document into this spec."""
        return cast("list[JsonObject]", self.data["fixes"])

    @property
    def open(self) -> list[JsonObject]:
        """What was seen and could not be repaired."""
        return cast("list[JsonObject]", self.data["open"])

    @property
    def document(self) -> JsonObject:
        """The members that describe the model itself."""
        return {key: self.data[key] for key in DOCUMENT_KEYS}

    @cached_property
    def text(self) -> str:
        """The spec file's text."""
        return canonical_json(self.data)

    @cached_property
    def sha256(self) -> str:
        """The hash of the spec file's bytes."""
        return hashlib.sha256(self.text.encode()).hexdigest()
