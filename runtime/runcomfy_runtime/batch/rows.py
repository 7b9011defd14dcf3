"""From a row of a table to a job: its model, its key and its input, checked as a single request would be."""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from .. import datauris
from ..errors import Fault, InvalidInput, ModelNotFound
from ..fields import Field, MalformedTextError
from ..models import ModelInfo
from ..names import nearest_models
from ..payload import Slot, draft_body
from .columns import columns_of, is_missing, resolved, value_of
from .media_paths import address_of
from .records import Row
from .sources import Record

__all__ = ["KEY_COLUMN", "MODEL_COLUMN", "ReadRow", "Reading", "RowFault", "RowReader", "shown"]

KEY_COLUMN: Final = "id"
MODEL_COLUMN: Final = "model"
_LONGEST_KEY: Final = 200
_TEXT: Final = Field("")
_Model: TypeAlias = tuple[ModelInfo, Mapping[str, Field]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of a table are to be taken.

    Attributes:
        model: Model of the rows that name none.
        model_column: Column with a row's model; None takes ``model``, where that is no field of the model's input.
        key_column: Column with a row's key; None takes ``id`` the same way, and without one makes a key from the row.
        ignore: Columns to leave alone.
        unlisted: Whether a model that this release does not know takes any input, unchecked.
        inline: Whether local media are put into the request, which limits their size.
        priority: -9 to 9; a smaller one is submitted earlier.
    """

    model: str | None = None
    model_column: str | None = None
    key_column: str | None = None
    ignore: Collection[str] = ()
    unlisted: bool = False
    inline: bool = True
    priority: int = 0


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault of one row.

    Attributes:
        row: The row's place in the table, from 1.
        line: Line of the file; None where there are no lines.
        key: The row's key, as far as it has one.
        path: JSON pointer into the row; its first part is the column.
        message: What is wrong and what is allowed.
        value: What was given, shortened.
    """

    row: int
    line: int | None
    key: str | None
    path: str
    message: str
    value: str = ""

    def __str__(self) -> str:
        where = f"row {self.row}" if self.line is None else f"row {self.row} (line {self.line})"
        given = f" (given: {self.value})" if self.value else ""
        return f"{where} {shown(self.path)}: {self.message}{given}"


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What came of reading one row.

    Attributes:
        row: The job; None if the row has a fault.
        faults: All that is wrong.
        made_key: Whether the key was made from the row's cells.
        key_column: Column of the key.
    """

    row: Row | None
    faults: list[RowFault]
    made_key: bool = False
    key_column: str = KEY_COLUMN


class RowReader:
    """Reads the rows of one table, one by one; it sends nothing."""

    def __init__(
        self,
        find_model: Callable[[str], ModelInfo],
        reading: Reading,
        *,
        folder: Path,
        textual: bool,
        model_ids: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """Prepare to read.

        Args:
            find_model: Returns what is known about a model, and raises `ModelNotFound` for what can be none.
            reading: How columns are to be taken.
            folder: Where relative paths start.
            textual: Whether all cells are text.
            model_ids: Returns the known ids, for suggestions.
        """
        self._find_model = find_model
        self._reading = reading
        self._folder = folder
        self._textual = textual
        self._model_ids = model_ids
        self._models: dict[str, _Model | str] = {}

    def read(self, record: Record) -> ReadRow:
        """Return the job of a row, or all that is wrong with it. A row without a key gets one made from its cells."""
        if record.fault is not None:
            return ReadRow(None, [_fault(record, None, record.fault)])
        cells = {
            name: cell
            for name, cell in record.values.items()
            if name not in self._reading.ignore and not self._is_unset(cell)
        }
        faults: list[Fault] = []
        model_column, model = self._model_of(cells, faults)
        given_column = self._reading.key_column
        key_column = given_column or KEY_COLUMN
        has_key = bool(given_column) or (
            key_column in record.values and not (model and key_column in model[1])
        )
        key: str | None = None
        if has_key:
            key = _key_of(cells.get(key_column), key_column, faults)
        elif model is not None:
            key = _made_key(model[0].id, cells, model_column)
        row: Row | None = None
        if model is not None:
            own = {key_column if has_key else None, model_column}
            fields = {name: cell for name, cell in cells.items() if name not in own}
            row = self._row(key or "", model, fields, faults)
        if faults:
            row = None
        told = [_fault(record, key, fault) for fault in faults]
        return ReadRow(row, told, not has_key, key_column)

    def _is_unset(self, cell: object) -> bool:
        """Tell whether a cell is left out; null in JSONL is not, for a field may take it."""
        return is_missing(cell) if self._textual or cell is not None else False

    def _model_of(
        self, cells: Mapping[str, Any], faults: list[Fault]
    ) -> tuple[str | None, _Model | None]:
        """Return the column that names the row's model, if one does, and the model."""
        reading = self._reading
        default = self._model(reading.model, "", []) if reading.model else None
        column = reading.model_column
        if column is None and not (default and MODEL_COLUMN in default[1]):
            column = MODEL_COLUMN
        cell: object = cells.get(column) if column else None
        path = f"/{column}" if cell is not None else ""
        if cell is not None and not isinstance(cell, str):
            faults.append(Fault(path, f"is a {type(cell).__name__}; give the model's id"))
            return column, None
        model_id = cell or reading.model
        if not model_id:
            message = "is missing, and no model was given for the whole table"
            faults.append(Fault(f"/{column or MODEL_COLUMN}", message))
            return column, None
        return column, self._model(model_id, path, faults)

    def _model(self, model_id: str, path: str, faults: list[Fault]) -> _Model | None:
        """Return a model and its fields; None, and a fault, if there is no such one."""
        model_id = model_id.strip().strip("/")
        if model_id not in self._models:
            self._models[model_id] = self._found(model_id)
        found = self._models[model_id]
        if isinstance(found, str):
            faults.append(Fault(path, found, repr(model_id[:80])))
            return None
        return found

    def _found(self, model_id: str) -> _Model | str:
        try:
            info = self._find_model(model_id)
        except ModelNotFound as error:
            return error.message
        known = self._model_ids()
        if info.input is None and model_id not in known and not self._reading.unlisted:
            if not known:
                return "is not known to the batch's client; open it with client=AsyncRunComfy"
            return f"is no model of this release{nearest_models(model_id, known)}"
        return info, columns_of(info)

    def _row(
        self,
        key: str,
        model: _Model,
        cells: Mapping[str, Any],
        faults: list[Fault],
    ) -> Row | None:
        """Return the job, or None and its faults."""
        info, fields = model
        values: dict[str, Any] = {}
        for name, cell in cells.items():
            field = fields.get(name, _TEXT)
            if cell is None and "null" not in field.kinds:
                continue
            try:
                values[name] = resolved(value_of(cell, field, textual=self._textual), self._folder)
            except MalformedTextError as error:
                faults.append(Fault(f"/{name}", str(error), repr(str(cell)[:80])))
        malformed = {fault.path for fault in faults}
        try:
            draft = draft_body(info, values, "strict", inline=self._reading.inline)
            body = draft.with_addresses([_address(slot) for slot in draft.slots])
        except InvalidInput as error:
            faults += [fault for fault in error.faults if fault.path not in malformed]
            return None
        return Row(key, info.id, json.loads(body), self._reading.priority)


def _address(slot: Slot) -> str:
    if slot.media.path is not None:
        return address_of(slot.media.path)
    pieces = datauris.encoded(slot.media.media_type, io.BytesIO(slot.media.read()))
    return b"".join(pieces).decode("ascii")


def shown(path: str) -> str:
    """Return a place in a row for people; what a terminal would take for a command is escaped."""
    text = "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in path)
    return text or "/"


def _key_of(cell: object, column: str, faults: list[Fault]) -> str | None:
    """Return the key that a cell holds."""
    path = f"/{column}"
    if cell is None:
        faults.append(Fault(path, "is empty; each row needs a key of its own"))
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool) or not isinstance(cell, (str, int)):
        faults.append(Fault(path, f"is a {type(cell).__name__}; a key is text or a whole number"))
        return None
    key = str(cell).strip()
    if not key or len(key) > _LONGEST_KEY:
        faults.append(Fault(path, f"must be 1 to {_LONGEST_KEY} characters", repr(key[:80])))
        return None
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in key):
        faults.append(Fault(path, "must not hold control characters", repr(key[:80])))
        return None
    return key


def _made_key(model_id: str, cells: Mapping[str, Any], model_column: str | None) -> str:
    """Return a key that the same row always gets, wherever it stands and wherever the table lies."""
    facts = {name: cell for name, cell in cells.items() if name != model_column}
    text = json.dumps([model_id, facts], sort_keys=True, default=_stable)
    return f"row-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _stable(value: object) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return hashlib.sha256(cast("bytes", value)).hexdigest()
    return str(value)


def _fault(record: Record, key: str | None, fault: Fault) -> RowFault:
    return RowFault(record.number, record.line, key, fault.path, fault.message, fault.value_repr)
