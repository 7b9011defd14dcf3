"""Show files in notebooks: what is here is embedded, what is not is only named; nothing is fetched to be shown."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Final

from .addresses import shown
from .models import MediaKind
from .sniffing import HEAD, kind_of, sniff

__all__ = ["MAX_SHOWN_BYTES", "Preview", "card", "html_of", "html_of_file", "png_of", "preview_of"]

MAX_SHOWN_BYTES: Final = 32 * 1024 * 1024
"""Longest file that is embedded in a notebook."""
_TAGS: Final = {
    "image": '<img style="max-width:100%" alt="{name}" src="{source}">',
    "video": '<video style="max-width:100%" controls preload="metadata" src="{source}"></video>',
    "audio": '<audio controls preload="metadata" src="{source}"></audio>',
}


@dataclass(frozen=True, slots=True)
class Preview:
    """A medium that a notebook shows. It can be pickled.

    Attributes:
        content: The file.
        name: Its name for people.
    """

    content: bytes = field(repr=False)
    name: str = "output"

    @property
    def media_type(self) -> str:
        """Its type by its first bytes; "application/octet-stream" if they show none."""
        return sniff(self.content[:HEAD]) or "application/octet-stream"

    def _repr_html_(self) -> str:
        return html_of(self)

    def _repr_png_(self) -> bytes | None:
        return png_of(self)

    def _repr_jpeg_(self) -> bytes | None:
        return self.content if self.media_type == "image/jpeg" else None

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, object]:
        return {"text/plain": repr(self), "text/html": html_of(self)}


def html_of(preview: Preview) -> str:
    """Return the HTML that shows a medium, which is embedded in it."""
    kind = kind_of(preview.media_type)
    if kind is None or kind not in _TAGS:
        return card(
            preview.name, "file", f"{len(preview.content)} bytes, of no kind that can be shown"
        )
    data = base64.b64encode(preview.content).decode("ascii")
    source = f"data:{preview.media_type};base64,{data}"
    return _TAGS[kind].format(name=escape(preview.name, quote=True), source=source)


def png_of(preview: Preview | None) -> bytes | None:
    """Return the medium if it is a PNG."""
    return preview.content if preview and preview.media_type == "image/png" else None


def html_of_file(path: Path | None, url: str, kind: MediaKind) -> str:
    """Return the HTML that shows a file if it was saved to ``path``, or else names it."""
    preview = preview_of(path)
    if preview is not None:
        return html_of(preview)
    return card(
        url, kind, "save() it, or show it with preview()" if path is None else f"saved as {path}"
    )


def preview_of(path: Path | None) -> Preview | None:
    """Return a saved file for show; None if it is not here any more or too long to embed."""
    try:
        if path is None or path.stat().st_size > MAX_SHOWN_BYTES:
            return None
        return Preview(path.read_bytes(), path.name)
    except OSError:
        return None


def card(url: str, kind: MediaKind, advice: str) -> str:
    """Return a line of HTML that names a file without showing it; it holds no link and loads nothing."""
    return f"<div><code>{escape(kind)}</code> {escape(shown(url), quote=True)} <small>{escape(advice)}</small></div>"
