"""The client package: the clients, the catalogue, one package a vendor and one module a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import jinja2

from runcomfy_codegen.plan import ModelPlan, Plan, VendorPlan
from runcomfy_codegen.render.classes import render_classes
from runcomfy_codegen.render.imports import import_block
from runcomfy_codegen.targets.unit import Unit

__all__ = ["units"]

_FIXED = ("__init__.py", "__main__.py", "_runtime.py", "py.typed", "models/__init__.py")
EXPORTS = (
    "AsyncFileOutput",
    "AsyncJob",
    "AsyncMediaOutput",
    "AsyncObjectStoreUploader",
    "AsyncRequest",
    "AsyncUploader",
    "AuthError",
    "CancelOutcome",
    "ConnectionFailed",
    "DownloadFailed",
    "DownloadProgress",
    "Fault",
    "FileInput",
    "FileOutput",
    "InsufficientBalance",
    "InvalidInput",
    "Job",
    "JobCancelled",
    "JobFailed",
    "JobStatus",
    "JobTimeout",
    "MediaOutput",
    "ModelNotFound",
    "NotFoundOrExpired",
    "ObjectStoreUploader",
    "Options",
    "RateLimited",
    "Request",
    "RunComfyError",
    "ServiceError",
    "SubmitUnknown",
    "UNSET",
    "Unset",
    "UploadFailed",
    "Uploader",
)
"""What the package shows of its runtime."""
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
    for name in _FIXED:
        template = f"client/{name}" if name == "py.typed" else f"client/{name}.jinja"
        yield Unit(
            f"{plan.package}/{name}",
            plan.package,
            (template,),
            partial(_render, template, plan=plan, exports=EXPORTS),
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
    template = "client/_client.py.jinja"
    roots = [(vendor.attribute, vendor.segment) for vendor in plan.vendors]
    yield Unit(
        f"{plan.package}/_client.py",
        repr(roots),
        (template,),
        partial(_render, template, plan=plan),
    )
    for vendor in plan.vendors:
        yield _vendor_unit(plan, vendor)
    for model in plan.models:
        yield _model_unit(plan, model)


def _vendor_unit(plan: Plan, vendor: VendorPlan) -> Unit:
    template = "client/models/{vendor}/__init__.py.jinja"
    path = f"{plan.package}/models/{vendor.attribute}/__init__.py"
    return Unit(path, repr(vendor), (template,), partial(_render, template, vendor=vendor))


def _model_unit(plan: Plan, model: ModelPlan) -> Unit:
    template = "client/models/{vendor}/{model}.py.jinja"
    path = f"{plan.package}/models/{model.vendor}/{model.module}.py"
    facts = f"{model.spec.sha256} {model.attribute_path} {model.children}"
    return Unit(
        path, facts, (template,), partial(_render_model, template, model), model.spec.model_id
    )


def _render(template: str, env: jinja2.Environment, **context: object) -> str:
    return env.get_template(template).render(**context)


def _render_model(template: str, model: ModelPlan, env: jinja2.Environment) -> str:
    body = env.get_template(template).render(model=model, classes=render_classes(model))
    head, marker, rest = body.partition("# imports\n")
    return f"{head}{import_block(rest, _SOURCES)}\n{rest}" if marker else body
