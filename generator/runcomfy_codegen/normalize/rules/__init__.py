"""The rules, one module a subject."""

ORDER = (
    "compose",
    "shape",
    "types",
    "formats",
    "media",
    "text",
    "prose",
    "bounds",
    "defaults",
    "output",
    "identity",
)
"""Modules in the order in which their rules run: what is structure first, what reads structure later."""
