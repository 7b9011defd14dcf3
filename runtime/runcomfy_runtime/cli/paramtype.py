"""click's `ParamType`, generic in what it converts to: for type checkers always, at run time from click 8.4 on only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

__all__ = ["ParamType"]

if TYPE_CHECKING:
    from click import ParamType
else:

    class ParamType(click.ParamType):
        """A kind of value; ``ParamType[str]`` is this class itself."""

        def __class_getitem__(cls, _converted: Any) -> type[ParamType]:
            return cls
