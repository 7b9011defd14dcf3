"""The models of the installed package: the offline index, without network, pydantic or the model classes."""

from __future__ import annotations

import functools
import importlib
import json
import pkgutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from ..fields import Field, read_fields
from .exitcodes import CliError, ExitCode

__all__ = ["Catalogue", "ModelRecord", "ModelSummary"]


class ModelSummary(NamedTuple):
    """One line of the index.

    Attributes:
        model_id: The service's id.
        attribute_path: Where the client keeps it, such as ``stepfun_ai.stepx_edit2``.
        module: The model's module, below the package.
        title: Its name for people.
        task: What it does, such as ``image-to-image``.
    """

    model_id: str
    attribute_path: str
    module: str
    title: str
    task: str


class ModelRecord(NamedTuple):
    """All that the index knows about one model.

    Attributes:
        summary: Its line of the index.
        document: Its file of the index as it stands.
    """

    summary: ModelSummary
    document: Mapping[str, Any]

    @property
    def fields(self) -> dict[str, Field]:
        """Return the fields of its input by name."""
        return read_fields(self.document["input_schema"])

    @property
    def example(self) -> Mapping[str, Any]:
        """Return the documentation's own input."""
        return cast("Mapping[str, Any]", self.document.get("example") or {})


class Catalogue:
    """The index of one generated package.

    Args:
        package: Import name of the package that holds ``_catalog.py`` and ``_cli/``.
    """

    def __init__(self, package: str) -> None:
        self.package = package

    @functools.cached_property
    def _entries(self) -> Mapping[str, tuple[str, ...]]:
        entries: Mapping[str, tuple[str, ...]]
        entries = importlib.import_module(f"{self.package}._catalog").MODELS
        return entries

    @property
    def ids(self) -> Collection[str]:
        """Return the ids of all models."""
        return self._entries.keys()

    def models(self) -> Iterator[ModelSummary]:
        """Yield every model of the package, sorted by id."""
        for model_id, (path, module, _, title, task) in sorted(self._entries.items()):
            yield ModelSummary(model_id, path, module, title, task)

    def resolve(self, model_id: str) -> ModelSummary | None:
        """Return the model that ``model_id`` names (outer slashes and blanks do not matter), or None."""
        model_id = model_id.strip().strip("/")
        if model_id not in self._entries:
            return None
        path, module, _, title, task = self._entries[model_id]
        return ModelSummary(model_id, path, module, title, task)

    def record(self, model_id: str) -> ModelRecord:
        """Return what the index knows about a model.

        Raises:
            CliError: If the package does not hold it; the message names the nearest ids.
        """
        summary = self.resolve(model_id)
        if summary is None:
            raise CliError(self._unknown(model_id), ExitCode.BAD_INPUT)
        name = summary.module.removeprefix("models.").replace(".", "/")
        try:
            data = pkgutil.get_data(self.package, f"_cli/{name}.json") or b""
            return ModelRecord(summary, json.loads(data))
        except (OSError, ValueError) as error:
            raise CliError(
                f"the index of {model_id} in {self.package} cannot be read ({error}): "
                "install the package again",
                ExitCode.INTERNAL,
            ) from None

    def search(self, words: Sequence[str], task: str | None = None) -> list[ModelSummary]:
        """Return the models whose id, title or task holds every word; case does not matter."""
        needles = [word.lower() for word in words]
        return [
            model
            for model in self.models()
            if (task is None or model.task.lower() == task.lower())
            and all(
                needle in f"{model.model_id} {model.title} {model.task}".lower()
                for needle in needles
            )
        ]

    def tasks(self) -> dict[str, int]:
        """Return how many models there are of each task, sorted by task."""
        counts: dict[str, int] = {}
        for model in self.models():
            counts[model.task] = counts.get(model.task, 0) + 1
        return dict(sorted(counts.items()))

    def nearest(self, model_id: str, count: int = 3) -> list[str]:
        """Return the ids that look most like ``model_id``, best first."""
        from difflib import get_close_matches

        wanted = model_id.strip().strip("/").lower()
        by_lower = {known.lower(): known for known in self.ids}
        near = get_close_matches(wanted, by_lower, n=count, cutoff=0.5)
        near += [known for known in by_lower if known.endswith(f"/{wanted}") and known not in near]
        return [by_lower[known] for known in near[:count]]

    def _unknown(self, model_id: str) -> str:
        near = self.nearest(model_id)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        return (
            f"unknown model {model_id!r}; {hint}"
            "'models list' shows all; --unlisted sends to a model newer than this release"
        )
