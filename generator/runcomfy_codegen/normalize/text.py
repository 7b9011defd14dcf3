"""What can be told of a text without knowing its language."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["has_mojibake", "is_english_script", "is_latin", "is_unresolved", "readable_title"]

_KEY = re.compile(r"modelApiDoc_[A-Za-z0-9]+")
_WORDS = re.compile(r"[^\W_]+?(?=[A-Z][a-z])|[^\W_.]+(?:\.\d+)*")
_ACRONYMS = {
    "url": "URL",
    "urls": "URLs",
    "id": "ID",
    "lora": "LoRA",
    "loras": "LoRAs",
    "fps": "FPS",
    "cfg": "CFG",
}


def is_unresolved(text: str) -> bool:
    """Tell whether ``text`` holds an i18n key that the site did not resolve."""
    return _KEY.search(text) is not None


def has_mojibake(text: str) -> bool:
    """Tell whether ``text`` lost characters on its way; what they were cannot be known."""
    return "\N{REPLACEMENT CHARACTER}" in text


def is_latin(text: str) -> bool:
    """Tell whether the letters of ``text`` are Latin, so that it can stand as a title in English docs."""
    letters = [char for char in text if char.isalpha()]
    return all(
        unicodedata.name(char, "").startswith(("LATIN", "MICRO", "FEMININE", "MASCULINE"))
        for char in letters
    )


def is_english_script(text: str) -> bool:
    """Tell whether ``text`` is written with the letters of English alone."""
    return all(char.isascii() for char in text if char.isalpha())


def readable_title(name: str) -> str:
    """Return an English title derived from a wire name: ``image_url_1`` gives ``Image URL 1``."""
    words = [_title_word(found.group()) for found in _WORDS.finditer(name)]
    return " ".join(words) or name


def _title_word(word: str) -> str:
    return _ACRONYMS.get(word.lower(), word[:1].upper() + word[1:])
