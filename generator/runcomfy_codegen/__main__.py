"""The entry of the command ``runcomfy-codegen``."""

from __future__ import annotations

import sys

from runcomfy_codegen.garbage import collect_seldom

__all__ = ["main"]

_OWN = ("runcomfy_codegen", "runcomfy_runtime")


def main() -> int:
    """Run the command line and return its exit code; without the extra, say how to install it."""
    collect_seldom()
    try:
        from runcomfy_codegen.cli import main as run
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith(_OWN):
            raise
        sys.stderr.write(
            f"runcomfy-codegen needs {error.name}, which is not installed; run: pip install 'runcomfy-sdk[codegen]'\n"
        )
        return 2
    return run()


if __name__ == "__main__":
    sys.exit(main())
