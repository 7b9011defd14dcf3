"""Write JSON values as Python source, in the form that black gives them."""

from __future__ import annotations

from runcomfy_codegen.format import WIDTH, fits, width
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.literals import literal

__all__ = ["one_line", "rows", "source", "text_source"]


def source(
    value: Json, indent: int, before: int = 0, *, spread: str = "", short: bool = False
) -> str:
    """Return ``value`` as Python source: on one line if it fits and a comma behind it, else one member a line.

    Args:
        value: The value.
        indent: Columns by which its line is indented.
        before: Columns that stand before it on its line; 0 for the indentation only.
        spread: Name of an object whose members are taken in front of those of ``value``, an object.
        short: Whether long runs of one letter or item are written as products, which type checkers take for any text.
    """
    flat = one_line(value, spread, short=short)
    if fits(flat, WIDTH - 1 - (before or indent)):
        return flat
    pad = " " * (indent + 4)
    if isinstance(value, list) and value:
        inner = "".join(f"{pad}{source(item, indent + 4, short=short)},\n" for item in value)
        return f"[\n{inner}{' ' * indent}]"
    if isinstance(value, dict) and value:
        first = f"{pad}**{spread},\n" if spread else ""
        keyed = {f"{text_source(name)}: ": member for name, member in value.items()}
        return f"{{\n{first}{rows(keyed, indent + 4, short=short)}{' ' * indent}}}"
    return one_line(value, spread)


def rows(values: JsonObject, indent: int, *, short: bool = False) -> str:
    """Return lines with a key (as it is to stand there), its value's source and a comma each."""
    pad = " " * indent
    return "".join(
        f"{pad}{key}{source(value, indent, indent + width(key), short=short)},\n"
        for key, value in values.items()
    )


def text_source(text: str, *, short: bool = False) -> str:
    """Return a text literal; the argument is that of :func:`source`."""
    stem = text.rstrip(text[-1:])
    run = len(text) - len(stem)
    if short and run > _RUN:
        product = f"{text_source(text[-1])} * {run}"
        return f"{text_source(stem)} + {product}" if stem else product
    return literal(text)


_RUN = 40
_FEW = 3


def one_line(value: Json, spread: str = "", *, short: bool = False) -> str:
    """Return ``value`` as Python source on one line; the arguments are those of :func:`source`."""
    if isinstance(value, str):
        return text_source(value, short=short)
    if isinstance(value, list):
        items = [one_line(item, short=short) for item in value]
        if short and len(items) > _FEW and len(set(items)) == 1:
            return f"[{items[0]}] * {len(items)}"
        return f"[{', '.join(items)}]"
    if isinstance(value, dict):
        members = [f"**{spread}"] if spread else []
        members += [f"{text_source(name)}: {one_line(v, short=short)}" for name, v in value.items()]
        return f"{{{', '.join(members)}}}"
    return literal(value)
