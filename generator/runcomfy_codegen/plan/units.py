"""The parts of the intermediate representation handed to every template."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterable
from dataclasses import dataclass

from runcomfy_codegen.jsontypes import MediaKind

__all__ = [
    "NAMESPACES",
    "Child",
    "Member",
    "NamespacePlan",
    "ObjectPlan",
    "Parameter",
    "Snippets",
    "Target",
    "VendorPlan",
    "one_a_module",
]

NAMESPACES = "_namespaces"
"""The module of a vendor's package that holds its namespaces."""


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
class Target:
    """A class that an attribute leads to.

    Attributes:
        class_name: Its name.
        module: The module of the vendor's package that has it; empty if only the package itself shows it.
    """

    class_name: str
    module: str

    @property
    def is_namespace(self) -> bool:
        """Whether it is a generated namespace."""
        return self.module == NAMESPACES

    @property
    def shown_module(self) -> str:
        """The module to import it from outside of that of the namespaces, which is private."""
        return "" if self.is_namespace else self.module

    @property
    def alias(self) -> str:
        """What its module is called where it is imported for types: never what an attribute is called."""
        return f"_{self.shown_module}" if self.shown_module else "_package_"


@dataclass(frozen=True, slots=True)
class Child:
    """A lazy attribute of a namespace or model: its name, what it leads to in both clients, and what to say of it."""

    attribute: str
    sync_target: Target
    async_target: Target
    doc: str

    def target(self, prefix: str) -> Target:
        """Return where it leads in the client whose classes have this prefix."""
        return self.async_target if prefix else self.sync_target


@dataclass(frozen=True, slots=True)
class Snippets:
    """The docs' own example as runnable text."""

    python: str
    python_async: str
    cli: str
    curl: str


@dataclass(frozen=True, slots=True)
class NamespacePlan:
    """A part of an id that is no model itself."""

    class_name: str
    doc: str
    children: tuple[Child, ...]


@dataclass(frozen=True, slots=True)
class VendorPlan:
    """The first segment of ids: a package with its namespaces, the root last, and the names its patch shows."""

    attribute: str
    segment: str
    namespaces: tuple[NamespacePlan, ...]
    patched: tuple[str, ...] = ()

    @property
    def root(self) -> NamespacePlan:
        """The namespace that the client's attribute leads to."""
        return self.namespaces[-1]

    @property
    def namespace_exports(self) -> tuple[str, ...]:
        """The names of the namespaces' classes."""
        names = [namespace.class_name for namespace in self.namespaces]
        return (*names, *(f"Async{name}" for name in names))

    @property
    def exports(self) -> tuple[str, ...]:
        """The public names of the package."""
        return tuple({*self.namespace_exports, *self.patched})

    @property
    def unpatched(self) -> tuple[str, ...]:
        """The names of the namespaces' classes that no patch replaces."""
        return tuple(name for name in self.namespace_exports if name not in self.patched)

    @property
    def imported(self) -> tuple[Target, ...]:
        """One target of each module that the namespaces lead to outside of their own, by module."""
        children = [child for namespace in self.namespaces for child in namespace.children]
        return tuple(target for target in one_a_module(children, NAMESPACES))


def one_a_module(children: Iterable[Child], without: str | None = None) -> tuple[Target, ...]:
    """Return one target of each module that ``children`` lead to but that named ``without``, by module."""
    targets = [target for each in children for target in (each.sync_target, each.async_target)]
    by_alias = {target.alias: target for target in targets if target.module != without}
    return tuple(target for _, target in sorted(by_alias.items()))
