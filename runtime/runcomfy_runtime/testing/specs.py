"""Read model specs, the files the SDK is generated from, and check them against the SDK."""

from __future__ import annotations

import importlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from .errors import EmulatorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .replies import JsonObject

__all__ = ["MEDIA", "ModelSpec", "check_agreement", "find_specs", "load_own_specs", "load_specs"]

MEDIA = ("image", "video", "audio")
_TABLES = "_cli"


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What the emulator needs to know about a model.

    Attributes:
        model_id: the service's name for the model, such as `acme/paint/edit`.
        title: name for people.
        summary: one paragraph for people.
        task: category such as `text-to-image`; empty when unknown.
        input_schema: JSON Schema 2020-12 of the input.
        medium: what the model makes: `image`, `video` or `audio`.
        example: the documentation's own payload.
    """

    model_id: str
    title: str
    summary: str
    task: str
    input_schema: JsonObject
    medium: str
    example: JsonObject


def load_specs(folder: Path) -> dict[str, ModelSpec]:
    """Read every spec below `folder/models`.

    Args:
        folder: directory that holds `models/`.

    Returns:
        The specs by model id, sorted by id.

    Raises:
        EmulatorError: the folder holds no spec, or a file is no spec; the message names it.
    """
    specs = _read_folder(folder / "models")
    if not specs:
        raise EmulatorError(
            f"{folder} holds no specs (looked for models/**/*.json); "
            "run `runcomfy-codegen regenerate` or name another folder"
        )
    return dict(sorted(specs.items()))


def load_own_specs(package: str) -> dict[str, ModelSpec]:
    """Read the specs a generated SDK was made from, or else its command tables, which hold the same schemas.

    Args:
        package: import name of the SDK.

    Returns:
        The specs by model id, sorted by id.

    Raises:
        EmulatorError: the package, its specs and its tables cannot be found, or a file is no spec.
    """
    origin = _package_origin(package)
    if _specs_beside(origin) is None and (origin.parent / _TABLES).is_dir():
        return dict(sorted(_read_folder(origin.parent / _TABLES).items()))
    return load_specs(find_specs(package))


def find_specs(package: str) -> Path:
    """Find the specs a generated SDK was made from.

    Args:
        package: import name of the SDK.

    Returns:
        The package's own `_specs`, or `specs` of the repository it stands in.

    Raises:
        EmulatorError: the package or its specs cannot be found.
    """
    folder = _specs_beside(_package_origin(package))
    if folder is None:
        raise EmulatorError(f"{package} has no specs beside it; name the folder that holds models/")
    return folder


def _specs_beside(origin: Path) -> Path | None:
    folders = (origin.parent / "_specs", origin.parents[2] / "specs")
    return next((folder for folder in folders if (folder / "models").is_dir()), None)


def check_agreement(specs: Mapping[str, ModelSpec], package: str) -> None:
    """Compare specs with the code generated from them.

    Args:
        specs: the specs by model id.
        package: import name of the SDK; one without a catalogue is not compared.

    Raises:
        EmulatorError: a model is missing on one side, or its input differs.
    """
    folder = _package_origin(package).parent
    if not (folder / "_catalog.py").is_file():
        return
    catalog = importlib.import_module(f"{package}._catalog")
    models = cast("Mapping[str, tuple[str, ...]]", catalog.MODELS)
    wrong = sorted(set(models) ^ set(specs))
    for model_id, entry in models.items():
        table = folder / _TABLES / (entry[1].removeprefix("models.").replace(".", "/") + ".json")
        if model_id in specs and table.is_file():
            generated = cast("JsonObject", json.loads(table.read_text(encoding="utf-8")))
            if generated.get("input_schema") != specs[model_id].input_schema:
                wrong.append(model_id)
    if wrong:
        shown = ", ".join(wrong[:5]) + (", …" if len(wrong) > 5 else "")
        raise EmulatorError(
            f"the specs and the generated package {package} disagree about {shown}; "
            "run `runcomfy-codegen generate`"
        )


def _package_origin(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EmulatorError(f"there is no package {package}; install it or name a specs folder")
    return Path(found.origin).resolve()


def _read_folder(folder: Path) -> dict[str, ModelSpec]:
    specs: dict[str, ModelSpec] = {}
    for path in sorted(folder.rglob("*.json")):
        spec = _read_spec(path)
        if spec.model_id in specs:
            raise EmulatorError(
                f"{path} repeats the model {spec.model_id}; remove one of the files"
            )
        specs[spec.model_id] = spec
    return specs


def _read_spec(path: Path) -> ModelSpec:
    try:
        document = cast("object", json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise EmulatorError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(document, dict):
        raise EmulatorError(f"{path} is no model spec: an object is expected")
    spec = cast("JsonObject", document)
    model_id, input_schema = spec.get("model_id"), spec.get("input_schema")
    if not isinstance(model_id, str) or not isinstance(input_schema, dict):
        raise EmulatorError(f"{path} is no model spec: it needs model_id and input_schema")
    task = str(spec.get("task") or "")
    return ModelSpec(
        model_id=model_id,
        title=str(spec.get("title") or model_id),
        summary=str(spec.get("summary") or ""),
        task=task,
        input_schema=cast("JsonObject", input_schema),
        medium=_medium(_object(spec.get("output_schema")), task),
        example=_object(spec.get("example")),
    )


def _medium(output_schema: JsonObject, task: str) -> str:
    named = output_schema.get("x-media")
    if named in MEDIA:
        return str(named)
    made = task.rpartition("to-")[2]
    if made in MEDIA:
        return made
    properties = _object(output_schema.get("properties"))
    return next((m for m in MEDIA if m in properties or f"{m}s" in properties), "image")


def _object(value: object) -> JsonObject:
    return cast("JsonObject", value) if isinstance(value, dict) else {}
