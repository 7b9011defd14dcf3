"""Turn planned units into texts. Nothing is decided here and nothing is written."""

from runcomfy_codegen.places import templates_folder
from runcomfy_codegen.render.classes import render_classes
from runcomfy_codegen.render.env import environment
from runcomfy_codegen.render.imports import import_block
from runcomfy_codegen.render.renderer import Renderer

__all__ = ["Renderer", "environment", "import_block", "render_classes", "templates_folder"]
