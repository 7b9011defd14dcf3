"""The API reference: pages of Markdown from the docstrings, which are read and never run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import griffe

__all__ = ["PAGES", "reference_pages"]

_ERRORS = (
    "RunComfyError InvalidInput Fault SubmitUnknown JobFailed JobCancelled JobTimeout AuthError InsufficientBalance "
    "ModelNotFound NotFoundOrExpired RateLimited ServiceError ConnectionFailed ClientClosed UploadFailed "
    "DownloadFailed OutputMissing JournalError"
)
PAGES: Mapping[str, tuple[str, str, str]] = {
    "client": (
        "Client",
        "runcomfy_runtime",
        "Client Model Request Options ValidateMode UNSET Unset Balance",
    ),
    "jobs": (
        "Jobs",
        "runcomfy_runtime",
        "Job Jobs Resumed JobStatus JobState CancelOutcome Outcome MapProgress",
    ),
    "files": (
        "Files",
        "runcomfy_runtime",
        "FileInput MediaKind MediaOutput FileOutput Preview DownloadProgress Uploader AsyncUploader "
        "ObjectStoreUploader LocalMedia",
    ),
    "errors": ("Errors", "runcomfy_runtime", _ERRORS),
    "journal": ("Journal", "runcomfy_runtime", "Journal JournalEntry"),
    "events": ("Events", "runcomfy_runtime.events", ""),
    "testing": (
        "Emulator",
        "runcomfy_runtime.testing",
        "Emulator ClientOptions RecordedCall ManualClock SystemClock EmulatorError serve",
    ),
}
"""Title, package and names of each page; no names are all that the package exports."""
_SHOWN_AS = {"Client": "RunComfy"}
_NOTE = "`AsyncRunComfy` and the other names with `Async` are the same, awaited."


def reference_pages(runtime: Path) -> dict[str, str]:
    """Return the pages by path below the docs.

    Args:
        runtime: The source root that holds ``runcomfy_runtime``.
    """
    package = griffe.load(
        "runcomfy_runtime",
        search_paths=[runtime],
        docstring_parser="google",
        allow_inspection=False,
    )
    pages: dict[str, str] = {}
    index = ["# API reference", "", f"From the docstrings. {_NOTE}", ""]
    for name, (title, module, names) in PAGES.items():
        place = package[module.partition(".")[2]] if "." in module else package
        wanted = names.split() or [str(each) for each in place.exports or ()]
        objects = [_target(place[each]) for each in wanted]
        pages[f"reference/{name}.md"] = _page(title, wanted, objects)
        index.append(f"* [{title}]({name}.md): {', '.join(map(_shown, wanted))}")
    pages["reference/index.md"] = "\n".join(index) + "\n"
    return pages


def _shown(name: str) -> str:
    return f"`{_SHOWN_AS.get(name, name)}`"


def _target(found: griffe.Object | griffe.Alias) -> griffe.Object:
    return found.final_target if isinstance(found, griffe.Alias) else found


def _page(title: str, names: Sequence[str], objects: Sequence[griffe.Object]) -> str:
    lines = [f"# {title}", ""]
    for name, found in zip(names, objects, strict=True):
        lines += [f"## {_SHOWN_AS.get(name, name)}", ""]
        if isinstance(found, griffe.Class):
            lines += _class(found, _SHOWN_AS.get(name, name))
        elif isinstance(found, griffe.Function):
            lines += [*_signature(found), *_docstring(found)]
        else:
            lines += _constant(found)
    return "\n".join(lines).rstrip() + "\n"


def _class(found: griffe.Class, shown: str) -> Iterator[str]:
    bases = [str(base) for base in found.bases if str(base) not in ("Protocol", "TypedDict")]
    if bases:
        yield from (f"Extends {', '.join(f'`{base}`' for base in bases)}.", "")
    yield from _docstring(found)
    init = found.members.get("__init__")
    if isinstance(init, griffe.Function) and init.docstring:
        yield from (*_signature(init, shown), *_docstring(init, skip_text=True))
    for name, member in found.members.items():
        if name.startswith("_"):
            continue
        if isinstance(member, griffe.Function) and member.docstring:
            yield from (f"### {shown}.{name}", "", *_signature(member), *_docstring(member))
        elif isinstance(member, griffe.Attribute) and _is_property(member) and member.docstring:
            yield from (f"### {shown}.{name}", "", *_docstring(member))
        elif isinstance(member, griffe.Attribute) and member.docstring:
            yield from (f"* `{name}`: {_flat(member.docstring.value)}", "")


def _is_property(member: griffe.Attribute) -> bool:
    return "property" in member.labels


def _constant(found: griffe.Object) -> Iterator[str]:
    value = getattr(found, "value", None)
    if value is not None:
        yield from ("```text", f"{found.name} = {value}", "```", "")
    yield from _docstring(found)


def _signature(function: griffe.Function, class_name: str = "") -> Iterator[str]:
    """Yield the head of ``function`` as a block; with ``class_name``, that of the constructor."""
    parameters = [p for p in function.parameters if p.name not in ("self", "cls")]
    rows: list[str] = []
    keyword_only = False
    for parameter in parameters:
        if parameter.kind is griffe.ParameterKind.keyword_only and not keyword_only:
            keyword_only = True
            rows.append("*")
        star = {"var_positional": "*", "var_keyword": "**"}.get(_kind(parameter), "")
        annotation = f": {parameter.annotation}" if parameter.annotation is not None else ""
        blank = " " if annotation else ""
        has_default = parameter.default is not None and not star
        default = f"{blank}={blank}{parameter.default}" if has_default else ""
        rows.append(f"{star}{parameter.name}{annotation}{default}")
    shown = class_name or function.name
    returned = None if class_name else function.returns
    returns = f" -> {returned}" if returned is not None else ""
    flat = f"{shown}({', '.join(rows)}){returns}"
    if len(flat) > 90:
        inner = "".join(f"    {row},\n" for row in rows)
        flat = f"{shown}(\n{inner}){returns}"
    yield from ("```text", flat, "```", "")


def _kind(parameter: griffe.Parameter) -> str:
    return parameter.kind.name if parameter.kind is not None else ""


def _docstring(found: griffe.Object, *, skip_text: bool = False) -> Iterator[str]:
    if found.docstring is None:
        return
    for section in found.docstring.parse("google", warnings=False):
        if section.kind is griffe.DocstringSectionKind.text:
            if not skip_text:
                yield from (_paragraphs(str(section.value)), "")
        elif section.kind in _TITLES:
            yield from (f"**{_TITLES[section.kind]}**", "")
            yield from (_item(element) for element in section.value)
            yield ""


_TITLES = {
    griffe.DocstringSectionKind.parameters: "Arguments",
    griffe.DocstringSectionKind.attributes: "Attributes",
    griffe.DocstringSectionKind.raises: "Raises",
    griffe.DocstringSectionKind.returns: "Returns",
    griffe.DocstringSectionKind.yields: "Yields",
}


def _item(element: griffe.DocstringElement) -> str:
    name = getattr(element, "name", "") or str(element.annotation or "").strip("()")
    described = _flat(element.description)
    return f"* `{name}`: {described}" if name else f"* {described}"


def _paragraphs(text: str) -> str:
    return "\n\n".join(
        part if part.startswith("    ") else _flat(part) for part in text.split("\n\n")
    ).replace("::\n\n    ", ":\n\n    ")


def _flat(text: str) -> str:
    return " ".join(text.replace("``", "`").split())
