"""Compare two sets of specs and let the rules judge each difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runcomfy_codegen.diff.delta import Delta, Part, Place, walk_pair
from runcomfy_codegen.diff.facts import facts, same, value_key
from runcomfy_codegen.diff.finding import Finding, sort_findings
from runcomfy_codegen.diff.registry import claims
from runcomfy_codegen.errors import visible
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.pointer import ABSENT, Absent
from runcomfy_codegen.spec import ModelSpec

__all__ = ["diff_specs"]

_SCHEMAS: Mapping[str, Part] = {"input_schema": "input", "output_schema": "output"}
_NO_NAMES: Mapping[str, str] = {}


def diff_specs(
    old: Iterable[ModelSpec],
    new: Iterable[ModelSpec],
    old_names: Mapping[str, str] = _NO_NAMES,
    new_names: Mapping[str, str] = _NO_NAMES,
) -> tuple[Finding, ...]:
    """Return all changes from ``old`` to ``new``, by model and worst first.

    Args:
        old: The specs of one release.
        new: The specs of the next.
        old_names: The names lock of the old release, model id to attribute path.
        new_names: That of the new one; only models that both releases and both locks have are compared.

    Returns:
        The findings; none when both releases have the same facts, texts and paths.
    """
    before = {spec.model_id: spec for spec in old}
    after = {spec.model_id: spec for spec in new}
    findings: list[Finding] = []
    for model_id in sorted({*before, *after}):
        was, now = before.get(model_id), after.get(model_id)
        for delta in _deltas(was, now):
            findings.extend(_judge(model_id, delta))
        if was is not None and now is not None:
            paths = old_names.get(model_id, ABSENT), new_names.get(model_id, ABSENT)
            if ABSENT not in paths and not same(*paths):
                findings.extend(_judge(model_id, _member("attribute_path", "", *paths)))
    return sort_findings(findings)


def _deltas(old: ModelSpec | None, new: ModelSpec | None) -> Iterator[Delta]:
    if old is None or new is None:
        yield _member("model", "", old.title if old else ABSENT, new.title if new else ABSENT)
        return
    if old is new or value_key(old.document) == value_key(new.document):
        return
    was, now = facts(old), facts(new)
    for name in was:
        before, after = was[name], now[name]
        part = _SCHEMAS.get(name)
        if part is not None and isinstance(before, dict) and isinstance(after, dict):
            yield from walk_pair(Place(part, f"/{name}", "", before, after))
        elif not same(before, after):
            yield _member(name, f"/{name}", before, after)


def _member(name: str, pointer: str, before: Json | Absent, after: Json | Absent) -> Delta:
    nothing: JsonObject = {}
    return Delta(Place("model", "", "", nothing, nothing), name, pointer, "", before, after)


def _judge(model_id: str, delta: Delta) -> Iterator[Finding]:
    part = delta.place.part
    label = delta.label or ("" if part == "model" else f"the {part}")
    if part == "output" and delta.label:
        label = f"output {label}"
    for rule, words in claims(delta):
        message = visible(f"{label}: {words}" if label else words)
        yield Finding(
            rule.id,
            model_id,
            delta.pointer,
            rule.level,
            delta.before,
            delta.after,
            message,
            rule.section,
        )
