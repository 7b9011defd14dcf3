"""Waiting, saving and leaving as people do it: pseudo-terminals, signals, pipes, full disks, a real emulator."""

from __future__ import annotations

import base64
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pexpect
import pytest
from runcomfy_runtime.testing import Emulator

from .test_cli import GIVEN, MODEL, PNG, TOKEN, Shell, environment, only
from .test_cli_terminal import ESCAPES, spawn

STUCK = {"job": {"stuck": "in_queue"}}


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


def until(ready: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.02)


def submitted(shell: Shell) -> str:
    request_id: str = only(shell("submit", *GIVEN[1:]).stdout)["request_id"]
    return request_id


def ended(terminal: pexpect.spawn[str]) -> str:
    """Return what the terminal shows until the process ends."""
    terminal.expect(pexpect.EOF)
    shown: str = terminal.before or ""
    terminal.close()
    return shown


def test_the_live_line_tells_the_pace_of_polls_and_the_bytes_of_files(tmp_path: Path) -> None:
    with Emulator(queue_seconds=1.6, run_seconds=0.2, token=TOKEN) as emulator:
        emulator.script({"download": {"fault": "slow", "seconds": 2.0, "pieces": 8}})
        terminal = spawn(tmp_path, emulator, *GIVEN, "-o", "out")
        terminal.expect(r"queued, position \d+.*?\d\.\ds.*?asked every \d\.\ds")
        terminal.expect(r"saving 1 file.*?━╌.*?\d+% .*?\d [kM]?B of [\d.]+ [kM]?B")
        terminal.expect(r"saved out/\S+")
        ended(terminal)
    assert terminal.exitstatus == 0


def test_a_narrow_terminal_keeps_it_on_one_line(tmp_path: Path) -> None:
    with Emulator(queue_seconds=0.8, run_seconds=0.3, token=TOKEN) as emulator:
        terminal = spawn(tmp_path, emulator, *GIVEN, "--no-download", COLUMNS="20")
        terminal.expect(r"queued #\d+")
        shown = ESCAPES.sub("", ended(terminal))
    live = [piece for piece in re.split(r"[\r\n]+", shown) if piece.startswith(tuple("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"))]
    assert live
    assert max(map(len, live)) <= 20


def test_a_terminal_of_a_legacy_encoding_gets_plain_signs(tmp_path: Path) -> None:
    with Emulator(queue_seconds=0.6, run_seconds=0.3, token=TOKEN) as emulator:
        terminal = spawn(tmp_path, emulator, *GIVEN, "-o", "out", PYTHONIOENCODING="cp437")
        shown = ESCAPES.sub("", ended(terminal))
    assert terminal.exitstatus == 0, shown
    assert re.search(r"[|/\\-] queued, position", shown)
    assert "\\u" not in shown
    assert shown.isascii()


