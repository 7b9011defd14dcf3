"""Where the files of a job go: a path made from a template and the row's key, one that no other row can get."""

from __future__ import annotations

import hashlib
import re
import string
from typing import Final

from ..filenames import safe_name

__all__ = ["DEFAULT_LAYOUT", "Layout", "folder_safe"]

DEFAULT_LAYOUT: Final = "{key}/{index:03}{suffix}"
_SEGMENT_OF_KEY: Final = re.compile(
    r"[^{}]*(\{index[^}]*\}[-_. ]+)?\{key\}([-_. ]+\{index[^}]*\})?[^{}]*"
)
"""Beside the key, a segment may hold the index only, set off: then no two keys give the same segment."""
_KNOWN: Final = ("key", "index", "model", "request_id", "kind")
_FIELD: Final = re.compile(r"\{[^}]*\}")
_WIDTH: Final = re.compile(r"0?[1-9]d?")
_LONGEST: Final = 80
_LONGEST_NAME: Final = 130
"""Bytes of a key, and of a whole name; file systems take 255, and a suffix and a number are added."""
_MARKED: Final = re.compile(r"-[0-9a-f]{16}$")


class Layout:
    """A template of paths below a folder.

    It can hold ``{key}``, ``{index}`` (the file's place in the output, from 1, such as ``{index:03}``), ``{model}``,
    ``{request_id}``, ``{kind}`` and, at its end, ``{suffix}``, which is added where it is missing. Each value stays
    within its segment, whatever it holds. A key that is no safe file name on every system, and the second file of a job
    where there is no ``{index}``, get a hash of the key behind them.
    """

    def __init__(self, template: str = DEFAULT_LAYOUT) -> None:
        """Read a template.

        Raises:
            ValueError: If it could lead out of the folder, or give two rows the same path; the message says why.
        """
        self.template = template
        whole = template.removesuffix("{suffix}")
        segments = whole.split("/")
        if any(part.strip(". ") == "" for part in segments) or "\\" in template:
            raise _refused(template, "each part between slashes must name something")
        for segment in segments:
            _check_fields(template, segment)
        keyed = [part for part in segments if "{key}" in part]
        if not keyed or not any(_SEGMENT_OF_KEY.fullmatch(part) for part in keyed):
            raise _refused(
                template,
                "one part must hold {key}, beside it at most {index} with '-', '_' or '.' between them",
            )
        self._segments = segments
        self._counts = "{index" in whole

    def path(
        self,
        key: str,
        index: int,
        *,
        model_id: str = "",
        request_id: str = "",
        kind: str = "file",
        folds_case: bool = False,
    ) -> str:
        """Return the path of a file below the folder, with ``/`` between its parts and without suffix.

        Args:
            key: The row's key.
            index: The file's place in the output, from 1.
            model_id: The model.
            request_id: The job.
            kind: What the file is taken for.
            folds_case: Whether the place takes ``A`` and ``a`` for the same name.
        """
        facts: dict[str, str | int] = {
            "key": folder_safe(key, folds_case=folds_case),
            "index": index,
            "model": safe_name(model_id),
            "request_id": safe_name(request_id),
            "kind": kind,
        }
        *folders, name = (_fit(part.format_map(facts)) for part in self._segments)
        if index > 1 and not self._counts:
            name = _fit(f"{name}-{index}-{_hash(key)}")
        return "/".join([*folders, name])


def folder_safe(key: str, *, folds_case: bool = False) -> str:
    """Return a file name for ``key``: itself where that is safe on every system, else cleaned and told apart by a hash.

    Two keys never get the same name, on a place that folds case neither if ``folds_case`` is set.
    """
    name = safe_name(key)
    same = name == key and (not folds_case or key == key.casefold())
    if same and len(key.encode()) <= _LONGEST and not _MARKED.search(key):
        return key
    return f"{_cut(name, _LONGEST) or 'key'}-{_hash(key)}"


def _check_fields(template: str, segment: str) -> None:
    try:
        parts = [part for part in string.Formatter().parse(segment) if part[1] is not None]
    except ValueError as error:
        raise _refused(template, str(error)) from None
    for _, field, form, conversion in parts:
        plain = not form or (field == "index" and _WIDTH.fullmatch(form))
        if field not in _KNOWN or conversion or not plain:
            names = ", ".join(f"{{{name}}}" for name in _KNOWN)
            raise _refused(template, f"it can hold {names} and, at its end, {{suffix}}")
    shown = _FIELD.sub("x", segment)
    if safe_name(shown) != shown:
        raise _refused(template, f"{segment!r} is no file name on every system")


def _fit(name: str) -> str:
    """Return a name that is short enough for every file system; a longer one is cut and told apart by its hash."""
    if len(name.encode("utf-8", "surrogatepass")) <= _LONGEST_NAME:
        return safe_name(name)
    return f"{_cut(safe_name(name), _LONGEST)}-{_hash(name)}"


def _cut(name: str, size: int) -> str:
    return name.encode()[:size].decode("utf-8", "ignore").rstrip(". ")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _refused(template: str, reason: str) -> ValueError:
    return ValueError(f"the layout {template!r} cannot be used: {reason}")
