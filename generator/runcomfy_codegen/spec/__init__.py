"""Model specs: their form, their checks and their files."""

from runcomfy_codegen.spec.model import SPEC_VERSION, ModelSpec, canonical_json
from runcomfy_codegen.spec.store import load_specs, spec_path
from runcomfy_codegen.spec.validate import check_spec

__all__ = ["SPEC_VERSION", "ModelSpec", "canonical_json", "check_spec", "load_specs", "spec_path"]
