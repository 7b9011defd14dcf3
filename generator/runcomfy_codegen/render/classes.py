"""Print the pydantic classes of the models' inputs."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from typing import ClassVar, cast

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.format import fit
from runcomfy_codegen.literals import literal, requote
from runcomfy_codegen.plan import ModelPlan
from runcomfy_codegen.plan.inputs import INNER, ROOT
from runcomfy_codegen.render.datamodels import BASE_CLASS, DataModels, led, write_datamodels
from runcomfy_codegen.render.env import docstring, sentence

__all__ = ["render_classes"]


def render_classes(models: Sequence[ModelPlan]) -> tuple[dict[str, str], list[Problem]]:
    """Return the source of the input classes by model id, and a problem for each model that got none.

    A source has the inner objects first, and no imports.
    """
    try:
        written = write_datamodels(models)
        sources = {
            model.spec.model_id: _print_classes(model, number, written)
            for number, model in enumerate(models)
        }
    except Exception as error:  # noqa: BLE001 - the class generator has no error class of its own
        if len(models) > 1:
            return _one_by_one(models)
        message = f"the input class cannot be written: {error}"
        return {}, [Problem("error", "generated-class", models[0].spec.model_id, message)]
    return sources, []


def _one_by_one(models: Sequence[ModelPlan]) -> tuple[dict[str, str], list[Problem]]:
    sources: dict[str, str] = {}
    problems: list[Problem] = []
    for model in models:
        written, found = render_classes([model])
        sources |= written
        problems += found
    return sources, problems


def _print_classes(model: ModelPlan, number: int, written: DataModels) -> str:
    docs = {model.input_class: f"The input of ``{model.spec.model_id}``, as it is sent."}
    docs |= {inner.name: inner.doc for inner in model.objects}
    names = {led(ROOT, number): model.input_class}
    names |= {led(f"{INNER}{inner.name}", number): inner.name for inner in model.objects}
    inline = _Inline(names, written.roots)
    return "\n\n\n".join(
        _dress(model, inline.visit(each), name, docs[name])
        for each in written.classes[number]
        for name in [names[each.name]]
    )


class _Inline(ast.NodeTransformer):
    """Write constrained types where they are used, as ``Annotated``: one form, in which strictness reaches them."""

    constrained: ClassVar = {"conint": "int", "confloat": "float", "constr": "str"}

    def __init__(self, names: dict[str, str], roots: dict[str, ast.expr]) -> None:
        self.names = names
        self.roots = roots

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace the name of a class that only holds a root by that root's type, and give the others their own."""
        root = self.roots.get(node.id)
        if root is not None:
            return cast("ast.expr", self.visit(copy.deepcopy(root)))
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Replace ``constr(max_length=3)`` by ``Annotated[str, Field(max_length=3)]``."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in self.constrained:
            return self.generic_visit(node)
        bounds = ast.unparse(ast.Call(ast.Name("Field"), node.args, node.keywords))
        return ast.parse(f"Annotated[{self.constrained[name]}, {bounds}]", mode="eval").body


def _dress(model: ModelPlan, statement: ast.ClassDef, name: str, text: str) -> str:
    """Give a class its docstring and the names of the fields for which a type says too little."""
    lines = [
        fit(f"class {name}({BASE_CLASS}):", 0, "header"),
        f"    {docstring(sentence(text), 4)}",
        "",
    ]
    markers = (
        ("__nullable__: ClassVar[frozenset[str]]", dict(model.nullable).get(name)),
        ("__unique__: ClassVar[frozenset[tuple[str, int]]]", dict(model.unique).get(name)),
    )
    for marker, fields in markers:
        if fields:
            lines += [f"    {fit(f'{marker} = frozenset({literal(list(fields))})', 4)}", ""]
    members = [member for member in statement.body if not _is_configuration(member)]
    lines += [f"    {fit(requote(ast.unparse(member)), 4)}" for member in members or [ast.Pass()]]
    return "\n".join(lines)


def _is_configuration(member: ast.stmt) -> bool:
    """Tell whether a member is the class's own configuration; that of the base class serves all."""
    return isinstance(member, ast.Assign) and ast.unparse(member.targets[0]) == "model_config"