def test_help_is_spelled_out_where_an_encoding_lacks_letters(shell: Shell) -> None:
    model = "tongyi-mai/z-image/turbo/inpainting/lora"
    done = subprocess.run(
        [sys.executable, "-m", "runcomfy_sdk", "run", model, "--help"],
        env={**shell.environment, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = done.stdout.decode("cp1252")
    assert "(>= 0, <= 1;" in shown
    assert "path=…,scale=…" in shown


def test_events_are_lines_of_json_with_output_json(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"status": {"fault": "gateway_timeout", "times": 1}})
    done = shell(*GIVEN, "-o", "out", "--output", "json")
    assert done.returncode == 0, done.stderr
    record = only(done.stdout)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    names = list(dict.fromkeys(event["event"] for event in told))
    assert names[:2] == ["submitted", "retry"]
    assert {"update", "finished", "transfer", "download"} <= set(names)
    last = [event for event in told if event["event"] == "transfer"][-1]
    assert last["done"] == last["total"] == (shell.folder / record["files"][0]).stat().st_size
    states = [event["state"] for event in told if event["event"] == "update"]
    assert states[-1] == "succeeded"
    assert shell(*GIVEN, "--output", "json", "-q").stderr == ""


def test_an_error_is_an_event_too(shell: Shell) -> None:
    done = shell("--output", "json", "status", "no-such-request")
    (event,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert (event["event"], event["exit_code"], done.returncode) == ("error", 65, 65)
    assert "no-such-request" in event["message"]


def test_names_by_a_template(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"output": {"shape": "images", "count": 2, "format": "png"}})
    done = shell(*GIVEN, "-o", "out", "--name", "../{model}-{index:03}")
    files = sorted(only(done.stdout)["files"])
    name = MODEL.replace("/", "_")
    assert files == [f"out/_{name}-001.png", f"out/_{name}-002.png"]
    assert [path.name for path in (shell.folder / "out").iterdir() if path.is_file()]
    given = (*GIVEN, "-o", "out", "--name", f"{name}-001.png")
    assert only(shell(*given).stdout)["files"] == [f"out/{name}-001.png"]
    assert only(shell(*given).stdout)["files"] == [f"out/{name}-001-1.png"]
    assert only(shell(*given, "--overwrite").stdout)["files"] == [f"out/{name}-001.png"]


def test_a_template_that_asks_too_much_is_refused_before_paying(
    shell: Shell, emulator: Emulator
) -> None:
    done = shell(*GIVEN, "--name", "{seed}")
    assert done.returncode == 64
    assert "{request_id}" in done.stderr
    assert emulator.calls == []


def test_all_faults_of_a_command_line_at_once(shell: Shell, emulator: Emulator) -> None:
    done = shell(
        *("run", "--promt", "x", MODEL, "--output-format", "PNG", "sede=3", "a fox"),
        *("--image-url", URL_OF_NOTHING, "--seed", "many"),
    )
    assert done.returncode == 65
    for words in (
        "--promt: no such option; did you mean --prompt?",
        "'a fox': is not an input; write FIELD=VALUE",
        "did you mean 'png'?",
        "/prompt: is required",
        "did you mean 'seed'?",
        "/seed: ",
        "/image_url: no such file",
    ):
        assert words in done.stderr
    only_usage = shell(*GIVEN, "--sede", "3")
    assert only_usage.returncode == 64
    assert "--seed" in only_usage.stderr
    assert emulator.calls == []


URL_OF_NOTHING = "nothing.png"


def test_several_jobs_are_waited_for_at_once(shell: Shell, emulator: Emulator) -> None:
    emulator.script(STUCK)
    stuck = submitted(shell)
    quick = submitted(shell)
    done = shell("wait", stuck, quick, "--any", "--timeout", "30s")
    assert done.returncode == 0, done.stderr
    assert only(done.stdout)["request_id"] == quick
    late = shell("wait", quick, stuck, quick, "--timeout", "1s")
    assert late.returncode == 75
    assert only(late.stdout)["request_id"] == quick
    assert "1 of 2 did not end well" in late.stderr
    assert emulator.count("cancel") == 0


def test_waiting_for_several_can_be_left(shell: Shell, emulator: Emulator) -> None:
    emulator.script(STUCK)
    emulator.script(STUCK)
    ids = [submitted(shell), submitted(shell)]
    process = shell.start("wait", *ids)
    until(lambda: emulator.count("status") >= 2)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "the 2 jobs are not affected" in stderr
    assert f"wait {ids[0]} {ids[1]} -o DIR" in stderr
    assert emulator.count("cancel") == 0


def test_download_saves_what_is_there_and_names_what_is_not(
    shell: Shell, emulator: Emulator
) -> None:
    request_id = submitted(shell)
    emulator.script(STUCK)
    stuck = submitted(shell)
    until(lambda: shell("status", request_id).stdout.find("completed") > 0)
    done = shell("download", request_id, stuck, "-o", "out")
    assert done.returncode == 75
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["model_id"], len(first["files"])) == (MODEL, 1)
    assert (shell.folder / first["files"][0]).exists()
    assert second == {"request_id": stuck, "status": "in_queue"}
    assert f"'runcomfy-sdk wait {stuck}' waits" in done.stderr


def test_an_interrupt_while_saving_keeps_the_job_and_what_came(
    shell: Shell, emulator: Emulator
) -> None:
    emulator.script({"download": {"fault": "slow", "seconds": 6.0, "pieces": 60}})
    process = shell.start(*GIVEN, "-o", "out")
    until(lambda: emulator.count("download") > 0)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, stderr = process.communicate(timeout=20)
    assert time.monotonic() - started < 4
    assert process.returncode == 130
    match = re.search(r"job (\S+) is done; .* download \1 -o out", stderr)
    assert match is not None, stderr
    assert emulator.count("cancel") == 0
    done = shell("download", match.group(1), "-o", "out")
    assert done.returncode == 0, done.stderr
    assert len(only(done.stdout)["files"]) == 1


