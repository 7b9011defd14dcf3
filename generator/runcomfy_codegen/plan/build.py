"""Build the plan from specs."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from runcomfy_codegen.extract.patches import Patches
from runcomfy_codegen.plan.lock import ModelNames, Names
from runcomfy_codegen.plan.models import ModelPlan, Plan
from runcomfy_codegen.plan.units import (
    NAMESPACES,
    Child,
    NamespacePlan,
    Target,
    VendorPlan,
)
from runcomfy_codegen.spec import ModelSpec

__all__ = ["build_plan"]

_NO_PATCHES = Patches()


@dataclass(slots=True)
class _Node:
    """One step of an attribute path."""

    path: str
    namespace_class: str = ""
    spec: ModelSpec | None = None
    names: ModelNames | None = None
    children: dict[str, _Node] = field(default_factory=dict[str, "_Node"])


def build_plan(
    specs: Sequence[ModelSpec],
    names: Names,
    package: str,
    only: Container[str] | None = None,
    patches: Patches = _NO_PATCHES,
) -> Plan:
    """Plan the package for ``specs``.

    Args:
        specs: The specs, in any order.
        names: The names of all models among them.
        package: The import name of the generated package.
        only: Ids of the models to plan. None plans all.
        patches: The names that patches beside the generated modules show.
    """
    top = _Node("")
    chosen = [spec for spec in specs if only is None or spec.model_id in only]
    for spec in sorted(chosen, key=lambda spec: spec.model_id):
        node = top
        for step in names.models[spec.model_id].path.split("."):
            path = f"{node.path}.{step}" if node.path else step
            node = node.children.setdefault(step, _Node(path, names.namespaces.get(path, "")))
        node.spec, node.names = spec, names.models[spec.model_id]
    vendors = [
        _plan_vendor(name, node, patches.vendors.get(name, ()))
        for name, node in sorted(top.children.items())
    ]
    models = [
        _plan_model(node, package, patches.vendors.get(name, ()))
        for name, root in top.children.items()
        for node in _endpoints(root)
    ]
    models.sort(key=lambda model: model.spec.model_id)
    return Plan(package, tuple(models), tuple(vendors), patches.package)


def _plan_vendor(name: str, root: _Node, patched: tuple[str, ...]) -> VendorPlan:
    return VendorPlan(name, _segment(root), tuple(_namespaces(root, patched)), patched)


def _endpoints(node: _Node) -> list[_Node]:
    found = [node] if node.spec is not None else []
    for child in node.children.values():
        found += _endpoints(child)
    return found


def _segment(node: _Node) -> str:
    ids = [endpoint.spec.model_id for endpoint in _endpoints(node) if endpoint.spec is not None]
    return min(ids).split("/")[0]


def _namespaces(node: _Node, patched: tuple[str, ...]) -> list[NamespacePlan]:
    """Return the namespaces below and at ``node``, inner ones first."""
    children = [child for _, child in sorted(node.children.items())]
    found = [inner for child in children for inner in _namespaces(child, patched)]
    if node.spec is None:
        doc = f"Models of ``{node.path}``."
        found.append(NamespacePlan(node.namespace_class, doc, _children(node, patched)))
    return found


def _children(node: _Node, patched: tuple[str, ...]) -> tuple[Child, ...]:
    return tuple(_child(name, child, patched) for name, child in sorted(node.children.items()))


def _child(attribute: str, node: _Node, patched: tuple[str, ...]) -> Child:
    if node.spec is None or node.names is None:
        name, module = node.namespace_class, NAMESPACES
        doc = f"Models below ``{node.path}``."
    else:
        name, module = node.names.class_name, node.names.module_in_vendor
        doc = f"{node.spec.title}, ``{node.spec.model_id}``."
    both = [Target(each, "" if each in patched else module) for each in (name, f"Async{name}")]
    return Child(attribute, both[0], both[1], doc)


def _plan_model(node: _Node, package: str, patched: tuple[str, ...]) -> ModelPlan:
    spec, names = node.spec, node.names
    assert spec is not None
    assert names is not None
    return ModelPlan(spec, names, package, _children(node, patched))
