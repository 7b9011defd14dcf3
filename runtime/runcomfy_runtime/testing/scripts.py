"""Scripts: the small JSON that tells the emulator how to treat a job or a call.

A script is an object. All its keys are optional::

    {
      "match":   {"model": "acme/*", "request_id": "R"},
      "times":   1,                        or "always"
      "scope":   "job",                    or "calls"
      "submit":  "html_502",               a step, or a list of steps, for each kind of call:
      "status":  [{"fault": "gateway_timeout", "times": 2}, {"delay": 0.5}, "bad_json"],
      "result":  [], "cancel": [], "download": [],
      "models":  [], "categories": [], "model": [], "balance": [], "user": [],
      "job":     {"outcome": "failed", "error": "...", "stuck": "in_queue", "queue_seconds": 1,
                  "run_seconds": 9, "cost_usd": 0.05, "cost_after_reads": 2, "expires_seconds": 60},
      "output":  {"shape": "nested", "count": 2, "format": "webp", "value": null},
      "dialect": {"success_word": "completed"}
    }

A step is the name of a fault or an object with `fault` and that fault's own options, and with
`times` (a number or `"always"`), `delay` (seconds before the answer) and `act` (whether the service
does what was asked before it spoils the answer). Steps are used up in order, one a call; after the
last the answer is right again. The faults are listed in `faults.FAULTS`.
"""

from __future__ import annotations

import difflib
import fnmatch
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from .errors import EmulatorError
from .faults import FAULTS
from .media import CONTENT_TYPES
from .outputs import SHAPES
from .replies import JsonObject
from .settings import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["CALLS", "BoundScript", "Script", "ScriptBook", "Step", "parse_script"]

CALLS: Final = (
    "submit",
    "status",
    "result",
    "cancel",
    "download",
    "models",
    "categories",
    "model",
    "balance",
    "user",
)
"""Kinds of calls that steps can be given for."""

_JOB_CALLS = frozenset(CALLS[:5])
_KEYS = ("match", "times", "scope", *CALLS, "job", "output", "dialect")
_MATCH_KEYS = ("model", "request_id")
_JOB_KEYS = (
    "outcome",
    "error",
    "stuck",
    "queue_seconds",
    "run_seconds",
    "cost_usd",
    "cost_after_reads",
    "expires_seconds",
)
_OUTPUT_KEYS = ("shape", "count", "format", "value")
_OUTCOMES = ("succeeded", "failed", "cancelled")
_STUCK = ("in_queue", "in_progress")


@dataclass(frozen=True, slots=True)
class Step:
    """How one call, or several in a row, are answered.

    Attributes:
        fault: key of `faults.FAULTS`.
        times: number of calls; None for all that follow.
        delay: seconds before the answer.
        act: whether the service does what was asked; None leaves it to the fault.
        options: the fault's own options.
    """

    fault: str
    times: int | None
    delay: float
    act: bool | None
    options: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Script:
    """A parsed script; the module's text explains the keys."""

    match: Mapping[str, str] = field(default_factory=dict[str, str])
    times: int | None = 1
    scope: str = "job"
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict[str, tuple[Step, ...]])
    job: JsonObject = field(default_factory=JsonObject)
    output: JsonObject = field(default_factory=JsonObject)
    dialect: Mapping[str, object] = field(default_factory=dict[str, object])

    def matches(self, model_id: str | None, request_id: str | None) -> bool:
        """Say whether a call about this model and request is meant."""
        model, request = self.match.get("model"), self.match.get("request_id")
        if model is not None and not fnmatch.fnmatchcase(model_id or "", model):
            return False
        return request is None or request == request_id


class BoundScript:
    """A script in use, which remembers the steps it has taken.

    Args:
        script: what to follow.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self._taken: dict[str, int] = {}

    def step(self, call: str) -> Step | None:
        """Take the next step for a kind of call; None when there is none left."""
        taken = self._taken.get(call, 0)
        self._taken[call] = taken + 1
        for step in self.script.steps.get(call, ()):
            if step.times is None or taken < step.times:
                return step
            taken -= step.times
        return None

    def seconds(self, name: str, default: float) -> float:
        """Return a number of `job`, or the default."""
        value = self.script.job.get(name)
        return float(value) if isinstance(value, int | float) else default

    def dialect(self, default: Dialect) -> Dialect:
        """Return the dialect to speak."""
        return default.changed(self.script.dialect) if self.script.dialect else default


@dataclass(slots=True)
class _Entry:
    bound: BoundScript
    uses: int = 0


class ScriptBook:
    """The scripts that wait for a job or a call; safe to use from several threads."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._lock = threading.Lock()

    def add(self, script: Script) -> None:
        """Put a script behind those that wait already."""
        with self._lock:
            self._entries.append(_Entry(BoundScript(script)))

    def clear(self) -> None:
        """Forget all scripts; jobs keep theirs."""
        with self._lock:
            self._entries.clear()

    def __len__(self) -> int:
        """Count the scripts that wait."""
        return len(self._entries)

    def for_submit(self, model_id: str) -> BoundScript | None:
        """Return the script a submit must follow, without using it up."""
        with self._lock:
            entry = self._waiting_for(model_id)
            return entry.bound if entry else None

    def bind(self, script: BoundScript) -> None:
        """Count a script as used by a job; one used `times` times waits no longer."""
        with self._lock:
            for entry in self._entries:
                if entry.bound is script:
                    entry.uses += 1
                    entry.bound = BoundScript(script.script)
                    if entry.uses == script.script.times:
                        self._entries.remove(entry)
                    return

    def step(self, call: str, model_id: str | None, request_id: str | None) -> Step | None:
        """Take a step for a call that follows no job's own script."""
        with self._lock:
            for entry in self._entries:
                script = entry.bound.script
                loose = script.scope == "calls" or call not in _JOB_CALLS
                if loose and call in script.steps and script.matches(model_id, request_id):
                    step = entry.bound.step(call)
                    if step is not None:
                        return step
        return None

    def _waiting_for(self, model_id: str) -> _Entry | None:
        for entry in self._entries:
            script = entry.bound.script
            wanted = script.scope == "job" and not _only_loose(script)
            if wanted and script.matches(model_id, None):
                return entry
        return None


