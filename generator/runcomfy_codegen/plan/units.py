"""The intermediate representation handed to every template."""

from __future__ import annotations

import ast
import keyword
from dataclasses import dataclass

from runcomfy_codegen.jsontypes import Json, MediaKind
from runcomfy_codegen.spec import ModelSpec

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
]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input field as a keyword argument.

    Attributes:
        name: The Python name.
        wire: The name that is sent.
        annotation: The type that callers may give, as Python source.
        title: The readable English name.
        display: The type for readers (``string``, ``list of images``, ...).
        required: Whether it must be given.
        doc: What the docs say, one paragraph, or empty.
        constraints: Bounds, choices and the like, one short phrase each.
        default: The service's default as JSON text, or empty.
        media: The kind of media that it takes.
    """

    name: str
    wire: str
    annotation: str
    title: str
    display: str
    required: bool
    doc: str
    constraints: tuple[str, ...]
    default: str
    media: MediaKind | None

    @property
    def signature(self) -> str:
        """The parameter as it stands in the head of a function, with its comma."""
        unset = "" if self.required else " | Unset = UNSET"
        return f"{self.name}: {self.annotation}{unset},"

    @property
    def help(self) -> str:
        """What there is to say of the parameter, in one paragraph."""
        facts = list(self.constraints)
        if self.default:
            facts.append(f"the service's default is {self.default}")
        doc = self.doc or self.title
        said = "; ".join(facts)
        doc = doc if doc[-1] in ".!?。" else f"{doc}."
        return f"{doc} {said[:1].upper()}{said[1:]}." if said else doc


@dataclass(frozen=True, slots=True)
class Member:
    """One key of an object item, for its typed dict."""

    wire: str
    annotation: str


@dataclass(frozen=True, slots=True)
class ObjectPlan:
    """An object inside the input: a pydantic class of this name and a typed dict ``<name>Dict``."""

    name: str
    doc: str
    members: tuple[Member, ...]

    @property
    def class_syntax(self) -> bool:
        """Whether all keys can stand as attributes of a typed dict's class, hiding none of its types."""
        types = {
            node.id
            for member in self.members
            for node in ast.walk(ast.parse(member.annotation, mode="eval"))
            if isinstance(node, ast.Name)
        }
        return all(
            m.wire.isidentifier()
            and not keyword.iskeyword(m.wire)
            and not m.wire.startswith("__")
            and m.wire not in types
            for m in self.members
        )


@dataclass(frozen=True, slots=True)
class Child:
    """A lazy attribute of a namespace: its name, what it leads to, and where the class is."""

    attribute: str
    class_name: str
    module: str
    doc: str


@dataclass(frozen=True, slots=True)
class Snippets:
    """The docs' own example as runnable text."""

    python: str
    python_async: str
    cli: str
    curl: str


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """One model: a module with its input classes and its two endpoint classes.

    ``file`` is the path of the module below ``models`` without suffix, ``vendor_file`` that of its package.
    ``nullable`` names, for each class, the wire names whose schema allows null.
    """

    spec: ModelSpec
    attribute_path: str
    vendor: str
    module: str
    class_name: str
    parameters: tuple[Parameter, ...]
    objects: tuple[ObjectPlan, ...]
    media: tuple[tuple[str, MediaKind], ...]
    output: MediaKind | None
    children: tuple[Child, ...]
    snippets: Snippets
    input_schema: str
    aliases: tuple[tuple[str, str], ...]
    nullable: tuple[tuple[str, tuple[str, ...]], ...]
    validations: tuple[tuple[str, list[Json]], ...]

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
    def output_words(self) -> str:
        """What comes out, in words."""
        return {"image": "images", "video": "videos", "audio": "audio"}.get(
            self.output or "", "files"
        )


@dataclass(frozen=True, slots=True)
class NamespacePlan:
    """A part of an id that is no model itself."""

    class_name: str
    doc: str
    children: tuple[Child, ...]


@dataclass(frozen=True, slots=True)
class VendorPlan:
    """The first segment of ids: a package with its namespaces, the root last."""

    attribute: str
    segment: str
    namespaces: tuple[NamespacePlan, ...]

    @property
    def root(self) -> NamespacePlan:
        """The namespace that the client's attribute leads to."""
        return self.namespaces[-1]

    @property
    def exports(self) -> tuple[str, ...]:
        """The public names of the package."""
        names = [namespace.class_name for namespace in self.namespaces]
        return (*names, *(f"Async{name}" for name in names))

    @property
    def models(self) -> tuple[Child, ...]:
        """The models that its namespaces lead to."""
        return tuple(
            child for namespace in self.namespaces for child in namespace.children if child.module
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is generated from one set of specs."""

    package: str
    models: tuple[ModelPlan, ...]
    vendors: tuple[VendorPlan, ...]
