"""Check a payload against its model's schema and name every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

if TYPE_CHECKING:
    from .replies import JsonObject
    from .specs import ModelSpec

__all__ = ["Validation"]

_SHOWN = 120


class Validation:
    """Validate inputs; a model's validator is made on first use and kept.

    Args:
        specs: the specs by model id.
    """

    def __init__(self, specs: Mapping[str, ModelSpec]) -> None:
        self._specs = specs
        self._validators: dict[str, Any] = {}

    def faults(self, model_id: str, payload: object) -> list[JsonObject]:
        """List what is wrong with a payload.

        Args:
            model_id: a model of the catalogue.
            payload: the request's body, parsed.

        Returns:
            Entries `{"loc": ["body", ...], "msg": str, "type": str}`, sorted by place; empty when
            the payload is good.
        """
        validator = self._validators.get(model_id)
        if validator is None:
            validator = _MediaValidator(self._specs[model_id].input_schema)
            self._validators[model_id] = validator
        errors = cast("Iterable[ValidationError]", validator.iter_errors(payload))
        found = [entry for error in errors for entry in _entries(error)]
        return sorted(
            found, key=lambda entry: [str(part) for part in cast("list[object]", entry["loc"])]
        )


def _check_media(
    _validator: object, medium: object, instance: object, _schema: object
) -> Iterator[ValidationError]:
    if medium == "file" or not isinstance(instance, str):
        return
    if instance and not instance.startswith(("https://", "http://", "data:")):
        yield ValidationError(f"should be the URL or data URI of an {medium} file")


_MediaValidator: Any = cast("Any", validators).extend(
    Draft202012Validator, {"x-media": _check_media}
)


def _entries(error: ValidationError) -> Iterator[JsonObject]:
    keyword = str(error.validator)
    if keyword in ("anyOf", "oneOf") and error.context:
        for inner in _closest_branch(error.context):
            yield from _entries(inner)
        return
    for place, message, kind in _EXPLAIN.get(keyword, _explain_other)(error):
        yield {"loc": ["body", *error.absolute_path, *place], "msg": message, "type": kind}


def _closest_branch(errors: Iterable[ValidationError]) -> list[ValidationError]:
    branches: dict[object, list[ValidationError]] = {}
    for error in errors:
        branches.setdefault(error.schema_path[0], []).append(error)
    return min(
        branches.values(),
        key=lambda branch: (any(e.validator == "type" and not e.path for e in branch), len(branch)),
    )


_Explanation = Iterable[tuple[tuple[str, ...], str, str]]


def _explain_required(error: ValidationError) -> _Explanation:
    # jsonschema reports each missing name in an error of its own and quotes the name first
    name = error.message.rpartition(" is a required")[0].strip("'\"")
    return [((name,), "Field required", "missing")]


def _explain_extra(error: ValidationError) -> _Explanation:
    known = set(cast("JsonObject", error.schema).get("properties") or ())  # type: ignore[call-overload]
    names = sorted(set(cast("JsonObject", error.instance)) - known)
    return [((name,), "Extra inputs are not permitted", "extra_forbidden") for name in names]


def _explain_enum(error: ValidationError) -> _Explanation:
    choices = ", ".join(repr(choice) for choice in cast("list[object]", error.validator_value))
    return [((), f"Input should be one of {choices}", "enum")]


def _explain_type(error: ValidationError) -> _Explanation:
    wanted: object = error.validator_value
    names = " or ".join(cast("list[str]", wanted)) if isinstance(wanted, list) else str(wanted)
    return [((), f"Input should be of type {names}", f"{names.replace(' or ', '_')}_type")]


def _bound(words: str, kind: str) -> Callable[[ValidationError], _Explanation]:
    return lambda error: [((), f"Input should {words} {error.validator_value}", kind)]


def _explain_other(error: ValidationError) -> _Explanation:
    message, keyword = error.message, str(error.validator)
    shown = message if len(message) <= _SHOWN else f"{message[:_SHOWN]}…"
    return [((), shown, keyword)]


def _explain_media(error: ValidationError) -> _Explanation:
    return [((), error.message, "media_url")]


_EXPLAIN: dict[str, Callable[[ValidationError], _Explanation]] = {
    "required": _explain_required,
    "additionalProperties": _explain_extra,
    "enum": _explain_enum,
    "type": _explain_type,
    "x-media": _explain_media,
    "minimum": _bound("be greater than or equal to", "greater_than_equal"),
    "maximum": _bound("be less than or equal to", "less_than_equal"),
    "exclusiveMinimum": _bound("be greater than", "greater_than"),
    "exclusiveMaximum": _bound("be less than", "less_than"),
    "minLength": _bound("have a length of at least", "string_too_short"),
    "maxLength": _bound("have a length of at most", "string_too_long"),
    "minItems": _bound("have at least this number of items:", "too_short"),
    "maxItems": _bound("have at most this number of items:", "too_long"),
    "pattern": _bound("match the pattern", "string_pattern_mismatch"),
}
