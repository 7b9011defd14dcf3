"""The command line as people and scripts use it: real processes against the emulator, over real sockets."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import runcomfy_runtime
import runcomfy_sdk
from runcomfy_runtime.testing import Emulator

MODEL = "stepfun-ai/stepx-edit2"
URL = "https://example.com/in.png"
GIVEN = ("run", MODEL, "--prompt", "a fox", "--image-url", URL)
TOKEN = "tok-3c1f-not-to-be-seen"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)
SOURCES = [str(Path(module.__path__[0]).parent) for module in (runcomfy_runtime, runcomfy_sdk)]


def environment(home: Path, emulator: Emulator | None) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("RUNCOMFY_")}
    kept |= {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "PYTHONPATH": os.pathsep.join(SOURCES),
        "PYTHONIOENCODING": "utf-8",
        "RUNCOMFY_TOKEN": TOKEN,
        "COLUMNS": "100",
    }
    if emulator is not None:
        kept["RUNCOMFY_MODEL_API_BASE"] = emulator.base_url
    return kept


@dataclasses.dataclass
class Shell:
    """Runs the command in an empty folder, as a user with an empty home."""

    folder: Path
    environment: dict[str, str]
    started: list[subprocess.Popen[str]] = dataclasses.field(default_factory=list[Any])

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "runcomfy_sdk", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.started.append(process)
        return process

    def stop(self) -> None:
        """End what a test that failed half-way has left running."""
        for process in self.started:
            process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()

    def __call__(
        self, *arguments: str, given: str | None = None, env: Mapping[str, str | None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        changed = {**self.environment, **(env or {})}
        done = subprocess.run(
            [sys.executable, "-m", "runcomfy_sdk", *arguments],
            cwd=self.folder,
            env={key: value for key, value in changed.items() if value is not None},
            input=given or "",
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert TOKEN not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    with Emulator(queue_seconds=0.05, run_seconds=0.1, token=TOKEN) as emulator:
        yield emulator


@pytest.fixture
def emulator(server: Emulator) -> Emulator:
    server.clear()
    return server


@pytest.fixture
def shell(tmp_path: Path, emulator: Emulator) -> Iterator[Shell]:
    (tmp_path / "work").mkdir()
    shell = Shell(tmp_path / "work", environment(tmp_path / "home", emulator))
    yield shell
    shell.stop()


def only(stdout: str) -> dict[str, Any]:
    lines = stdout.splitlines()
    assert len(lines) == 1, stdout
    record: dict[str, Any] = json.loads(lines[0])
    return record


def test_run_waits_saves_the_file_and_prints_the_result(shell: Shell, emulator: Emulator) -> None:
    done = shell(*GIVEN, "-o", "out/deep")
    assert done.returncode == 0, done.stderr
    record = only(done.stdout)
    assert record["model_id"] == MODEL
    assert record["status"] == "succeeded"
    assert re.fullmatch(r"[\w-]+", record["request_id"])
    assert record["output"]
    (path,) = map(Path, record["files"])
    assert (shell.folder / path).parent == shell.folder / "out" / "deep"
    assert (shell.folder / path).stat().st_size > 100
    assert emulator.count("submit") == 1
    assert re.search(r"^\[\d.*\] .*: (queued|running|finished)", done.stderr, re.MULTILINE)


def test_quiet_leaves_standard_error_empty(shell: Shell) -> None:
    done = shell("-q", *GIVEN)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_download_leaves_the_folder_empty(shell: Shell, emulator: Emulator) -> None:
    done = shell(*GIVEN, "--no-download")
    assert only(done.stdout)["files"] == []
    assert list(shell.folder.iterdir()) == []
    assert emulator.count("download") == 0


def test_local_files_and_every_way_to_give_input(shell: Shell, emulator: Emulator) -> None:
    (shell.folder / "in.png").write_bytes(PNG)
    (shell.folder / "prompt.txt").write_text('it\'s a "fox"\n')
    (shell.folder / "in.json").write_text(json.dumps({"prompt": "x", "image_url": "in.png"}))
    for arguments in (
        ("--prompt", "x", "--image_url", "in.png", "seed=3"),
        ("prompt=@prompt.txt", "image_url=@in.png", "seed:=3"),
        ("--input", "@in.json", "--seed", "3"),
        ("--input-file", "in.json", "--no-enable-thinking-mode"),
    ):
        done = shell("submit", MODEL, *arguments)
        assert done.returncode == 0, done.stderr
    done = shell("submit", MODEL, "--input", "-", given='{"prompt": "x", "image_url": "in.png"}')
    assert done.returncode == 0, done.stderr
    assert emulator.count("submit") == 5


def test_every_fault_is_named_at_once_and_nothing_is_sent(shell: Shell, emulator: Emulator) -> None:
    done = shell(
        *("run", MODEL, "--seed", "many", "--output-format", "gif", "sede=3", "image_url=gone.png")
    )
    assert done.returncode == 65
    for path in ("/prompt", "/seed", "/output_format", "/sede", "/image_url"):
        assert path in done.stderr
    assert done.stdout == ""
    assert emulator.calls == []


def test_object_items_are_checked_with_their_paths(shell: Shell, emulator: Emulator) -> None:
    model = "tongyi-mai/z-image/turbo/inpainting/lora"
    media = ("--image-url", URL, "--mask-image-url", URL, "--prompt", "x")
    faulty = shell("run", model, *media, "--loras", "path=a/b,scale=9", "--loras", "scale=1")
    assert faulty.returncode == 65
    assert "/loras/0/scale" in faulty.stderr
    fine = shell("submit", model, *media, "--loras", "path=a/b,scale=0.5")
    assert fine.returncode == 0, fine.stderr
    assert emulator.count("submit") == 1


def test_a_missing_file_is_66_and_nothing_is_sent(shell: Shell, emulator: Emulator) -> None:
    done = shell("run", MODEL, "--prompt", "x", "--image-url", "gone.png")
    assert done.returncode == 66
    assert "/image_url: no such file: 'gone.png'" in done.stderr
    assert emulator.calls == []


def test_a_folder_that_cannot_be_written_is_found_before_paying(
    shell: Shell, emulator: Emulator
) -> None:
    (shell.folder / "file").write_text("")
    done = shell(*GIVEN, "-o", "file/deep")
    assert done.returncode == 73
    assert emulator.calls == []


def test_a_missing_token_is_one_sentence(shell: Shell, emulator: Emulator) -> None:
    done = shell(*GIVEN, env={"RUNCOMFY_TOKEN": None})
    assert done.returncode == 77
    assert "RUNCOMFY_TOKEN" in done.stderr.splitlines()[-1]
    assert emulator.calls == []


def test_a_refused_token_is_77(shell: Shell) -> None:
    assert shell(*GIVEN, env={"RUNCOMFY_TOKEN": "wrong"}).returncode == 77


def test_an_unreachable_host_is_one_sentence(shell: Shell) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    done = shell("-q", *GIVEN, "--base-url", f"http://127.0.0.1:{port}")
    assert done.returncode == 69
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"127.0.0.1:{port}" in done.stderr


def test_a_malformed_address_is_a_usage_error(shell: Shell) -> None:
    done = shell(*GIVEN, "--base-url", "http://example.com")
    assert done.returncode == 64
    assert "https" in done.stderr


def test_a_failed_job_is_70_with_the_services_words(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"job": {"outcome": "failed", "error": "model refused the prompt"}})
    done = shell(*GIVEN)
    assert done.returncode == 70
    assert "model refused the prompt" in done.stderr
    assert only(done.stdout)["status"] == "failed"


def test_a_job_cancelled_elsewhere_is_79(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"job": {"outcome": "cancelled"}})
    assert shell(*GIVEN).returncode == 79


def test_a_lost_reply_is_74_and_never_sent_again(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"submit": "drop_after"})
    done = shell(*GIVEN)
    assert done.returncode == 74
    assert "jobs list" in done.stderr
    assert emulator.count("submit") == 1
    listed = shell("jobs", "list")
    assert MODEL in listed.stdout


def test_an_empty_wallet_is_77(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"submit": "no_balance"})
    assert shell(*GIVEN).returncode == 77


def test_a_timeout_is_75_and_cancels_a_queued_job(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"job": {"stuck": "in_queue"}})
    done = shell(*GIVEN, "--timeout", "1s")
    assert done.returncode == 75
    assert "still queued and is cancelled" in done.stderr
    assert emulator.count("cancel") == 1


def test_a_timeout_can_leave_the_job_alone(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"job": {"stuck": "in_queue"}})
    done = shell(*GIVEN, "--timeout", "1s", "--on-timeout", "detach")
    assert done.returncode == 75
    assert re.search(r"wait [\w-]+", done.stderr)
    assert emulator.count("cancel") == 0


def test_a_failed_download_is_an_error_that_keeps_the_result(
    shell: Shell, emulator: Emulator
) -> None:
    emulator.script({"output": {"shape": "foreign"}})
    done = shell(*GIVEN)
    assert done.returncode == 69
    assert only(done.stdout)["status"] == "succeeded"
    assert "do not run it again" in done.stderr
    assert "storage.example.org" in done.stderr


def test_a_job_that_is_not_finished_is_75(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"job": {"stuck": "in_queue"}})
    request_id = only(shell("submit", *GIVEN[1:]).stdout)["request_id"]
    early = shell("result", request_id)
    assert early.returncode == 75
    assert only(early.stdout) == {"request_id": request_id, "status": "in_queue"}
    assert f"wait {request_id}" in early.stderr
    now = only(shell("status", request_id).stdout)
    assert (now["request_id"], now["status"]) == (request_id, "in_queue")
    assert isinstance(now["queue_position"], int)


def test_submit_wait_result(shell: Shell, emulator: Emulator) -> None:
    submitted = only(shell("submit", *GIVEN[1:]).stdout)
    assert submitted["wait"] is False
    request_id = submitted["request_id"]
    waited = shell("wait", request_id, "-o", "out", "--timeout", "30s")
    assert waited.returncode == 0, waited.stderr
    assert len(only(waited.stdout)["files"]) == 1
    again = only(shell("result", request_id).stdout)
    assert again["status"] == "succeeded"
    assert again["output"] == only(waited.stdout)["output"]
    assert emulator.count("submit") == 1


def test_no_wait_is_submit(shell: Shell) -> None:
    record = only(shell(*GIVEN, "--no-wait").stdout)
    assert record["wait"] is False


def test_cancel_says_the_outcome(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"job": {"stuck": "in_queue"}})
    queued = only(shell("submit", *GIVEN[1:]).stdout)["request_id"]
    done = shell("cancel", queued)
    assert (done.returncode, only(done.stdout)["outcome"]) == (0, "cancelled")
    emulator.script({"job": {"stuck": "in_progress", "queue_seconds": 0}})
    running = only(shell("submit", *GIVEN[1:]).stdout)["request_id"]
    done = shell("cancel", running)
    assert (done.returncode, only(done.stdout)["outcome"]) == (75, "not_cancellable")
    assert "may be charged" in done.stderr


def test_an_unknown_request_is_65(shell: Shell) -> None:
    done = shell("status", "no-such-request")
    assert done.returncode == 65
    assert done.stdout == ""


def test_jobs_list_and_resume(shell: Shell) -> None:
    request_id = only(shell("submit", *GIVEN[1:]).stdout)["request_id"]
    listed = [json.loads(line) for line in shell("jobs", "list").stdout.splitlines()]
    assert [job["request_id"] for job in listed] == [request_id]
    resumed = shell("jobs", "resume", "-o", "out")
    assert resumed.returncode == 0, resumed.stderr
    record = only(resumed.stdout)
    assert record["request_id"] == request_id
    assert record["model_id"] == MODEL
    assert (shell.folder / record["files"][0]).exists()
    assert shell("jobs", "list", "--pending").stdout == ""


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ({"stuck": "in_queue"}, 130, "still queued and is cancelled; it will not run"),
        ({"stuck": "in_progress", "queue_seconds": 0}, 130, "cannot be cancelled: it goes on"),
    ],
)
def test_one_interrupt_cancels_or_tells_the_truth(
    shell: Shell, emulator: Emulator, script: dict[str, Any], code: int, words: str
) -> None:
    emulator.script({"job": script})
    process = shell.start(*GIVEN)
    _until(lambda: emulator.count("status") >= 2)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == code
    assert words in stderr
    assert "Traceback" not in stderr
    assert emulator.count("cancel") == 1


def test_a_second_interrupt_leaves_at_once(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"job": {"stuck": "in_queue"}, "cancel": "hang"})
    process = shell.start(*GIVEN)
    _until(lambda: emulator.count("status") >= 1)
    process.send_signal(signal.SIGINT)
    _until(lambda: emulator.count("cancel") >= 1)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert time.monotonic() - started < 2
    assert "is not known" in stderr


def test_an_interrupt_during_the_submit_hears_it_out_and_cancels(
    shell: Shell, emulator: Emulator
) -> None:
    emulator.script(
        {"submit": {"fault": "none", "delay": 1.5}, "job": {"stuck": "in_queue"}},
    )
    process = shell.start(*GIVEN)
    assert process.stderr is not None
    assert "submitting" in process.stderr.readline()
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "was cancelled before it ran" in stderr
    assert "Traceback" not in stderr
    assert (emulator.count("submit"), emulator.count("cancel")) == (1, 1)


def test_an_interrupted_wait_leaves_the_job_alone(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"job": {"stuck": "in_queue"}})
    request_id = only(shell("submit", *GIVEN[1:]).stdout)["request_id"]
    process = shell.start("wait", request_id)
    _until(lambda: emulator.count("status") >= 1)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "is not affected" in stderr
    assert emulator.count("cancel") == 0


def test_dry_run_shows_the_request_and_sends_nothing(shell: Shell, emulator: Emulator) -> None:
    (shell.folder / "in.png").write_bytes(PNG)
    arguments = ("run", MODEL, "--prompt", 'it\'s "x"', "--image-url", "in.png", "--dry-run")
    done = shell(*arguments, env={"RUNCOMFY_TOKEN": None})
    assert done.returncode == 0, done.stderr
    shown = only(done.stdout)
    assert shown["method"] == "POST"
    assert shown["url"] == f"{emulator.base_url}/v1/models/{MODEL}"
    assert shown["payload"]["prompt"] == 'it\'s "x"'
    assert shown["payload"]["image_url"].startswith("data:image/png;base64,")
    assert "$RUNCOMFY_TOKEN" in shown["curl"]
    assert emulator.calls == []
    text = shell(*arguments, "--output", "pretty").stdout
    assert text.startswith(f"POST {emulator.base_url}/v1/models/{MODEL}")
    program = subprocess.run(
        [sys.executable, "-c", shown["python"]],
        cwd=shell.folder,
        env=shell.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert program.returncode == 0, program.stderr
    assert emulator.count("submit") == 1


def test_dry_run_curl_submits_the_same(shell: Shell, emulator: Emulator) -> None:
    curl = only(shell(*GIVEN, "--dry-run").stdout)["curl"]
    done = subprocess.run(
        ["bash", "-c", curl], env=shell.environment, capture_output=True, text=True, check=False
    )
    assert '"request_id"' in done.stdout, done.stderr
    assert emulator.count("submit") == 1


def test_dry_run_refuses_bad_input(shell: Shell) -> None:
    assert shell("run", MODEL, "--prompt", "x", "--dry-run").returncode == 65


def test_a_model_newer_than_this_release(shell: Shell, emulator: Emulator) -> None:
    refused = shell("run", "stepfun-ai/stepx-edit3", "prompt=x")
    assert refused.returncode == 65
    assert f"did you mean {MODEL}" in refused.stderr
    assert emulator.calls == []
    sent = shell("run", "stepfun-ai/stepx-edit3", "--unlisted", "prompt=x", "seed:=3")
    assert sent.returncode == 65
    assert emulator.count("submit") == 1


@pytest.mark.parametrize("model", ["stepfun-ai/stepx-edit2", "openai/gpt-image-2/edit"])
def test_the_example_in_the_help_runs(shell: Shell, model: str) -> None:
    example = shell("run", model, "--help").stdout.split("Example:\n", 1)[1]
    words = shlex.split(example.replace("\\\n", " "))
    assert words[:2] == ["runcomfy-sdk", "run"]
    done = shell(*words[1:])
    assert done.returncode == 0, done.stderr
    assert only(done.stdout)["files"]


def test_a_reader_that_leaves_is_no_error(shell: Shell) -> None:
    process = shell.start("models", "list")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as stderr:
        assert stderr.read() == ""
    assert process.wait(timeout=20) == 0


def test_a_busy_port_is_one_sentence(shell: Shell) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        done = shell("emulator", "--port", str(busy.getsockname()[1]))
    assert done.returncode == 69
    assert len(done.stderr.strip().splitlines()) == 1
    assert "--port" in done.stderr


def test_the_emulator_command_serves_a_run(shell: Shell) -> None:
    process = shell.start("emulator", "--port", "0", "--run-seconds", "0.1")
    assert process.stderr is not None
    match = re.search(r"http://\S+", process.stderr.readline())
    assert match is not None
    done = shell(*GIVEN, "--base-url", match.group(), "--no-download")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert done.returncode == 0, done.stderr


def _until(ready: Any, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.02)


def test_balance(shell: Shell, emulator: Emulator) -> None:
    emulator.set_balance(-1_500_000)
    try:
        done = shell("balance")
        assert only(done.stdout) == {
            "balance_usd": -1.5,
            "balance_microdollars": -1_500_000,
            "currency": "USD",
        }
        assert shell("balance", "--output", "pretty").stdout == "-1.50 USD\n"
    finally:
        emulator.set_balance(1_000_000_000)


def test_a_file_that_was_not_saved_keeps_its_job_pending(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"download": {"fault": "missing", "times": "always"}})
    failed = shell(*GIVEN, "-o", "out")
    assert failed.returncode == 69
    (job,) = [json.loads(line) for line in shell("jobs", "list", "--pending").stdout.splitlines()]
    assert (job["state"], job["note"]) == ("finished", "finished, files not all saved")
    assert job["expires"] > job["time"]
    assert shell("jobs", "resume", "-o", "out").returncode == 69
    assert shell("jobs", "resume", "--no-download").returncode == 0
    assert shell("jobs", "list", "--pending").stdout == ""


def test_jobs_prune_forgets_what_is_collected_and_old(shell: Shell, emulator: Emulator) -> None:
    assert shell(*GIVEN, "-o", "out").returncode == 0
    assert only(shell("jobs", "prune").stdout) == {"pruned": 0}
    assert only(shell("jobs", "prune", "--older-than", "0s").stdout) == {"pruned": 1}
    assert shell("jobs", "list").stdout == ""