def test_an_interrupt_between_two_tries_of_a_submit_says_that_nothing_is_charged(
    shell: Shell, emulator: Emulator
) -> None:
    emulator.script({"submit": {"fault": "rate_limited", "retry_after": 30, "times": "always"}})
    process = shell.start(*GIVEN)
    until(lambda: emulator.count("submit") > 0)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "No job was made, nothing is charged" in stderr
    assert "the service asks to slow down: waiting 30.0s" in stderr
    (job,) = [json.loads(line) for line in shell("jobs", "list").stdout.splitlines()]
    assert job["note"] == "refused"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interrupt_during_the_submit_leaves_at_once(
    shell: Shell, emulator: Emulator, sent: signal.Signals
) -> None:
    emulator.script({"submit": {"fault": "hang", "times": "always"}})
    process = shell.start(*GIVEN)
    until(lambda: emulator.count("submit") > 0)
    process.send_signal(sent)
    time.sleep(0.5)
    started = time.monotonic()
    process.send_signal(sent)
    _, stderr = process.communicate(timeout=20)
    assert time.monotonic() - started < 2
    assert process.returncode == 130
    assert "may have been made and may be charged: look with 'runcomfy-sdk jobs list'" in stderr
    (job,) = [json.loads(line) for line in shell("jobs", "list").stdout.splitlines()]
    assert job["note"] == "outcome unknown, may be charged"


def test_ctrl_c_twice_on_a_terminal_leaves_its_cursor_visible(tmp_path: Path) -> None:
    with Emulator(token=TOKEN) as emulator:
        emulator.script({**STUCK, "cancel": "hang"})
        terminal = spawn(tmp_path, emulator, *GIVEN)
        terminal.expect("queued")
        terminal.sendintr()
        terminal.expect("Ctrl-C again leaves at once")
        until(lambda: emulator.count("cancel") > 0)
        terminal.sendintr()
        terminal.expect("left; whether job .* is not known")
        shown = ended(terminal)
    assert terminal.exitstatus == 130
    assert "\x1b[?25l" not in shown


def test_a_disk_that_fills_up_is_73_and_the_result_is_kept(
    shell: Shell, emulator: Emulator
) -> None:
    emulator.script({"output": {"shape": "video"}})

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [sys.executable, "-m", "runcomfy_sdk", *GIVEN, "-o", "out"],
        cwd=shell.folder,
        env=shell.environment,
        capture_output=True,
        text=True,
        preexec_fn=limit,
        timeout=60,
        check=False,
    )
    assert done.returncode == 73, done.stderr
    assert "do not run it again" in done.stderr
    assert "Traceback" not in done.stderr
    record = only(done.stdout)
    assert record["files"] == []
    again = shell("download", record["request_id"], "-o", "out")
    assert len(only(again.stdout)["files"]) == 1


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("models list > /dev/full", 73, "cannot write to standard output: No space left"),
        ("run {model} --help > /dev/full", 73, "No space left"),
        ("models list >&-", 0, ""),
        ("status no-such 2>&-", 65, ""),
        ("run {model} --help | head -1; exit ${{PIPESTATUS[0]}}", 0, ""),
    ],
)
def test_streams_that_are_full_closed_or_left(
    shell: Shell, line: str, code: int, words: str
) -> None:
    command = f"{sys.executable} -m runcomfy_sdk {line.format(model=MODEL)}"
    done = subprocess.run(
        ["bash", "-c", command], env=shell.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_price_above_the_limit_is_refused_and_one_below_is_looked_at(
    shell: Shell, emulator: Emulator
) -> None:
    dear = shell(*GIVEN, "--max-price", "0.001")
    assert dear.returncode == 65
    assert "above --max-price 0.001; nothing was sent" in dear.stderr
    assert emulator.count("submit") == 0
    emulator.script({"job": {"cost_usd": 1.5}})
    done = shell(*GIVEN, "--max-price", "0.5", "--no-download")
    assert done.returncode == 0, done.stderr
    assert only(done.stdout)["cost_usd"] == 1.5
    assert "cost 1.5 USD, more than --max-price 0.5" in done.stderr


def test_a_price_that_cannot_be_read_stops_the_submit(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"model": {"fault": "html_502", "times": "always"}})
    done = shell(*GIVEN, "--max-price", "100")
    assert done.returncode == 69
    assert emulator.count("submit") == 0


