"""The docs as a web site, and the pages that come from this repository instead of from specs."""
