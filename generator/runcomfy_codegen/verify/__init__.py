"""Check what was rendered before any of it is written."""
