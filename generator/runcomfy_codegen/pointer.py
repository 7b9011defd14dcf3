"""Read and edit JSON documents by RFC 6901 pointers."""

from __future__ import annotations

from enum import Enum

from runcomfy_codegen.jsontypes import Json

__all__ = ["ABSENT", "Absent", "assign", "child", "lookup", "remove", "split"]


class Absent(Enum):
    """The type of :data:`ABSENT`, which stands for a value that is not there."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


def child(pointer: str, key: str | int) -> str:
    """Return the pointer of a member of the value at ``pointer``."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def split(pointer: str) -> list[str]:
    """Return the unescaped tokens of ``pointer``."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def lookup(document: Json, pointer: str) -> Json | Absent:
    """Return the value at ``pointer``, or :data:`ABSENT`."""
    value = document
    for token in split(pointer):
        if isinstance(value, dict):
            if token not in value:
                return ABSENT
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return ABSENT
    return value


def assign(document: Json, pointer: str, value: Json) -> None:
    """Set the member at ``pointer``; its parent must exist.

    Raises:
        LookupError: The parent is missing or holds no members.
    """
    parent, token = _parent(document, pointer)
    if isinstance(parent, dict):
        parent[token] = value
    elif int(token) == len(parent):
        parent.append(value)
    else:
        parent[int(token)] = value


def remove(document: Json, pointer: str) -> None:
    """Delete the member at ``pointer``.

    Raises:
        LookupError: There is no such member.
    """
    parent, token = _parent(document, pointer)
    if isinstance(parent, dict):
        del parent[token]
    else:
        del parent[int(token)]


def _parent(document: Json, pointer: str) -> tuple[dict[str, Json] | list[Json], str]:
    head, _, _ = pointer.rpartition("/")
    parent = lookup(document, head)
    if not isinstance(parent, (dict, list)):
        raise LookupError(f"nothing to edit at {pointer!r}")
    return parent, split(pointer)[-1]
