"""The second witness: programs of the old release, type-checked against the new tree.

The rules say what a change does to callers by reading schemas; this asks a type checker about calls.
"""

from runcomfy_codegen.diff.witness.verdict import Failure, Verdict

__all__ = ["Failure", "Verdict"]
