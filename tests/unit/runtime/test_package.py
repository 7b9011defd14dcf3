"""The package as a whole: what importing loads, what pickles, names that do not exist, curl."""

from __future__ import annotations

import json
import pickle
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import runcomfy_runtime as runtime
from runcomfy_runtime import errors

HEAVY = ("httpx", "pydantic", "asyncio", "runcomfy_runtime._async")
RARE = ("concurrent.futures", "difflib", "h11", "shlex", "ssl", "urllib.request", "uuid")


def loaded(code: str, modules: tuple[str, ...] = HEAVY, *flags: str) -> list[str]:
    script = f"import sys\n{code}\nprint([m for m in {modules!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, *flags, "-c", script],
        env={"PYTHONPATH": str(Path(runtime.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    return list(json.loads(done.stdout.replace("'", '"')))


def test_importing_loads_neither_httpx_nor_pydantic() -> None:
    assert loaded("import runcomfy_runtime") == []


def test_importing_loads_not_even_typing() -> None:
    assert loaded("import runcomfy_runtime", ("typing", "re", "dataclasses"), "-S") == []


def test_a_client_loads_nothing_that_only_rare_paths_need() -> None:
    assert loaded("import runcomfy_runtime as r\nr.Client('t')", RARE, "-S") == []


def test_a_client_and_a_model_need_no_pydantic_and_no_httpx() -> None:
    code = "import runcomfy_runtime as r\nr.Client('t').model('a/b').prepare({'p': 1}).curl()"
    assert loaded(code) == []


def test_every_export_exists() -> None:
    for name in runtime.__all__:
        assert getattr(runtime, name) is not None
    assert dir(runtime) == sorted(runtime.__all__)
    with pytest.raises(AttributeError, match="Clint"):
        _ = runtime.Clint  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [name for name in errors.__all__ if name != "Fault"])
def test_errors_survive_pickling(name: str) -> None:
    kind: Any = getattr(errors, name)
    job = runtime.Client("t").jobs.get("R")
    error = kind("what", request_id="R", http_status=400, code=7, server_message="no", job=job)
    error.add_note("note")
    extra = {
        "InvalidInput": ("faults", (errors.Fault("/a", "b"),)),
        "SubmitUnknown": ("payload_sha256", "f" * 64),
        "JobFailed": ("error", {"x": [1]}),
        "JobTimeout": ("outcome", runtime.CancelOutcome.CANCELLED),
        "RateLimited": ("retry_after", 3.0),
        "DownloadFailed": ("url", "https://x"),
    }.get(name)
    if extra:
        setattr(error, *extra)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    assert again.job == job
    assert again.__notes__ == ["note"]
    assert vars(again) == vars(error)


def test_unset_is_one_falsy_picklable_thing() -> None:
    assert not runtime.UNSET
    assert pickle.loads(pickle.dumps(runtime.UNSET)) is runtime.UNSET
    assert repr(runtime.UNSET) == "UNSET"


@pytest.mark.parametrize("kind", ["Namespace", "Endpoint", "AsyncNamespace", "AsyncEndpoint"])
def test_a_missing_attribute_names_the_nearest(kind: str) -> None:
    base: Any = getattr(runtime, kind)
    node = type("Vendor", (base,), {"stepx_edit2": None})(None)
    with pytest.raises(AttributeError, match="did you mean 'stepx_edit2'"):
        _ = node.stepx_edit
    assert not hasattr(node, "_private")


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_a_missing_vendor_names_the_nearest(kind: str) -> None:
    base: Any = getattr(runtime, kind)
    client = type("RunComfy", (base,), {"stepfun_ai": None})("t")
    with pytest.raises(AttributeError, match="did you mean 'stepfun_ai'"):
        _ = client.stepfun


def test_generated_nodes_can_be_namespace_and_endpoint_at_once() -> None:
    type("Both", (runtime.Endpoint, runtime.Namespace), {})
    type("Both", (runtime.Namespace, runtime.AsyncEndpoint), {})


@pytest.mark.parametrize("model_id", ["", "a", "a/../b", "a//b", "a/b?x", "a b /c", "ä/b"])
def test_malformed_model_ids(model_id: str) -> None:
    with pytest.raises(runtime.ModelNotFound, match="cannot be a model id"):
        runtime.Client("t").model(model_id)


@pytest.mark.parametrize("request_id", ["", "../x", "a/b", "a?b"])
def test_malformed_request_ids(request_id: str) -> None:
    with pytest.raises(runtime.NotFoundOrExpired, match="cannot be a request id"):
        runtime.Client("t").jobs.get(request_id)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_every_wait_must_end(seconds: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        runtime.Options(timeout=seconds)
    with pytest.raises(ValueError, match="finite"):
        runtime.Client("t", timeout=seconds)


class TestCurl:
    PROMPT = 'it\'s "quoted" $HOME `id` \\ \n!{x} ü'

    def request(self, **fields: Any) -> runtime.Request[runtime.MediaOutput]:
        client = runtime.Client("tok-secret", base_url="http://127.0.0.1:9")
        return client.model("a/b").prepare(fields)

    def test_words_survive_the_shell(self) -> None:
        command = self.request(prompt=self.PROMPT).curl()
        words = shlex.split(command.replace("\\\n", ""))
        assert json.loads(words[-1]) == {"prompt": self.PROMPT}
        assert "tok-secret" not in command
        assert "Authorization: Bearer $RUNCOMFY_TOKEN" in words

    @pytest.mark.parametrize("length", [1, 300_000])
    def test_a_shell_passes_on_what_was_meant(self, length: int, tmp_path: Path) -> None:
        fields = {"prompt": self.PROMPT, "long": "x" * length}
        stub = tmp_path / "curl"
        stub.write_text(
            f"#!{sys.executable}\nimport sys\n"
            "args = sys.argv[1:]\n"
            "data = sys.stdin.read() if args[-1] == '@-' else args[-1]\n"
            "print(args[:5], data)\n"
        )
        stub.chmod(0o755)
        script = tmp_path / "command.sh"
        script.write_text(self.request(**fields).curl(), encoding="utf-8")
        done = subprocess.run(
            ["/bin/sh", str(script)],
            env={"PATH": str(tmp_path), "RUNCOMFY_TOKEN": "T0"},
            capture_output=True,
            text=True,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        assert "Authorization: Bearer T0" in done.stdout
        assert json.loads(done.stdout[done.stdout.index("{") :]) == fields

    def test_requests_are_frozen_values(self) -> None:
        request = self.request(a=1)
        request.payload["a"] = 2
        assert request.payload == {"a": 1}
        assert request == self.request(a=1)
        assert len({request, self.request(a=1), self.request(a=2)}) == 2
        assert pickle.loads(pickle.dumps(request)) == request
