"""What units print themselves with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import jinja2

from runcomfy_codegen.cache.pieces import Pieces

__all__ = ["Renderer"]


@dataclass(frozen=True, slots=True)
class Renderer:
    """The templates, the sources of the input classes by model id, and pieces of files that were made before."""

    environment: jinja2.Environment
    classes: Mapping[str, str] = field(default_factory=dict[str, str])
    pieces: Pieces = field(default_factory=Pieces)

    def fill(self, template: str, **context: object) -> str:
        """Return the text of ``template`` with ``context``."""
        return self.environment.get_template(template).render(**context)
