"""Have datamodel-code-generator write the pydantic classes of one model's input."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from runcomfy_codegen.plan import ModelPlan
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
    source = _generate(model.input_schema, model.input_class, model.aliases)
    docs = {model.input_class: f"The input of ``{model.spec.model_id}``, as it is sent."}
    docs |= {inner.name: inner.doc for inner in model.objects}
    nullable = dict(model.nullable)
    parts: list[str] = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.ClassDef):
            text = ast.get_source_segment(source, statement) or ""
            parts.append(_dress(text, docs[statement.name], nullable.get(statement.name, ())))
        elif not isinstance(statement, (ast.Import, ast.ImportFrom)):
            raise ValueError(f"unexpected statement in the classes of {model.spec.model_id}")
    return "\n\n\n".join(parts)


@cache
def _generate(schema: str, class_name: str, aliases: tuple[tuple[str, str], ...]) -> str:
    """Run the class generator; verification and rendering ask for the same classes, so the answer is kept."""
    from datamodel_code_generator import generate

    update = {"class_name": class_name, "aliases": dict(aliases)}
    source = generate(schema, config=_base_config().model_copy(update=update))
    if not isinstance(source, str):
        raise ValueError(f"no single module came out for {class_name}")
    return source


def _dress(text: str, docstring: str, nullable: tuple[str, ...]) -> str:
    """Give a class its docstring and, where there are such fields, the names of those that may be null."""
    head, _, body = text.partition("\n")
    lines = [head, f'    """{doc(sentence(docstring), 4)}"""', ""]
    if nullable:
        lines += [f"    __nullable__: ClassVar[frozenset[str]] = frozenset({list(nullable)!r})", ""]
    return "\n".join([*lines, body])
