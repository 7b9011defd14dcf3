"""What is generated: each target turns a plan into units, and each unit into one file."""

from runcomfy_codegen.targets import client, commands, docs, llms, openapi, overlay, tests
from runcomfy_codegen.targets.unit import Unit

__all__ = ["TARGETS", "Unit"]

TARGETS = (
    client.units,
    commands.units,
    docs.units,
    llms.units,
    openapi.units,
    overlay.units,
    tests.units,
)
"""Functions from a plan to the units of one target."""
