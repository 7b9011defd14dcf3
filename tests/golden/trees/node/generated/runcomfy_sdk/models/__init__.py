"""One package a vendor, one module a model. Written by runcomfy-codegen; edits are kept only in ``_patch.py`` files."""
