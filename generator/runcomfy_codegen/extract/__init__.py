"""Read pages and catalogues. The only stage besides ``write`` that touches the outside."""

from runcomfy_codegen.extract.files import SavedCatalogue, Sources, read_sources
from runcomfy_codegen.extract.page import PAGE_SUFFIXES, Page, PageFile, decode_page

__all__ = [
    "PAGE_SUFFIXES",
    "Page",
    "PageFile",
    "SavedCatalogue",
    "Sources",
    "decode_page",
    "read_sources",
]
