"""The client package: the clients, the catalogue, one package a vendor and one module a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from runcomfy_codegen.plan import ModelPlan, Plan, VendorPlan
from runcomfy_codegen.render.imports import import_block
from runcomfy_codegen.render.renderer import Renderer
from runcomfy_codegen.targets.unit import Unit

__all__ = ["units"]

_FIXED = ("__init__.py", "__main__.py", "_runtime.py", "py.typed", "models/__init__.py")
EXPORTS = (
    "AsyncFileOutput",
    "AsyncJob",
    "AsyncJobs",
    "AsyncMediaOutput",
    "AsyncObjectStoreUploader",
    "AsyncOutcome",
    "AsyncRequest",
    "AsyncResumed",
    "AsyncUploader",
    "AuthError",
    "Balance",
    "CancelOutcome",
    "ClientClosed",
    "ConnectionFailed",
    "DownloadFailed",
    "DownloadProgress",
    "Event",
    "Fault",
    "FileInput",
    "FileOutput",
    "InsufficientBalance",
    "InvalidInput",
    "Job",
    "JobCancelled",
    "JobFailed",
    "JobState",
    "JobStatus",
    "JobTimeout",
    "Jobs",
    "Journal",
    "JournalEntry",
    "JournalError",
    "MapProgress",
    "MediaKind",
    "MediaOutput",
    "ModelNotFound",
    "NotFoundOrExpired",
    "ObjectStoreUploader",
    "Options",
    "Outcome",
    "OutputMissing",
    "Preview",
    "RateLimited",
    "Request",
    "Resumed",
    "RunComfyError",
    "ServiceError",
    "SubmitUnknown",
    "UNSET",
    "Unset",
    "UploadFailed",
    "Uploader",
    "ValidateMode",
)
"""What the package shows of its runtime."""
_CLIENTS = ("AsyncRunComfy", "RunComfy")
_RUNTIME = "..._runtime"
_SOURCES: Mapping[str, str] = {
    "Sequence": "collections.abc",
    "cached_property": "functools",
    **dict.fromkeys(
        ("Annotated", "ClassVar", "Final", "Literal", "NotRequired", "TYPE_CHECKING", "TypedDict"),
        "typing",
    ),
    **dict.fromkeys(("Field",), "pydantic"),
    **dict.fromkeys(
        (
            "AsyncEndpoint",
            "AsyncJob",
            "AsyncMediaOutput",
            "AsyncRequest",
            "Endpoint",
            "FileInput",
            "InputModel",
            "Job",
            "MediaOutput",
            "ModelInfo",
            "Options",
            "Request",
            "UNSET",
            "Unset",
        ),
        _RUNTIME,
    ),
}


def units(plan: Plan) -> Iterator[Unit]:
    """Yield the files of the client package."""
    exports = _exports(plan.patched)
    for name in _FIXED:
        template = f"client/{name}" if name == "py.typed" else f"client/{name}.jinja"
        yield Unit(
            f"{plan.package}/{name}",
            f"{plan.package} {plan.patched}" if name == "__init__.py" else plan.package,
            (template,),
            partial(_render, template, plan=plan, exports=exports),
        )
    catalog = "client/_catalog.py.jinja"
    entries = [
        (m.spec.model_id, m.attribute_path, m.module, m.class_name, m.spec.title, m.spec.task)
        for m in plan.models
    ]
    yield Unit(
        f"{plan.package}/_catalog.py",
        repr(entries),
        (catalog,),
        partial(_render, catalog, plan=plan),
    )
    for name, prefix in (("_client", ""), ("_async_client", "Async")):
        yield _client_unit(plan, name, prefix)
    for vendor in plan.vendors:
        yield from _vendor_units(plan, vendor)
    for model in plan.models:
        yield _model_unit(plan, model)


def _exports(patched: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the names that the package shows: its clients, those of a patch, and those of the runtime."""
    return {
        "clients": tuple(name for name in _CLIENTS if name not in patched),
        "patch": patched,
        "runtime": tuple(name for name in EXPORTS if name not in patched),
    }


def _client_unit(plan: Plan, name: str, prefix: str) -> Unit:
    template = "client/_client.py.jinja"
    roots = [(vendor.attribute, vendor.segment, vendor.root.class_name) for vendor in plan.vendors]
    path = f"{plan.package}/{name}.py"
    return Unit(
        path, repr(roots), (template,), partial(_render, template, plan=plan, prefix=prefix)
    )


def _vendor_units(plan: Plan, vendor: VendorPlan) -> Iterator[Unit]:
    for name in ("__init__.py", "_namespaces.py"):
        template = f"client/models/{{vendor}}/{name}.jinja"
        path = f"{plan.package}/models/{vendor.attribute}/{name}"
        yield Unit(path, repr(vendor), (template,), partial(_render, template, vendor=vendor))


def _model_unit(plan: Plan, model: ModelPlan) -> Unit:
    template = "client/models/{vendor}/{model}.py.jinja"
    path = f"{plan.package}/models/{model.vendor}/{model.module}.py"
    facts = f"{model.spec.sha256} {model.names} {model.children}"
    return Unit(
        path, facts, (template,), partial(_render_model, template, model), model.spec.model_id
    )


def _render(template: str, renderer: Renderer, **context: object) -> str:
    return renderer.fill(template, **context)


def _render_model(template: str, model: ModelPlan, renderer: Renderer) -> str:
    classes = renderer.classes[model.spec.model_id]
    body = renderer.fill(template, model=model, classes=classes)
    head, marker, rest = body.partition("# imports\n")
    return f"{head}{import_block(rest, _SOURCES)}\n{rest}" if marker else body
