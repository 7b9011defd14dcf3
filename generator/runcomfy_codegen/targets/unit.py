"""One file to be generated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jinja2

__all__ = ["Unit"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One file to be generated.

    Attributes:
        path: Where it goes, relative to the output folder, with forward slashes.
        facts: Text that changes whenever the file's content may change for reasons of the specs; part of its key.
        templates: Names of the templates it is made from; their texts are part of the key.
        render: Makes the text.
        model_id: The model it belongs to, or empty.
    """

    path: str
    facts: str
    templates: tuple[str, ...]
    render: Callable[[jinja2.Environment], str]
    model_id: str = ""
