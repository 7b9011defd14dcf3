"""Decide everything that templates print: names, types, files. Frozen; no strings are cut after this stage."""

from runcomfy_codegen.plan.build import build_plan
from runcomfy_codegen.plan.models import ModelPlan, Plan
from runcomfy_codegen.plan.units import (
    Child,
    Member,
    NamespacePlan,
    ObjectPlan,
    Parameter,
    Snippets,
    VendorPlan,
)

__all__ = [
    "Child",
    "Member",
    "ModelPlan",
    "NamespacePlan",
    "ObjectPlan",
    "Parameter",
    "Plan",
    "Snippets",
    "VendorPlan",
    "build_plan",
]
