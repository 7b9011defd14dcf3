"""One file to be generated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runcomfy_codegen.render.renderer import Renderer

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
    render: Callable[[Renderer], str]
    model_id: str = ""
