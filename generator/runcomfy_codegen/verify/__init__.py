"""Check what was rendered before any of it is written."""

from runcomfy_codegen.verify.classes import check_classes
from runcomfy_codegen.verify.syntax import check_python

__all__ = ["check_classes", "check_python"]
