"""Find the types that say nothing: ``Any``, ``object`` and containers without what they hold, however deep."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

__all__ = ["open_types"]


def open_types(hint: object) -> Iterator[str]:
    """Yield a name for each part of ``hint`` that leaves the type open."""
    origin = get_origin(hint)
    if hint is Any or hint is object:
        yield getattr(hint, "__name__", str(hint))
    elif origin is Literal:
        return
    elif origin is Annotated:
        yield from open_types(get_args(hint)[0])
    elif origin is None:
        if _is_bare(hint):
            yield f"bare {getattr(hint, '__name__', hint)}"
    else:
        for argument in get_args(hint):
            if argument is not Ellipsis:
                yield from _of_argument(argument)


def _of_argument(argument: object) -> Iterator[str]:
    if isinstance(argument, list):
        for each in typing.cast("list[object]", argument):
            yield from open_types(each)
    else:
        yield from open_types(argument)


def _is_bare(hint: object) -> bool:
    """Tell whether ``hint`` is a generic class or alias without its arguments."""
    generic = hasattr(hint, "_nparams") or bool(getattr(hint, "__parameters__", ()))
    module = getattr(hint, "__module__", "")
    of_language = module in ("builtins", "collections", "collections.abc")
    return generic or (of_language and hasattr(hint, "__class_getitem__"))
