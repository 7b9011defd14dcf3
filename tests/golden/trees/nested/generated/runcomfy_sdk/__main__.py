"""The command ``runcomfy-sdk``. Written by runcomfy-codegen."""

import sys

from ._runtime import run_command_line

__all__ = ["main"]


def main() -> int:
    """Run the command line with this package's models and return its exit code."""
    return run_command_line(__package__ or "runcomfy_sdk")


if __name__ == "__main__":
    sys.exit(main())
