"""Find a model's facts in page text, by what is stable in every language and layout."""

from runcomfy_codegen.parse.catalogue import parse_catalogue
from runcomfy_codegen.parse.page import RawModel, parse_page

__all__ = ["RawModel", "parse_catalogue", "parse_page"]
