"""Run a model's generated input classes and hold them against the spec."""

from __future__ import annotations

import ast
import sys
from types import ModuleType
from typing import Annotated, ClassVar, Literal, cast

import pydantic
from runcomfy_runtime.inputs import InputModel, find_faults

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.plan import ModelPlan

__all__ = ["check_classes"]

_NAMES = {
    "Annotated": Annotated,
    "ClassVar": ClassVar,
    "Literal": Literal,
    "Field": pydantic.Field,
    "InputModel": InputModel,
}


_STATEMENTS = (ast.ClassDef, ast.AnnAssign, ast.Expr, ast.Pass)
_EXPRESSIONS = (
    ast.Name,
    ast.Constant,
    ast.Subscript,
    ast.Tuple,
    ast.List,
    ast.BinOp,
    ast.UnaryOp,
    ast.Call,
    ast.keyword,
    ast.expr_context,
    ast.operator,
    ast.unaryop,
)
_CALLS = frozenset({"Field", "frozenset"})
"""All that generated classes are made of; whatever a page says, nothing else is ever run."""


def check_statements(where: str, classes: str) -> list[Problem]:
    """Return a problem for the first thing in ``classes`` that is more than fields with types and bounds."""
    for node in ast.walk(ast.parse(classes)):
        called = isinstance(node, ast.Call) and not (
            isinstance(node.func, ast.Name) and node.func.id in _CALLS
        )
        prose = isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
        if called or prose or not isinstance(node, (ast.Module, *_STATEMENTS, *_EXPRESSIONS)):
            text = ast.unparse(node)[:80]
            return [
                Problem(
                    "error",
                    "generated-class",
                    where,
                    f"the input class holds more than fields: {text!r}",
                )
            ]
    return []


def check_classes(model: ModelPlan, classes: str) -> list[Problem]:
    """Return a problem if the classes cannot be made, lack a field, or refuse the docs' own example."""
    where = model.spec.model_id
    problems = check_statements(where, classes)
    if problems:
        return problems
    try:
        made = _make_class(model, classes)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here is one finding
        return [
            Problem("error", "generated-class", where, f"the input class cannot be made: {error}")
        ]
    wires = {field.alias or name for name, field in made.model_fields.items()}
    wanted = {parameter.wire for parameter in model.parameters}
    problems += [
        Problem("error", "generated-class", where, f"the input class has not the field {wire!r}")
        for wire in sorted(wanted - wires)
    ]
    problems += [
        Problem(
            "error",
            "generated-class",
            f"{where}#/example{fault.path}",
            f"the input class refuses the docs' example: it {fault.message}",
        )
        for fault in find_faults(made, model.spec.example)
    ]
    return problems


def _make_class(model: ModelPlan, classes: str) -> type[InputModel]:
    """Return the class of the whole input, made in a module of its own, in which its annotations find their types."""
    module = ModuleType(f"generated.{model.class_name}")
    scope = module.__dict__
    scope.update(_NAMES)
    sys.modules[module.__name__] = module
    try:
        exec(  # noqa: S102 - our own output, parsed and checked before
            compile(
                f"from __future__ import annotations\n{classes}",
                f"<{model.spec.model_id}>",
                "exec",
            ),
            scope,
        )
        for name in (*(inner.name for inner in model.objects), model.input_class):
            scope[name].model_rebuild()
    finally:
        del sys.modules[module.__name__]
    return cast("type[InputModel]", scope[model.input_class])
