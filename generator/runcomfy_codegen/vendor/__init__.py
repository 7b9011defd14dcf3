"""Write a self-contained copy of the client package, its runtime included, into another application."""

from runcomfy_codegen.vendor.command import Request, run_vendor

__all__ = ["Request", "run_vendor"]
