"""Tell the language of a page's sentences as far as it matters: is there English text at all."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Literal

from runcomfy_codegen.parse.scan import FoundObject, scan_objects

__all__ = ["Layout", "detect_layout", "detect_locale"]

Layout = Literal["flat", "headed", "indented", "menu"]

_ENGLISH = re.compile(r"\b(the|and|your|with|for|from)\b", re.IGNORECASE)
_SCRIPTS = {
    "HANGUL": "und-Kore",
    "HIRAGANA": "und-Jpan",
    "KATAKANA": "und-Jpan",
    "CJK": "und-Hani",
    "CYRILLIC": "und-Cyrl",
    "ARABIC": "und-Arab",
    "LATIN": "und-Latn",
}
_CONTENTS = re.compile(r"^1\.(?>.*?2\.).*3\.", re.MULTILINE)
_CHAPTER = re.compile(r"^1\.\s*\S", re.MULTILINE)


def detect_locale(text: str) -> str:
    """Return ``unresolved`` for i18n keys, ``en`` for English, else the script as a BCP 47 tag (``und-Latn``).

    Only prose counts: JSON objects hold prompts and titles whose language is independent of the page's.
    """
    prose = _prose(text)
    if "modelApiDoc_" in prose:
        return "unresolved"
    if len(_ENGLISH.findall(prose)) >= 3:
        return "en"
    scripts: Counter[str] = Counter()
    for char in prose:
        if char.isalpha() and not char.isascii():
            scripts[
                _SCRIPTS.get(unicodedata.name(char, "").split(" ")[0].split("-")[0], "und")
            ] += 1
    return scripts.most_common(1)[0][0] if scripts else "und-Latn"


def detect_layout(text: str) -> Layout:
    """Return which of the known layouts the page has."""
    if _CONTENTS.search(text):
        return "menu"
    if re.search(r"\\\n {2,}--", text):
        return "indented"
    return "headed" if _CHAPTER.search(text) else "flat"


def _prose(text: str) -> str:
    parts: list[str] = []
    position = 0
    for found in scan_objects(text):
        if isinstance(found, FoundObject):
            parts.append(text[position : found.start])
            position = found.end
    parts.append(text[position:])
    return "\n".join(
        line for line in "".join(parts).split("\n") if "curl " not in line and "--" not in line
    )
