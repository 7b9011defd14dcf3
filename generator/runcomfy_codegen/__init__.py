"""Turn scraped model API pages into a typed SDK, a command table and docs."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    __version__: str

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("runcomfy-sdk")
    except PackageNotFoundError:  # a source tree that was never installed
        return "0+source"
