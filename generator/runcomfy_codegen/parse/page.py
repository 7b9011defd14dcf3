"""Parse one page into the raw document of its model.

Nothing here looks at words. The anchors are the request URLs, ``--data '`` before a JSON object, and the order in
which a page gives things: submit, submit, status, result, cancel, input schema, output schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.extract import Page
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.parse.heading import find_heading
from runcomfy_codegen.parse.locale import detect_layout, detect_locale
from runcomfy_codegen.parse.model_id import check_model_id
from runcomfy_codegen.parse.scan import BrokenObject, FoundObject, scan_objects

__all__ = ["RawModel", "parse_page"]

_MODEL_URL = re.compile(
    r"--url\s+[\"']?https://model-api\.runcomfy\.net/v1/models/((?:(?!\s--)[^\n\\\"'<>()\[\]{}`])*)"
)
_ANY_MODEL_URL = re.compile(
    r"https://model-api\.runcomfy\.net/v1/models/([A-Za-z0-9_./-]*[A-Za-z0-9_])"
)
_CANCEL_URL = "/v1/requests/{request_id}/cancel"
_PAYLOAD = re.compile(r"--data\s+'(?=\s*\{)")
_RESCRAPE = "scrape the page again, whole"


@dataclass(frozen=True, slots=True)
class RawModel:
    """What one source says of one model, unedited.

    ``document`` has the members ``model_id`` and ``input_schema``, and where the source gives them ``title``,
    ``summary``, ``output_schema`` and ``example``. ``source`` is the entry for the spec's ``sources``.
    """

    document: JsonObject
    source: JsonObject

    @property
    def name(self) -> str:
        """The source's name for reports."""
        return str(self.source.get("page", self.source.get("catalogue")))

    @property
    def model_id(self) -> str:
        """The model's id on the service."""
        return str(self.document["model_id"])


def parse_page(page: Page) -> RawModel | Problem:
    """Return the raw model that ``page`` describes, or the problem that says what is missing."""
    model_id = _find_model_id(page)
    if isinstance(model_id, Problem):
        return model_id
    schemas = _find_schemas(page)
    if isinstance(schemas, Problem):
        return schemas
    example = _find_example(page)
    if isinstance(example, Problem):
        return example
    document: JsonObject = {"model_id": model_id, **find_heading(page.text, model_id), **schemas}
    if example is not None:
        document["example"] = example
    source: JsonObject = {
        "page": page.name,
        "sha256": page.sha256,
        "locale": detect_locale(page.text),
        "layout": detect_layout(page.text),
    }
    return RawModel(document, source)


def _find_model_id(page: Page) -> str | Problem:
    matches: list[str] = _MODEL_URL.findall(page.text) or _ANY_MODEL_URL.findall(page.text)
    ids = sorted({unquote(match.strip()).rstrip("/") for match in matches})
    if not ids:
        return Problem(
            "error",
            "not-a-model-page",
            page.name,
            "no request URL https://model-api.runcomfy.net/v1/models/<id> was found, so this is no model API page",
            "pass the page whose address ends in /api",
        )
    if len(ids) > 1:
        return Problem(
            "error",
            "several-models",
            page.name,
            f"the page names {len(ids)} models ({', '.join(ids[:4])})",
            "pass one model a page",
        )
    return check_model_id(ids[0], page.name)


def _find_example(page: Page) -> JsonObject | Problem | None:
    payloads: list[JsonObject] = []
    for match in _PAYLOAD.finditer(page.text):
        found = next(scan_objects(page.text, match.end()), None)
        if isinstance(found, BrokenObject):
            return Problem(
                "error",
                "example-broken",
                page.name,
                f"the example payload is not complete JSON: {found.reason}",
                _RESCRAPE,
            )
        if found is not None and found.value not in payloads:
            payloads.append(found.value)
        if len(payloads) > 1:
            break
    if len(payloads) > 1:
        return Problem(
            "error",
            "examples-differ",
            page.name,
            "the page's submit requests carry different payloads",
            _RESCRAPE,
        )
    return payloads[0] if payloads else None


def _find_schemas(page: Page) -> JsonObject | Problem:
    cancel = page.text.rfind(_CANCEL_URL)
    if cancel == -1:
        return Problem(
            "error",
            "page-cut-off",
            page.name,
            f"the page ends before the cancel request ({_CANCEL_URL}), so its schemas are missing",
            _RESCRAPE,
        )
    found: JsonObject = {}
    broken: BrokenObject | None = None
    for candidate in scan_objects(page.text, cancel + len(_CANCEL_URL)):
        if isinstance(candidate, FoundObject):
            if "input_schema" not in found and isinstance(candidate.value.get("properties"), dict):
                found["input_schema"] = candidate.value
            elif "input_schema" in found and isinstance(candidate.value.get("output"), dict):
                found["output_schema"] = candidate.value
                break
        elif broken is None and candidate.stopped_at > candidate.start + 1:
            broken = candidate
    missing = "input" if "input_schema" not in found else "output"
    if broken is not None and "output_schema" not in found:
        return Problem(
            "error",
            "schema-broken",
            page.name,
            f"the {missing} schema is cut off or is not JSON: {broken.reason}",
            _RESCRAPE,
        )
    if "input_schema" not in found:
        return Problem(
            "error",
            "schema-missing",
            page.name,
            'there is no input schema (a JSON object with "properties") after the cancel request',
            _RESCRAPE,
        )
    return found
