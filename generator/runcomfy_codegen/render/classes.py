"""Have datamodel-code-generator write the pydantic classes of one model's input."""

from __future__ import annotations

import ast
import copy
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from runcomfy_codegen.plan import ModelPlan
from runcomfy_codegen.plan.inputs import INNER, ROOT
from runcomfy_codegen.render.env import doc, sentence

if TYPE_CHECKING:
    from datamodel_code_generator.config import GenerateConfig

__all__ = ["render_classes"]

BASE_CLASS = "InputModel"


@cache
def _base_config() -> GenerateConfig:
    from datamodel_code_generator import InputFileType
    from datamodel_code_generator.config import GenerateConfig
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import PythonVersion
    from datamodel_code_generator.parser import LiteralType

    return GenerateConfig(
        input_file_type=InputFileType.JsonSchema,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        base_class=f"_runtime.{BASE_CLASS}",
        strict_nullable=True,
        enum_field_as_literal=LiteralType.All,
        field_constraints=True,
        use_annotated=True,
        use_standard_collections=True,
        use_union_operator=True,
        collapse_root_models=True,
        disable_timestamp=True,
        formatters=[],
    )


def render_classes(model: ModelPlan) -> str:
    """Return the source of the input classes of ``model``, inner objects first, without imports.

    Raises:
        ValueError: The class generator wrote something else than classes.
    """
    tree = ast.parse(_generate(model.input_schema, model.aliases))
    docs = {model.input_class: f"The input of ``{model.spec.model_id}``, as it is sent."}
    docs |= {inner.name: inner.doc for inner in model.objects}
    nullable = dict(model.nullable)
    inner_names = {f"{INNER}{inner.name}": inner.name for inner in model.objects}
    inline = _Inline({ROOT: model.input_class, **inner_names})
    classes: list[ast.ClassDef] = []
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef) and statement.name in inline.names:
            statement.name = inline.names[statement.name]
            classes.append(statement)
        elif isinstance(statement, ast.ClassDef):
            inline.roots[statement.name] = _root_of(statement)
        elif not isinstance(statement, (ast.Import, ast.ImportFrom)):
            raise ValueError(f"unexpected statement in the classes of {model.spec.model_id}")
    return "\n\n\n".join(
        _dress(inline.visit(each), docs[each.name], nullable.get(each.name, ())) for each in classes
    )


@cache
def _generate(schema: str, aliases: tuple[tuple[str, str], ...]) -> str:
    """Run the class generator; verification and rendering ask for the same classes, so the answer is kept."""
    from datamodel_code_generator import generate

    update = {"class_name": ROOT, "aliases": dict(aliases)}
    source = generate(schema, config=_base_config().model_copy(update=update))
    if not isinstance(source, str):
        raise ValueError("the class generator wrote no single module")
    return source


class _Inline(ast.NodeTransformer):
    """Write constrained types where they are used, as ``Annotated``: one form, in which strictness reaches them."""

    constrained: ClassVar = {"conint": "int", "confloat": "float", "constr": "str"}

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.roots: dict[str, ast.expr] = {}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace the name of a class that only holds a root by that root's type, and give the others their own."""
        root = self.roots.get(node.id)
        node.id = self.names.get(node.id, node.id)
        return node if root is None else self.visit(copy.deepcopy(root))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Replace ``constr(max_length=3)`` by ``Annotated[str, Field(max_length=3)]``."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in self.constrained:
            return self.generic_visit(node)
        bounds = ast.unparse(ast.Call(ast.Name("Field"), node.args, node.keywords))
        return ast.parse(f"Annotated[{self.constrained[name]}, {bounds}]", mode="eval").body


def _root_of(statement: ast.ClassDef) -> ast.expr:
    """Return the type that a root model holds.

    Raises:
        ValueError: The class is no root model.
    """
    for member in statement.body:
        if isinstance(member, ast.AnnAssign) and ast.unparse(member.target) == "root":
            return member.annotation
    raise ValueError(f"unexpected class {statement.name}")


def _dress(statement: ast.ClassDef, docstring: str, nullable: tuple[str, ...]) -> str:
    """Give a class its docstring and, where there are such fields, the names of those that may be null."""
    lines = [
        f"class {statement.name}({BASE_CLASS}):",
        f'    """{doc(sentence(docstring), 4)}"""',
        "",
    ]
    if nullable:
        lines += [f"    __nullable__: ClassVar[frozenset[str]] = frozenset({list(nullable)!r})", ""]
    return "\n".join([*lines, *(f"    {ast.unparse(member)}" for member in statement.body)])