def picture_terminal(folder: Path, emulator: Emulator, *more: str, **env: str) -> str:
    terminal = spawn(folder, emulator, *GIVEN, "-o", "out", *more, **env)
    shown = ended(terminal)
    assert terminal.exitstatus == 0, shown
    return shown


def test_images_are_shown_in_terminals_that_can(tmp_path: Path, emulator: Emulator) -> None:
    emulator.script({"output": {"shape": "image", "format": "png"}, "times": "always"})
    kitty = picture_terminal(tmp_path, emulator, TERM="xterm-kitty")
    parts = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", kitty)
    assert parts[0][0].startswith("a=T,f=100")
    saved = next(path for path in (tmp_path / "out").iterdir() if path.is_file())
    assert base64.b64decode("".join(data for _, data in parts)) == saved.read_bytes()
    opted_out = picture_terminal(tmp_path, emulator, TERM="xterm-kitty", RUNCOMFY_SHOW="0")
    assert "\x1b_G" not in opted_out


def test_a_terminal_that_answers_for_sixel_gets_it(tmp_path: Path, emulator: Emulator) -> None:
    emulator.script({"output": {"shape": "image", "format": "jpeg"}, "times": "always"})
    for answer, wanted in (("\x1b[?62;4;22c", True), ("\x1b[?62;22c", False)):
        terminal = spawn(tmp_path, emulator, *GIVEN, "-o", "out", TERM="xterm")
        terminal.expect(r"\x1b\[c")
        terminal.send(answer)
        shown = ended(terminal)
        assert terminal.exitstatus == 0
        assert bool(re.search(r'\x1bP0;1q"1;1;\d+;\d+#', shown)) is wanted


S3_SERVER = """
import sys
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(*server.get_host_and_port(), flush=True)
sys.stdin.read()
"""


def test_local_files_go_to_a_bucket(shell: Shell, emulator: Emulator) -> None:
    (shell.folder / "in.png").write_bytes(PNG)
    given = ("submit", MODEL, "prompt=x", "image_url=in.png", "--upload-to")
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = [sys.executable, "-c", S3_SERVER]
    with subprocess.Popen(command, text=True, stderr=subprocess.DEVNULL, **pipes) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        address = "http://{}:{}".format(*server.stdout.readline().split())
        httpx.put(f"{address}/media").raise_for_status()
        shell.environment |= {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": address,
            "AWS_ALLOW_HTTP": "true",
        }
        done = shell(*given, "s3://media/mine")
        missing = shell(*given, "s3://nothing/mine")
        held = httpx.get(f"{address}/media").text
        server.stdin.close()
    assert done.returncode == 0, done.stderr
    assert f"uploading in.png ({len(PNG)} B)" in done.stderr
    assert re.search(r"<Key>mine/runcomfy/\w+\.png</Key>", held)
    assert missing.returncode == 69
    assert "Nothing was submitted" in missing.stderr
    assert emulator.count("submit") == 1


def test_a_dry_run_uploads_nothing_and_says_where_files_would_go(
    shell: Shell, emulator: Emulator
) -> None:
    (shell.folder / "in.png").write_bytes(PNG)
    given = ("run", MODEL, "prompt=x", "image_url=in.png", "--upload-to", "s3://media/mine")
    shown: dict[str, Any] = only(shell(*given, "--dry-run").stdout)
    assert re.match(
        r"https://to-be-signed.invalid/media/mine/runcomfy/\w+\.png", shown["payload"]["image_url"]
    )
    assert "uploader=ObjectStoreUploader.from_url('s3://media/mine')" in shown["python"]
    wrong = shell(*given[:-1], "nowhere://x")
    assert wrong.returncode == 64
    assert "s3://BUCKET" in wrong.stderr
    assert emulator.calls == []


def test_an_ignored_interrupt_stays_ignored(shell: Shell, emulator: Emulator) -> None:
    """A shell starts background jobs so: Ctrl-C is meant for another one."""
    emulator.script({"job": {"run_seconds": 2.0}})
    command = [sys.executable, "-m", "runcomfy_sdk", *GIVEN, "--no-download"]
    process = subprocess.Popen(
        command,
        cwd=shell.folder,
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    until(lambda: emulator.count("status") > 0)
    os.kill(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 0, stderr
    assert emulator.count("cancel") == 0
