"""Merge what several pages say of one model: one is the base, the others lend it readable texts and must agree."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.conflicts import adopt_catalogue, compare_pages
from runcomfy_codegen.normalize.engine import Normalized, normalize
from runcomfy_codegen.normalize.provenance import Fix
from runcomfy_codegen.normalize.text import has_mojibake, is_latin, is_unresolved
from runcomfy_codegen.parse import RawModel
from runcomfy_codegen.pointer import Absent, assign, child, lookup

__all__ = ["Merged", "merge_models"]

RULE = "text-merged"
_TEXTS = frozenset({"title", "description"})


@dataclass(frozen=True, slots=True)
class Merged:
    """The normalized document of one model, from all its sources, the base first."""

    normalized: Normalized
    sources: tuple[RawModel, ...]


def merge_models(models: Sequence[RawModel]) -> Merged:
    """Merge the raw models of one id and normalize the result.

    The base is the page with resolved English sentences, if there is one; without pages, the newest catalogue. Texts
    that the base lacks, or has only as keys or in another script, are taken from the others. Facts (names, types,
    bounds, enums, defaults, media) must be the same everywhere. Two pages that disagree are an error that names both;
    a catalogue is newer than any page, so its fact is taken and the difference reported.
    """
    ordered = sorted(models, key=_preference)
    base, others = ordered[0], ordered[1:]
    document = copy.deepcopy(base.document)
    lent = [fix for other in others for fix in _lend_texts(document, other)]
    normalized = normalize(document, base.name)
    fixes = [*lent, *normalized.fixes]
    problems = list(normalized.problems)
    for other in others:
        theirs = normalize(other.document, other.name)
        if "page" in other.source:
            problems += compare_pages(base, normalized.document, other, theirs.document)
        elif "page" in base.source and not theirs.problems:
            edits, reported = adopt_catalogue(base, normalized.document, other, theirs.document)
            fixes += edits
            problems += reported
            break
    result = Normalized(normalized.document, tuple(fixes), normalized.open, tuple(problems))
    return Merged(result, tuple(ordered))


def _preference(model: RawModel) -> tuple[bool, int, bool, str, str]:
    """Sort pages before catalogues, English pages first, and the newest catalogue first."""
    locale = str(model.source.get("locale", ""))
    rank = {"en": 0, "unresolved": 2}.get(locale, 1)
    age = "".join(chr(0x10FFFF - ord(c)) for c in str(model.source.get("retrieved") or ""))
    return (
        "page" not in model.source,
        rank,
        "title" not in model.document,
        age or "\U0010ffff",
        model.name,
    )


def _lend_texts(document: JsonObject, other: RawModel) -> Iterator[Fix]:
    for pointer, text in list(_texts(other.document, "")):
        before = lookup(document, pointer)
        if not _is_better(text, before) or isinstance(_parent(document, pointer), Absent):
            continue
        assign(document, pointer, text)
        yield Fix(RULE, pointer, before, text, f"The text stands on the page {other.name}.")


def _texts(value: Json, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a document: its own title and summary, and those of every schema node below ``properties``."""
    if not isinstance(value, dict):
        return
    for name, member in value.items():
        place = child(pointer, name)
        if isinstance(member, str) and (name in _TEXTS or place == "/summary"):
            yield place, member
        elif name != "example":
            yield from _texts(member, place)


def _parent(document: JsonObject, pointer: str) -> Json | Absent:
    return lookup(document, pointer.rpartition("/")[0])


def _is_better(text: str, than: Json | Absent) -> bool:
    return _quality(text) > (_quality(than) if isinstance(than, str) else 0)


def _quality(text: str) -> int:
    """Rate a text: nothing or a key 0, another script 1, damaged 2, readable 3."""
    if not text.strip() or is_unresolved(text):
        return 0
    if not is_latin(text):
        return 1
    return 2 if has_mojibake(text) else 3
