"""Build the plan from specs."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from runcomfy_codegen.normalize.medium import media_kind
from runcomfy_codegen.plan.inputs import plan_input
from runcomfy_codegen.plan.names import RESERVED_CLASSES, class_name
from runcomfy_codegen.plan.snippets import plan_snippets
from runcomfy_codegen.plan.units import Child, ModelPlan, NamespacePlan, Plan, VendorPlan
from runcomfy_codegen.spec import ModelSpec

__all__ = ["build_plan"]


@dataclass(slots=True)
class _Node:
    """One step of an attribute path."""

    path: tuple[str, ...]
    spec: ModelSpec | None = None
    class_name: str = ""
    children: dict[str, _Node] = field(default_factory=dict[str, "_Node"])


def build_plan(
    specs: Sequence[ModelSpec],
    paths: Mapping[str, str],
    package: str,
    only: Container[str] | None = None,
) -> Plan:
    """Plan the package for ``specs``.

    Args:
        specs: The specs, in any order.
        paths: The attribute path of each id, from the names lock.
        package: The import name of the generated package.
        only: Ids of the models to plan; the others still take part in naming, so that a subset has the names of
            the whole. None plans all.
    """
    roots: dict[str, _Node] = {}
    for spec in specs:
        steps = tuple(paths[spec.model_id].split("."))
        node = roots.setdefault(steps[0], _Node(steps[:1]))
        for depth, step in enumerate(steps[1:], 2):
            node = node.children.setdefault(step, _Node(steps[:depth]))
        node.spec = spec
    for root in roots.values():
        _name_classes(root)
    if only is not None:
        roots = {name: root for name, root in roots.items() if _restrict(root, only)}
    vendors = tuple(
        VendorPlan(name, _segment(node), tuple(_namespaces(node)))
        for name, node in sorted(roots.items())
    )
    models = [_plan_model(node, package) for root in roots.values() for node in _endpoints(root)]
    return Plan(package, tuple(sorted(models, key=lambda model: model.spec.model_id)), vendors)


def _endpoints(node: _Node) -> list[_Node]:
    found = [node] if node.spec is not None else []
    for child in node.children.values():
        found += _endpoints(child)
    return found


def _segment(node: _Node) -> str:
    specs = [endpoint.spec for endpoint in _endpoints(node) if endpoint.spec is not None]
    return specs[0].model_id.split("/")[0]


def _namespaces(node: _Node) -> list[NamespacePlan]:
    """Return the namespaces below and at ``node``, inner ones first."""
    found = [inner for _, child in sorted(node.children.items()) for inner in _namespaces(child)]
    if node.spec is None:
        found.append(
            NamespacePlan(node.class_name, f"Models of ``{'.'.join(node.path)}``.", _children(node))
        )
    return found


def _children(node: _Node) -> tuple[Child, ...]:
    return tuple(
        Child(
            attribute=name,
            class_name=child.class_name,
            module="" if child.spec is None else _module(child.path),
            doc=(
                f"Models below ``{'.'.join(child.path)}``."
                if child.spec is None
                else f"{child.spec.title}, ``{child.spec.model_id}``."
            ),
        )
        for name, child in sorted(node.children.items())
    )


def _name_classes(root: _Node) -> None:
    """Name the classes of one vendor, all different: ``wan-2-5`` and ``wan2-5`` would both be ``Wan25``.

    Endpoints are named without their vendor, whose package they are in; namespaces with it.
    """
    taken: set[str] = set()
    for node in sorted(_nodes(root), key=lambda node: node.path):
        base = class_name(node.path[1:])
        if node.spec is None:
            base = f"{class_name(node.path)}Namespace"
        elif base in RESERVED_CLASSES:
            base += "Model"
        node.class_name = _free_name(base, taken)
        taken |= {node.class_name, f"Async{node.class_name}"}


def _free_name(base: str, taken: set[str]) -> str:
    name, count = base, 2
    while {name, f"Async{name}"} & (taken | RESERVED_CLASSES):
        name = f"{base}_{count}"
        count += 1
    return name


def _restrict(root: _Node, only: Container[str]) -> bool:
    """Cut the models that are not among ``only`` and return whether any is left.

    A cut model that others lie below becomes a namespace.
    """
    taken = {name for node in _nodes(root) for name in (node.class_name, f"Async{node.class_name}")}
    for node in sorted(_nodes(root), key=lambda node: node.path):
        if node.spec is not None and node.spec.model_id not in only:
            node.spec = None
            node.class_name = _free_name(f"{class_name(node.path)}Namespace", taken)
            taken |= {node.class_name, f"Async{node.class_name}"}
    _prune(root)
    return bool(_endpoints(root))


def _prune(node: _Node) -> None:
    node.children = {name: child for name, child in node.children.items() if _endpoints(child)}
    for child in node.children.values():
        _prune(child)


def _nodes(node: _Node) -> list[_Node]:
    return [node, *(inner for child in node.children.values() for inner in _nodes(child))]


def _module(path: tuple[str, ...]) -> str:
    """Return the module's name inside its vendor's package; two underscores stand for a dot of the path."""
    return "__".join(path[1:])


def _plan_model(node: _Node, package: str) -> ModelPlan:
    spec = node.spec
    assert spec is not None
    name = node.class_name
    inputs = plan_input(spec.input_schema, f"{name}Input")
    output = media_kind(spec.output_schema.get("x-media"))
    path = ".".join(node.path)
    return ModelPlan(
        spec=spec,
        attribute_path=path,
        vendor=node.path[0],
        module=_module(node.path),
        class_name=name,
        parameters=tuple(inputs.parameters),
        objects=tuple(inputs.objects),
        media=tuple(inputs.media),
        output=output,
        children=_children(node),
        snippets=plan_snippets(
            package, spec.model_id, path, inputs.parameters, spec.example, output
        ),
        input_schema=inputs.schema,
        aliases=tuple(sorted(inputs.aliases.items())),
        nullable=tuple(inputs.nullable),
        validations=tuple(inputs.validations),
    )
