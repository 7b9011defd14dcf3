"""The semantic diff: what changed between two sets of specs, and what it does to callers."""

from runcomfy_codegen.diff.advice import Advice, Bump, advise, bump_of
from runcomfy_codegen.diff.engine import diff_specs
from runcomfy_codegen.diff.finding import Finding, Level
from runcomfy_codegen.diff.registry import Rule, all_rules

__all__ = [
    "Advice",
    "Bump",
    "Finding",
    "Level",
    "Rule",
    "advise",
    "all_rules",
    "bump_of",
    "diff_specs",
]
