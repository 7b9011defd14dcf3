"""What units print themselves with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import jinja2

__all__ = ["Renderer"]


@dataclass(frozen=True, slots=True)
class Renderer:
    """The templates, and the sources of the input classes by model id."""

    environment: jinja2.Environment
    classes: Mapping[str, str] = field(default_factory=dict[str, str])

    def fill(self, template: str, **context: object) -> str:
        """Return the text of ``template`` with ``context``."""
        return self.environment.get_template(template).render(**context)
