# Emitted from _async/__init__.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
"""The asynchronous shell; the synchronous one is emitted from it."""
