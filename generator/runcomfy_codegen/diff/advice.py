"""Semver advice: the greatest of what the specs, the templates and the runtime ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runcomfy_codegen.diff.finding import Finding, Level
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.semver import BUMPS, Bump

__all__ = ["BUMPS", "Advice", "Bump", "advise", "bump_of"]

_BY_LEVEL: dict[Level, Bump] = {"breaking": "major", "compatible": "minor", "note": "patch"}


@dataclass(frozen=True, slots=True)
class Advice:
    """What the next release must be, and which input asks for how much."""

    specs: Bump
    templates: Bump = "none"
    runtime: Bump = "none"

    @property
    def bump(self) -> Bump:
        """The greatest of the three."""
        return advise(self.specs, self.templates, self.runtime)

    @property
    def before_one(self) -> Bump:
        """The same while the version is 0.x, where a breaking change raises the minor number."""
        return "minor" if self.bump == "major" else self.bump

    @property
    def sentence(self) -> str:
        """The advice for people."""
        if self.bump == "none":
            return "advice: none; there is nothing to release"
        inputs = f"specs {self.specs}, templates {self.templates}, runtime {self.runtime}"
        text = f"advice: {self.bump} ({inputs})"
        if self.bump == "major":
            text += f"; while the version is 0.x: {self.before_one}"
        return text

    def to_json(self) -> JsonObject:
        """Return the advice as JSON."""
        return {
            "bump": self.bump,
            "while_0x": self.before_one,
            "specs": self.specs,
            "templates": self.templates,
            "runtime": self.runtime,
        }


def advise(*bumps: Bump) -> Bump:
    """Return the greatest of ``bumps``, ``none`` when there are none."""
    return BUMPS[max(map(BUMPS.index, bumps), default=0)]


def bump_of(findings: Iterable[Finding]) -> Bump:
    """Return what ``findings`` ask for: major if one breaks, minor if one adds, patch if all are notes."""
    bumps: list[Bump] = [_BY_LEVEL[finding.level] for finding in findings]
    return advise(*bumps)
