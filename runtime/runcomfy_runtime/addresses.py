"""Addresses of files: what may be shown of them, and what tells two of them apart."""

from __future__ import annotations

import hashlib
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from . import datauris

__all__ = ["identity", "shown"]

_SHOWN: Final = 300
_SIGNING: Final = ("x-amz-", "x-goog-", "x-ms-", "x-oss-", "x-cos-", "x-tos-", "q-")
_SIGNATURES: Final = {
    "awsaccesskeyid",
    "expires",
    "googleaccessid",
    "key-pair-id",
    "ossaccesskeyid",
    "policy",
    "se",
    "sig",
    "signature",
    "sp",
    "spr",
    "sr",
    "st",
    "sv",
    "token",
}
"""Query parameters that sign an address and change each time it is signed."""


def shown(url: str) -> str:
    """Return ``url`` for people and logs: no user, no query, no fragment, which may hold secrets; data URIs are cut."""
    if datauris.is_data_uri(url):
        return f"{url[:5]}{url[5:].partition(',')[0][:60]},…"
    try:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    except ValueError:
        return "(a malformed address)"
    place = "".join(letter if letter.isprintable() else "�" for letter in place)
    place = place if len(place) <= _SHOWN else f"{place[: _SHOWN - 1]}…"
    return f"{place}?…" if parts.query else place


def identity(url: str) -> str:
    """Return a short hash that is the same for all signed forms of one address."""
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return hashlib.sha256(url.encode(errors="replace")).hexdigest()[:16]
    kept = [
        (name, value)
        for name, value in query
        if name.lower() not in _SIGNATURES and not name.lower().startswith(_SIGNING)
    ]
    text = f"{parts.scheme}://{parts.netloc}{parts.path}?{kept}"
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
