"""``python -m runcomfy_codegen.site``: write the pages that come from the repository, build the site, serve it."""

from __future__ import annotations

import argparse
import functools
import http.server
import os
import sys
from pathlib import Path

from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.site.build import LOCAL, build_site

__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return 0, 1 on drift, or 2 for an error."""
    parser = argparse.ArgumentParser(prog="python -m runcomfy_codegen.site", description=__doc__)
    parser.add_argument("action", choices=("pages", "build", "serve"))
    parser.add_argument("--check", action="store_true", help="pages: compare only; exit 1 on drift")
    parser.add_argument("--port", type=int, default=8000, help="serve: the port")
    arguments = parser.parse_args(argv)
    if arguments.action == "pages":
        return _pages(Path.cwd(), check=arguments.check)
    try:
        site = build_site(Path.cwd(), site_url=os.environ.get("SITE_URL", LOCAL))
    except CodegenError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stderr.write(f"built {site}\n")
    if arguments.action == "serve":
        _serve(site, arguments.port)
    return 0


def _pages(repository: Path, *, check: bool) -> int:
    from runcomfy_codegen.site.pages import write_pages

    differing = write_pages(repository, check=check)
    for path in differing:
        sys.stderr.write(f"{'differs' if check else 'wrote'}: {path}\n")
    if differing and check:
        sys.stderr.write("repair with: python -m runcomfy_codegen.site pages\n")
        return 1
    return 0


def _serve(site: Path, port: int) -> None:
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        sys.stderr.write(f"serving http://127.0.0.1:{server.server_port}/ until Ctrl-C\n")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            sys.stderr.write("\n")


if __name__ == "__main__":
    sys.exit(main())
