"""Have datamodel-code-generator write pydantic classes, for many models at one call.

A call costs more than a model in it: one call for many is three times as fast. On their way through, classes carry
the number of their model before their name, so that models cannot meet; the answer is told apart by it again.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan import ModelPlan
from runcomfy_codegen.plan.inputs import INNER, ROOT

if TYPE_CHECKING:
    from datamodel_code_generator.config import GenerateConfig

__all__ = ["BASE_CLASS", "DataModels", "led", "write_datamodels"]

BASE_CLASS = "InputModel"
_ALL = "AllModels"
"""The class that the call itself is for; it is thrown away."""
_NUMBERED = re.compile(rf"M(\d+)(?:{ROOT}|{INNER}).*")


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
        class_name=_ALL,
    )


@dataclass(frozen=True, slots=True)
class DataModels:
    """What the class generator wrote.

    Attributes:
        classes: The classes of each model, inner objects first, called by :func:`led`.
        roots: Types that it gave a class of their own, which only holds them, by that class's name.
    """

    classes: tuple[list[ast.ClassDef], ...]
    roots: dict[str, ast.expr]


def write_datamodels(models: Sequence[ModelPlan]) -> DataModels:
    """Return the classes of ``models``, in the same order.

    Raises:
        ValueError: The class generator wrote something else than classes.
    """
    definitions: JsonObject = {}
    aliases: dict[str, str] = {}
    for number, model in enumerate(models):
        fed = _lead_references(model.input_schema, number)
        inner = cast("JsonObject", fed.pop("$defs"))
        definitions |= {led(name, number): schema for name, schema in inner.items()}
        definitions[led(ROOT, number)] = fed
        aliases |= {led(scope, number): name for scope, name in model.aliases}
    source = _generate({"type": "object", "properties": {}, "$defs": definitions}, aliases)
    classes: tuple[list[ast.ClassDef], ...] = tuple([] for _ in models)
    roots: dict[str, ast.expr] = {}
    for statement in ast.parse(source).body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            continue
        if not isinstance(statement, ast.ClassDef):
            raise ValueError(f"unexpected statement: {ast.unparse(statement)[:80]!r}")
        numbered = _NUMBERED.fullmatch(statement.name)
        if numbered:
            classes[int(numbered[1])].append(statement)
        elif statement.name != _ALL:
            roots[statement.name] = _root_of(statement)
    return DataModels(classes, roots)


def led(name: str, number: int) -> str:
    """Return the name of a class of the model with this number on its way through the class generator."""
    return f"M{number}{name}"


def _lead_references(schema: str, number: int) -> JsonObject:
    """Return the schema with references to the classes of the model with this number."""

    def lead_reference(node: JsonObject) -> JsonObject:
        reference = node.get("$ref")
        if isinstance(reference, str):
            name = reference.removeprefix("#/$defs/")
            return {**node, "$ref": f"#/$defs/{led(name, number)}"}
        return node

    return cast("JsonObject", json.loads(schema, object_hook=lead_reference))


def _generate(document: JsonObject, aliases: dict[str, str]) -> str:
    from datamodel_code_generator import generate

    config = _base_config().model_copy(update={"aliases": aliases})
    source = generate(json.dumps(document), config=config)
    if not isinstance(source, str):
        raise ValueError("the class generator wrote no single module")
    return source


def _root_of(statement: ast.ClassDef) -> ast.expr:
    """Return the type that a root model holds.

    Raises:
        ValueError: The class is no root model.
    """
    for member in statement.body:
        if isinstance(member, ast.AnnAssign) and ast.unparse(member.target) == "root":
            return member.annotation
    raise ValueError(f"unexpected class {statement.name}")
