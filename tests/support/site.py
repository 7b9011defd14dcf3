"""The docs site of this repository, built where a test wants it."""

from __future__ import annotations

import shutil
from pathlib import Path

from runcomfy_codegen.site.build import build_site

from support.command import REPOSITORY

__all__ = ["SITE_URL", "build_in"]

SITE_URL = "https://docs.example.com/sdk/"
"""Where the built site says that it is."""


def build_in(folder: Path) -> Path:
    """Build the site in ``folder`` and return its own folder; the checkout's stays as it is."""
    shutil.copytree(REPOSITORY / "generated", folder / "generated")
    shutil.copy(REPOSITORY / "mkdocs.yml", folder)
    return build_site(folder, site_url=SITE_URL)
