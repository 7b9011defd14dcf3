"""Find a page's own title and summary line, where its layout has them."""

from __future__ import annotations

import re

from runcomfy_codegen.jsontypes import JsonObject

__all__ = ["find_heading"]

MAX_HEADING_LINES = 40
_RUN_TOGETHER_CONTENTS = re.compile(r"^1\.(?>.*?2\.).*3\.")
_FIRST_CHAPTER = re.compile(r"^1\.\s*\S")
_UNRESOLVED = "modelApiDoc_"


def find_heading(text: str, model_id: str) -> JsonObject:
    """Return ``title`` and ``summary`` members as far as the page has them.

    Two layouts have a title: one puts the id alone on the line below it; the other begins with title, summary and a
    contents line, then the first numbered chapter. Site menus and bare pages give nothing.
    """
    lines = [line.strip() for line in text.split("\n", MAX_HEADING_LINES)[:MAX_HEADING_LINES]]
    lines = [line for line in lines if line]
    intro = next(
        (n for n, line in enumerate(lines) if "curl " in line or "://" in line), len(lines)
    )
    lines = lines[:intro]
    if model_id in lines:
        place = lines.index(model_id)
        return {"title": lines[place - 1]} if place and _is_prose(lines[place - 1]) else {}
    chapter = next((n for n, line in enumerate(lines) if _FIRST_CHAPTER.match(line)), 0)
    if chapter < 2 or any(_RUN_TOGETHER_CONTENTS.match(line) for line in lines):
        return {}
    heading: JsonObject = {}
    if _is_prose(lines[0]):
        heading["title"] = lines[0]
    if chapter > 2 and _is_prose(lines[1]):
        heading["summary"] = lines[1]
    return heading


def _is_prose(line: str) -> bool:
    return _UNRESOLVED not in line and not line.startswith(("{", "#!"))
