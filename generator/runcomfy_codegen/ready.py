"""Importing this module loads all that is loaded when first needed, so that a process which works has it already."""

from runcomfy_codegen import targets
from runcomfy_codegen.render import environment, templates_folder
from runcomfy_codegen.render.datamodels import write_datamodels
from runcomfy_codegen.verify import classes, syntax

__all__ = ["classes", "syntax", "targets"]

write_datamodels(())
environment(templates_folder())
