"""Turn a raw model document into a valid spec, recording every edit."""

from runcomfy_codegen.normalize.engine import Normalized, normalize
from runcomfy_codegen.normalize.merge import Merged, merge_models
from runcomfy_codegen.normalize.provenance import Fix, replay, reverse
from runcomfy_codegen.normalize.registry import Edit, Finding, Rule, all_rules

__all__ = [
    "Edit",
    "Finding",
    "Fix",
    "Merged",
    "Normalized",
    "Rule",
    "all_rules",
    "merge_models",
    "normalize",
    "replay",
    "reverse",
]
