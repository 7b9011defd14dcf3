"""Nearest-name suggestions for attributes and model ids that do not exist."""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["missing_attribute", "nearest_models"]


def missing_attribute(holder: object, name: str) -> AttributeError:
    """Return the error for an attribute that ``holder`` does not have, naming the nearest one it has."""
    text = f"{type(holder).__name__!r} has no attribute {name!r}"
    if not name.startswith("_"):
        from difflib import get_close_matches

        near = get_close_matches(name, [known for known in dir(holder) if known[0] != "_"], n=1)
        if near:
            text += f"; did you mean {near[0]!r}?"
    return AttributeError(text, name=name, obj=holder)


def nearest_models(model_id: str, known: Collection[str]) -> str:
    """Return a clause such as ``; did you mean "a/b" or "a/c"?``, empty when nothing is near."""
    from difflib import get_close_matches

    near = get_close_matches(model_id, known, n=2, cutoff=0.75)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