def parse_script(document: object) -> Script:
    """Read a script.

    Args:
        document: the parsed JSON.

    Returns:
        The script.

    Raises:
        EmulatorError: a key, a fault, an option or a value is unknown; the message names it.
    """
    whole = _object(document, "a script", _KEYS)
    match = _object(whole.get("match", {}), "match", _MATCH_KEYS)
    steps: dict[str, tuple[Step, ...]] = {
        call: _steps(whole[call], call) for call in CALLS if call in whole
    }
    job = _object(whole.get("job", {}), "job", _JOB_KEYS)
    output = _object(whole.get("output", {}), "output", _OUTPUT_KEYS)
    dialect = _object(whole.get("dialect", {}), "dialect", None)
    Dialect().changed(dialect)
    _choice(job.get("outcome", "succeeded"), "job.outcome", _OUTCOMES)
    _choice(job.get("stuck", "in_queue"), "job.stuck", _STUCK)
    _choice(output.get("shape", "image"), "output.shape", SHAPES)
    _choice(output.get("format", "png"), "output.format", CONTENT_TYPES)
    for name in _JOB_KEYS[3:]:
        _number(job.get(name, 0), f"job.{name}")
    _number(output.get("count", 1), "output.count")
    default_scope = "calls" if "request_id" in match else "job"
    return Script(
        match={name: str(value) for name, value in match.items()},
        times=_times(whole.get("times", 1), "times"),
        scope=_choice(whole.get("scope", default_scope), "scope", ("job", "calls")),
        steps=steps,
        job=job,
        output=output,
        dialect=dialect,
    )


def _only_loose(script: Script) -> bool:
    calls = set(script.steps)
    return (
        bool(calls)
        and not calls & _JOB_CALLS
        and not (script.job or script.output or script.dialect)
    )


def _steps(value: object, call: str) -> tuple[Step, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    return tuple(_step(item, call) for item in items)


def _step(value: object, call: str) -> Step:
    document: object = {"fault": value} if isinstance(value, str) else value
    options = dict(_object(document, f"a step of {call}", None))
    name = _choice(options.pop("fault", "none"), f"{call}.fault", FAULTS)
    fault = FAULTS[name]
    if call not in fault.calls:
        raise EmulatorError(f"{name} cannot spoil {call}; it is for {', '.join(fault.calls)}")
    times = _times(options.pop("times", 1), f"{call}.times")
    delay = _number(options.pop("delay", 0), f"{call}.delay")
    act = options.pop("act", None)
    if act is not None and not isinstance(act, bool):
        raise EmulatorError(f"{call}.act is {act!r}; it can be true or false")
    _object(options, f"{call}: {name}", tuple(fault.options))
    if "variant" in options:
        _choice(options["variant"], f"{call}.variant", FAULTS)
    return Step(name, times, delay, act, {**fault.options, **options})


def _object(value: object, where: str, keys: Iterable[str] | None) -> JsonObject:
    if not isinstance(value, dict):
        raise EmulatorError(f"{where} must be a JSON object, not {value!r}")
    document = cast("JsonObject", value)
    if keys is not None:
        for key in document:
            _choice(key, f"a key of {where}", keys)
    return document


def _choice(value: object, where: str, choices: Iterable[str]) -> str:
    known = tuple(choices)
    if isinstance(value, str) and value in known:
        return value
    near = difflib.get_close_matches(str(value), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known) or 'none'}"
    raise EmulatorError(f"{where} is {value!r}, which is unknown; {hint}")


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise EmulatorError(f"{where} is {value!r}; it must be a number, 0 or more")
    return float(value)


def _times(value: object, where: str) -> int | None:
    if value == "always":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise EmulatorError(f'{where} is {value!r}; it must be a whole number from 1, or "always"')
    return value
