"""``python -m runcomfy_codegen.site.ahead``: zensical, with a process for each processor that works ahead of it.

zensical asks Python about one page after another, and waits for each answer: what its HTML is, and which links are in
its text. What it will ask is foreseen here; what it asks otherwise is answered when it asks.
"""

from __future__ import annotations

import importlib
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, cast

from runcomfy_codegen.garbage import collect_seldom
from runcomfy_codegen.workers import processors

__all__ = ["main"]

_CONFIG = Path("mkdocs.yml")
_HTML = ("zensical.markdown.render", "render")
"""Asked with a page's text, path, URL, metadata and title, and its title in the navigation if it stands there."""
_LINKS = ("zensical.collectors", "references")
"""Asked with a page's text as bytes."""
_FEW = 100
"""As many pages are done before other processes have loaded what they need."""

_Function = tuple[str, str]
_Question = tuple[_Function, tuple[object, ...]]


def main() -> None:
    """Run zensical's command line on ``mkdocs.yml`` in the working folder."""
    config = _begin()
    docs = Path(config["docs_dir"])
    pages = sorted(docs.rglob("*.md"))
    if len(pages) < _FEW or processors() < 2:
        _run()
        return
    questions = _foresee(docs, pages, dict(_titles(config["nav"])))
    with ProcessPoolExecutor(processors(), _context(), _begin) as pool:
        coming = {question: pool.submit(_answer, question) for question in questions}
        for function in (_HTML, _LINKS):
            module, name = function
            fetch = partial(_fetch, _own(function), function, coming)
            setattr(importlib.import_module(module), name, fetch)
        try:
            _run()
        finally:
            pool.shutdown(cancel_futures=True)


def _foresee(docs: Path, pages: list[Path], titles: dict[str, str]) -> Iterator[_Question]:
    """Yield what zensical asks: first it wants the links of all pages."""
    texts = {page.relative_to(docs).as_posix(): page.read_text(encoding="utf-8") for page in pages}
    for text in texts.values():
        yield _LINKS, (text.encode(),)
    for path, text in texts.items():
        title = text.partition("\n")[0].removeprefix("# ")
        url = f"{path.removesuffix('.md')}.html"
        yield _HTML, (text, path, url, "{}", title, titles.get(path))


def _titles(items: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield path and title of what stands in the navigation."""
    for item in items:
        if item["url"]:
            yield item["url"], item["title"]
        yield from _titles(item["children"])


def _fetch(
    own: Callable[..., Any],
    function: _Function,
    coming: dict[_Question, Future[Any]],
    *arguments: object,
) -> Any:
    """Return an answer that was foreseen, or else zensical's own."""
    ahead = coming.pop((function, arguments), None)
    return own(*arguments) if ahead is None else ahead.result()


def _answer(question: _Question) -> Any:
    function, arguments = question
    answer = _own(function)(*arguments)
    return list(cast("Iterator[object]", answer)) if isinstance(answer, Iterator) else answer


def _own(function: _Function) -> Callable[..., Any]:
    module, name = function
    own: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return own


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_HTML[0], _LINKS[0], "runcomfy_codegen.site.code"])
    return context


def _begin() -> dict[str, Any]:
    """Have zensical read its configuration, which making HTML needs, and return that."""
    collect_seldom()
    config: dict[str, Any] = importlib.import_module("zensical.config").parse_config(
        str(_CONFIG.absolute())
    )
    return config


def _run() -> None:
    try:
        importlib.import_module("zensical.main").cli()
    except RuntimeError as error:  # what it found wrong, it has said by then
        sys.exit(str(error))


if __name__ == "__main__":
    main()
