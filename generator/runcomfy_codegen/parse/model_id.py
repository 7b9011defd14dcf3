"""The rules for model ids."""

from __future__ import annotations

import re

from runcomfy_codegen.errors import Problem

__all__ = ["check_model_id"]

MAX_ID_LENGTH = 200
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*")


def check_model_id(model_id: str, where: str) -> str | Problem:
    """Return ``model_id`` if it is one, else a problem.

    An id has two to five segments of letters, digits, dots, dashes, underscores and inner blanks, as the ids seen on
    pages and in the catalogue; that also keeps it inside the specs folder when it becomes a path.
    """
    segments = model_id.split("/")
    bad = [
        segment
        for segment in segments
        if not _SEGMENT.fullmatch(segment) or segment != segment.strip() or segment.endswith(".")
    ]
    if bad or not 2 <= len(segments) <= 5 or len(model_id) > MAX_ID_LENGTH:
        why = (
            f"the segment {bad[0][:60]!r} is not allowed"
            if bad
            else f"it has {len(segments)} segments"
        )
        return Problem(
            "error",
            "model-id",
            where,
            f"{model_id[:120]!r} is no model id: {why}",
            "an id has 2 to 5 segments of letters, digits, '.', '-', '_' and inner blanks",
        )
    return model_id
