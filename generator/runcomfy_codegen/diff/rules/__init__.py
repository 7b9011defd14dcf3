"""The kinds of change, one module a subject."""

from runcomfy_codegen.diff.rules import bounds, branches, form, models, properties, texts, types

__all__ = ["bounds", "branches", "form", "models", "properties", "texts", "types"]
