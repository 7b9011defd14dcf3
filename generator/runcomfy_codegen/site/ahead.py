"""``python -m runcomfy_codegen.site.ahead``: zensical, with pages converted ahead by a process for each processor.

zensical asks Python for the HTML of one page after another, and waits for each. What it will ask is foreseen here;
what it asks otherwise is converted when it asks.
"""

from __future__ import annotations

import importlib
import multiprocessing
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from runcomfy_codegen.garbage import collect_seldom
from runcomfy_codegen.workers import processors

__all__ = ["main"]

_CONFIG = Path("mkdocs.yml")
_CONVERTER = "zensical.markdown.render"
_HEADING = re.compile(r"# (.+)")
_FEW = 100
"""As many pages are converted before other processes have loaded what they need."""

_Request = tuple[object, ...]
"""A page's text, path, URL, metadata and title, and its title in the navigation if it stands there."""
_Convert = Callable[..., Any]


def main() -> None:
    """Run zensical's command line on ``mkdocs.yml`` in the working folder."""
    config = _begin()
    requests = list(_foresee(Path(config["docs_dir"])))
    if len(requests) < _FEW or processors() < 2:
        _run(_converter())
        return
    with ProcessPoolExecutor(processors(), _context(), _begin) as pool:
        coming = {request: pool.submit(_convert, request) for request in requests}

        def fetch(*request: object) -> Any:
            ahead = coming.pop(request, None)
            return _convert(request) if ahead is None else ahead.result()

        try:
            _run(fetch)
        finally:
            pool.shutdown(cancel_futures=True)


def _foresee(docs: Path) -> Iterator[_Request]:
    """Yield what zensical will ask for pages outside the navigation, which nearly all are."""
    for page in sorted(docs.rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        path = page.relative_to(docs).as_posix()
        heading = _HEADING.match(text)
        if heading:
            yield text, path, f"{path.removesuffix('.md')}.html", "{}", heading[1], None


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_CONVERTER, "runcomfy_codegen.site.code"])
    return context


def _begin() -> dict[str, Any]:
    """Have zensical read its configuration, which its converter needs, and return that."""
    collect_seldom()
    config: dict[str, Any] = importlib.import_module("zensical.config").parse_config(
        str(_CONFIG.absolute())
    )
    return config


@cache
def _converter() -> _Convert:
    """Return zensical's own converter."""
    convert: _Convert = importlib.import_module(_CONVERTER).render
    return convert


def _convert(request: _Request) -> Any:
    return _converter()(*request)


def _run(convert: _Convert) -> None:
    """Run zensical with ``convert`` in the place of its own converter."""
    _converter()
    importlib.import_module(_CONVERTER).render = convert  # type: ignore[attr-defined]
    try:
        importlib.import_module("zensical.main").cli()
    except RuntimeError as error:  # what it found wrong, it has said by then
        sys.exit(str(error))


if __name__ == "__main__":
    main()
