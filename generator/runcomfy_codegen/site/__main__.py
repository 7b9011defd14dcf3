"""``python -m runcomfy_codegen.site``: build the site, or build it and serve it on this machine."""

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
    """Run the command line; return 0, or 2 for an error."""
    parser = argparse.ArgumentParser(prog="python -m runcomfy_codegen.site", description=__doc__)
    parser.add_argument("action", choices=("build", "serve"))
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args(argv)
    try:
        site = build_site(Path.cwd(), site_url=os.environ.get("SITE_URL", LOCAL))
    except CodegenError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stderr.write(f"built {site}\n")
    if arguments.action == "serve":
        _serve(site, arguments.port)
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
