"""Bring generated Python into black's form, asking black only where the form is not already certain."""

from runcomfy_codegen.format.fragments import WIDTH, Place, fit, fits, width
from runcomfy_codegen.format.modules import format_python

__all__ = ["WIDTH", "Place", "fit", "fits", "format_python", "width"]
