"""The intermediate representation handed to every template: the whole release, and one model of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import cast

from runcomfy_codegen.jsontypes import Json, JsonObject, MediaKind
from runcomfy_codegen.normalize.medium import media_kind
from runcomfy_codegen.plan.fitting import sendable
from runcomfy_codegen.plan.inputs import InputPlan, media_places, plan_input
from runcomfy_codegen.plan.lock import ModelNames
from runcomfy_codegen.plan.snippets import plan_snippets
from runcomfy_codegen.plan.units import (
    Child,
    ObjectPlan,
    Parameter,
    Snippets,
    Target,
    VendorPlan,
    one_a_module,
)
from runcomfy_codegen.spec import ModelSpec

__all__ = ["ModelPlan", "Plan"]


@dataclass(frozen=True)
class ModelPlan:
    """One model: a module with its input classes and its two endpoint classes.

    What follows from the input schema is planned when it is first asked for: most runs render a few models only.
    """

    spec: ModelSpec
    names: ModelNames
    package: str
    children: tuple[Child, ...]

    def __getstate__(self) -> dict[str, object]:
        """Return what is given to another process: a thread sends it, while this one may be planning more."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def inputs(self) -> InputPlan:
        """Everything about the input."""
        return plan_input(self.spec.input_schema, self.names)

    @cached_property
    def media(self) -> tuple[tuple[str, MediaKind], ...]:
        """The places in the payload that take media, ``*`` standing for any index."""
        return tuple(media_places(self.spec.input_schema))

    @cached_property
    def output(self) -> MediaKind | None:
        """The kind of what comes out."""
        return media_kind(self.spec.output_schema.get("x-media"))

    @cached_property
    def example(self) -> JsonObject:
        """The docs' own payload as it can be sent: where the docs name a bare file, there is a link to one."""
        made = sendable(self.spec.input_schema, self.spec.example)
        return cast("JsonObject", made)

    @cached_property
    def snippets(self) -> Snippets:
        """The docs' own example as runnable text."""
        return plan_snippets(
            self.package,
            self.spec.model_id,
            self.attribute_path,
            self.parameters,
            self.example,
            self.output,
        )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The fields as keyword arguments, required ones first."""
        return tuple(self.inputs.parameters)

    @property
    def objects(self) -> tuple[ObjectPlan, ...]:
        """The objects inside the input."""
        return tuple(self.inputs.objects)

    @property
    def input_schema(self) -> str:
        """The schema for the class generator, as JSON text."""
        return self.inputs.schema

    @property
    def aliases(self) -> tuple[tuple[str, str], ...]:
        """The Python names of fields that are called differently when sent."""
        return tuple(sorted(self.inputs.aliases.items()))

    @property
    def nullable(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """For each class, the wire names whose schema allows null."""
        return tuple(self.inputs.nullable)

    @property
    def unique(self) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
        """For each class, the wire names with lists that must not repeat an item, and how deep these lie."""
        return tuple(self.inputs.unique)

    @property
    def validations(self) -> tuple[tuple[str, list[Json]], ...]:
        """The service's rules about media, by place."""
        return tuple(self.inputs.validations)

    @property
    def attribute_path(self) -> str:
        """The attributes that lead to it from a client, joined by dots."""
        return self.names.path

    @property
    def vendor(self) -> str:
        """The package of its vendor."""
        return self.names.vendor

    @property
    def module(self) -> str:
        """Its module inside the package of its vendor."""
        return self.names.module_in_vendor

    @property
    def class_name(self) -> str:
        """The name of its class."""
        return self.names.class_name

    @property
    def input_class(self) -> str:
        """The name of the pydantic class of the whole input."""
        return f"{self.class_name}Input"

    @property
    def exports(self) -> tuple[str, ...]:
        """The public names of the module."""
        inner = [name for item in self.objects for name in (item.name, f"{item.name}Dict")]
        return (self.class_name, f"Async{self.class_name}", self.input_class, *inner)

    @property
    def imported(self) -> tuple[Target, ...]:
        """One target of each module that its children lead to, by module."""
        return one_a_module(self.children)

    @property
    def output_words(self) -> str:
        """What comes out, in words."""
        return {"image": "images", "video": "videos", "audio": "audio"}.get(
            self.output or "", "files"
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is generated from one set of specs. ``patched`` are the names that the package's patch shows."""

    package: str
    models: tuple[ModelPlan, ...]
    vendors: tuple[VendorPlan, ...]
    patched: tuple[str, ...] = ()
