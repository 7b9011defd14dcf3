"""Build the site: HTML by zensical, and beside it what is for other programs."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from runcomfy_codegen.errors import CodegenError, Problem

__all__ = ["LOCAL", "build_site"]

LOCAL = "http://127.0.0.1:8000/"
_SHARED = ("llms.txt", "llms-full.txt", "openapi.json")
_LINK = re.compile(r"(?<!\\)\]\((?![a-z]+:|#)([^)\s]+)\)")


def build_site(repository: Path, *, site_url: str = LOCAL) -> Path:
    """Build the site of ``repository`` into its folder ``site`` and return that.

    Each page has its Markdown beside it (``x.md`` for ``x.html``); ``llms.txt``, ``openapi.json`` and
    ``llms-full.txt``, which has the guides too, are at the top.

    Args:
        repository: The folder with ``mkdocs.yml`` and ``generated``.
        site_url: Where the site will be; it stands in ``sitemap.xml``.

    Raises:
        CodegenError: The site tool is not there, or found something wrong.
    """
    site, docs = repository / "site", repository / "generated" / "docs"
    if find_spec("zensical") is None:
        raise CodegenError(
            Problem(
                "error", "site", "zensical", "the site tool is not there", "install the extra docs"
            )
        )
    shutil.rmtree(site, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "runcomfy_codegen.site.ahead", "build", "--clean", "--strict"],
        cwd=repository,
        env={**os.environ, "SITE_URL": site_url},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise CodegenError(
            Problem(
                "error",
                "site",
                str(repository / "mkdocs.yml"),
                f"the site cannot be built:\n{click.unstyle(done.stdout + done.stderr)}".rstrip(),
                "mend the page that is named",
            )
        )
    for page in docs.rglob("*.md"):
        shutil.copyfile(page, site / page.relative_to(docs))
    for name in _SHARED:
        text = (repository / "generated" / name).read_text(encoding="utf-8")
        (site / name).write_text(text.replace("](docs/", "]("), encoding="utf-8")
    with (site / "llms-full.txt").open("a", encoding="utf-8") as full:
        full.writelines(f"\n{_from_top(page, docs)}" for page in sorted(docs.glob("guides/*.md")))
    return site


def _from_top(page: Path, docs: Path) -> str:
    """Return the text of ``page`` with its links as they are at the top of the site."""
    folder = page.parent.relative_to(docs).as_posix()
    text = page.read_text(encoding="utf-8")
    return _LINK.sub(lambda link: f"]({posixpath.normpath(posixpath.join(folder, link[1]))})", text)
