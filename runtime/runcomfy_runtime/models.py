"""What the runtime has to know about one model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .inputs import InputModel

__all__ = ["MediaKind", "ModelInfo"]

MediaKind = Literal["image", "video", "audio", "file"]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Facts of one model, written by the generator.

    Attributes:
        id: The model id, such as ``"stepfun-ai/stepx-edit2"``.
        title: Its name for people.
        input: Class that validates the input; None sends the input unvalidated.
        media: Kind of medium by JSON-pointer pattern into the input, ``*`` for any index (``"/images/*"``).
        output: Kind of medium the model makes, if known.
        validations: The service's ``x-validations`` by JSON-pointer pattern.
    """

    id: str
    title: str = ""
    input: type[InputModel] | None = None
    media: Mapping[str, MediaKind] = field(default_factory=dict[str, MediaKind])
    output: MediaKind | None = None
    validations: Mapping[str, list[Any]] = field(default_factory=dict[str, "list[Any]"])
