"""Turn scraped model API pages into a typed SDK, a command table and docs."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("runcomfy-sdk")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+source"

__all__ = ["__version__"]
