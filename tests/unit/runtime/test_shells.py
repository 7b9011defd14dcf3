"""Both shells against a scripted service on a real socket."""

from __future__ import annotations

import asyncio
import importlib
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import runcomfy_runtime as runtime
from runcomfy_runtime import CancelOutcome, Options

if TYPE_CHECKING:
    from conftest import Loopback, Shell

Answer: Any = None
TOKEN = "tok-0123456789abcdef"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(autouse=True)
def _answer_type(service: Loopback) -> None:
    global Answer
    Answer = type(service.scripts["submit"][0])


def submit(shell: Shell, **settings: Any) -> Any:
    client = shell.client(**settings)
    return shell.do(lambda: client.model("a/b").submit({"prompt": "x"}))


def image_at(service: Loopback, path: str = "/files/out.png") -> dict[str, Any]:
    return {"status": "succeeded", "output": {"images": [service.url + path]}}


class TestSubmit:
    def test_run_gives_the_output(self, shell: Shell, service: Loopback) -> None:
        service.script("result", Answer(body=image_at(service)))
        client = shell.client()
        out = shell.do(lambda: client.model("a/b").run({"prompt": "x"}))
        assert out.image.url == service.url + "/files/out.png"
        assert [call[1] for call in service.calls] == [
            "/v1/models/a/b",
            "/v1/requests/R1/status",
            "/v1/requests/R1/result",
        ]
        assert service.calls[0][2]["authorization"] == f"Bearer {TOKEN}"
        assert service.calls[0][3] == b'{"prompt":"x"}'

    @pytest.mark.parametrize(
        ("fault", "status", "body"),
        [
            ("reset", 0, b""),
            ("drop", 0, b""),
            ("", 502, b"<html>bad gateway</html>"),
            ("", 500, {"error_code": 500001, "error_message": "boom"}),
            ("", 200, {"error_code": 500001, "error_message": "boom"}),
            ("", 200, b""),
            ("", 200, b"not json"),
            ("", 200, {"status": "in_queue"}),
            ("", 307, b""),
            ("", 408, b""),
        ],
    )
    def test_unknown_outcome_is_told_and_never_sent_again(
        self, shell: Shell, service: Loopback, fault: str, status: int, body: Any
    ) -> None:
        headers = {"Location": "http://example.invalid/steal"} if status == 307 else {}
        service.script("submit", Answer(status, body, headers, fault))
        with pytest.raises(runtime.SubmitUnknown) as caught:
            submit(shell)
        assert service.count("submit") == 1
        assert caught.value.may_have_charged
        assert caught.value.model_id == "a/b"
        assert len(caught.value.payload_sha256) == 64

    @pytest.mark.parametrize(
        ("status", "body", "kind"),
        [
            (401, {"message": "no"}, "AuthError"),
            (400, {"error_code": 400004, "error_message": "no"}, "AuthError"),
            (200, {"error_code": 403003, "error_message": "no"}, "AuthError"),
            (402, b"", "InsufficientBalance"),
            (400, {"error_code": 400002}, "InsufficientBalance"),
            (404, b"<html>", "ModelNotFound"),
            (400, {"code": 400001, "error": "InvalidResourceIdentifier"}, "ModelNotFound"),
            (422, {"detail": [{"loc": ["body", "p"], "msg": "bad"}]}, "InvalidInput"),
            (409, b"", "ServiceError"),
        ],
    )
    def test_definite_rejection_is_its_own_error(
        self, shell: Shell, service: Loopback, status: int, body: Any, kind: str
    ) -> None:
        service.script("submit", Answer(status, body))
        with pytest.raises(getattr(runtime, kind)) as caught:
            submit(shell)
        assert caught.value.http_status == status
        assert service.count("submit") == 1

    def test_429_is_sent_again_at_the_service_s_pace(self, shell: Shell, service: Loopback) -> None:
        service.script(
            "submit",
            Answer(429, b"", {"Retry-After": "0.2"}),
            Answer(body={"request_id": "R2"}),
        )
        started = time.monotonic()
        assert submit(shell).request_id == "R2"
        assert time.monotonic() - started >= 0.2
        assert service.count("submit") == 2

    def test_unreachable_host_is_one_sentence(self, shell: Shell, service: Loopback) -> None:
        service.close()
        with pytest.raises(runtime.ConnectionFailed, match="nothing was sent"):
            submit(shell, base_url="http://127.0.0.1:9")

    def test_missing_token_sends_nothing(self, shell: Shell, service: Loopback) -> None:
        with pytest.raises(runtime.AuthError, match="RUNCOMFY_TOKEN"):
            submit(shell, token=None)
        assert service.calls == []

    def test_token_in_a_reply_is_blotted_out(self, shell: Shell, service: Loopback) -> None:
        service.script("submit", Answer(400, {"message": f"bad header Bearer {TOKEN}"}))
        with pytest.raises(runtime.InvalidInput) as caught:
            submit(shell)
        assert TOKEN not in str(caught.value)
        assert "***" in str(caught.value)

    def test_a_text_too_short_for_a_secret_leaves_replies_as_they_are(
        self, shell: Shell, service: Loopback
    ) -> None:
        service.script("submit", Answer(body={"request_id": "test-request-1"}))
        assert submit(shell, token="t").request_id == "test-request-1"

    def test_journal_has_intent_then_id(
        self, shell: Shell, service: Loopback, tmp_path: Path
    ) -> None:
        client = shell.client(journal=tmp_path / "j.jsonl")
        job = shell.do(lambda: client.model("a/b").submit({"p": 1}))
        pending = shell.do(client.jobs.pending)
        assert pending == [job]
        shell.do(job.result)
        assert shell.do(client.jobs.pending) == []

    def test_lost_reply_is_unknown_in_the_journal(
        self, shell: Shell, service: Loopback, tmp_path: Path
    ) -> None:
        service.script("submit", Answer(fault="reset"))
        client = shell.client(journal=tmp_path / "j.jsonl")
        with pytest.raises(runtime.SubmitUnknown) as caught:
            shell.do(lambda: client.model("a/b").submit({"p": 1}))
        (entry,) = shell.do(client.jobs.unknown)
        assert entry.state == "unknown"
        assert entry.id == caught.value.journal_entry
        assert entry.payload_sha256 == caught.value.payload_sha256

    def test_unwritable_journal_stops_the_submit(
        self, shell: Shell, service: Loopback, tmp_path: Path
    ) -> None:
        with pytest.raises(runtime.JournalError):
            submit(shell, journal=tmp_path)
        assert service.calls == []


class TestPoll:
    @pytest.mark.parametrize("route", ["status", "result"])
    @pytest.mark.parametrize(
        ("fault", "status", "body"),
        [
            ("reset", 0, b""),
            ("drop", 0, b""),
            ("short", 200, b"{"),
            ("", 408, b""),
            ("", 429, b""),
            ("", 500, b""),
            ("", 503, b""),
            ("", 504, b"<html>"),
            ("", 200, b"<html>gateway</html>"),
            ("", 200, b""),
            ("", 200, {"status": "reticulating"}),
            ("", 200, {"error_code": 500001}),
            ("", 400, {"error_code": 400005, "error_message": "not ready"}),
            ("", 302, b""),
        ],
    )
    def test_passing_faults_are_survived(
        self,
        shell: Shell,
        service: Loopback,
        route: str,
        fault: str,
        status: int,
        body: Any,
    ) -> None:
        good = service.scripts[route][0]
        headers = {"Location": "http://example.invalid/"} if status == 302 else {}
        service.script(route, Answer(status, body, headers, fault), good)
        job = shell.client().jobs.get("R1")
        assert shell.do(lambda: job.wait(20)).state == "succeeded"

    @pytest.mark.parametrize(
        ("status", "body", "kind"),
        [
            (401, b"", "AuthError"),
            (403, {"error_code": 403001}, "AuthError"),
            (404, {"error_code": 404001}, "NotFoundOrExpired"),
            (200, {"error_code": 404001}, "NotFoundOrExpired"),
            (422, b"", "ServiceError"),
        ],
    )
    def test_definite_refusal_carries_the_job(
        self, shell: Shell, service: Loopback, status: int, body: Any, kind: str
    ) -> None:
        service.script("status", Answer(status, body))
        job = shell.client().jobs.get("R1")
        with pytest.raises(getattr(runtime, kind)) as caught:
            shell.do(lambda: job.wait(20))
        assert caught.value.job is job
        assert caught.value.request_id == "R1"
        assert service.count("cancel") == 0

    def test_wait_detaches_on_timeout(self, shell: Shell, service: Loopback) -> None:
        service.script("status", Answer(body={"status": "in_progress"}))
        job = shell.client().jobs.get("R1")
        with pytest.raises(runtime.JobTimeout, match="in_progress") as caught:
            shell.do(lambda: job.wait(0.6))
        assert caught.value.job is job
        assert service.count("cancel") == 0

    def test_updates_end_with_the_outcome(self, shell: Shell, service: Loopback) -> None:
        service.script(
            "status",
            Answer(body={"status": "in_queue", "queue_position": 1}),
            Answer(body={"status": "in_progress"}),
            Answer(body={"status": "completed"}),
        )
        service.script("result", Answer(body={"status": "failed", "error": "refused"}))
        job = shell.client().jobs.get("R1")
        states = [status.state for status in shell.do(job.updates)]
        assert states == ["in_queue", "in_progress", "completed", "failed"]
        with pytest.raises(runtime.JobFailed, match="refused") as caught:
            shell.do(job.result)
        assert caught.value.error == "refused"

    def test_refresh_asks_once(self, shell: Shell, service: Loopback) -> None:
        service.script("status", Answer(body={"status": "queued", "queue_position": 4}))
        job = shell.client().jobs.get("R1")
        assert shell.do(job.refresh).queue_position == 4
        assert len(service.calls) == 1


class TestCancel:
    @pytest.mark.parametrize(
        ("reply", "status", "result", "outcome"),
        [
            ({"outcome": "cancelled"}, "cancelled", "cancelled", "CANCELLED"),
            ({"outcome": "cancelled", "status": "completed"}, "in_queue", "", "CANCELLED"),
            ({"outcome": "cancelled"}, "completed", "succeeded", "ALREADY_DONE"),
            ({"outcome": "not_cancellable"}, "in_progress", "", "NOT_CANCELLABLE"),
            ({"outcome": "not_cancellable"}, "completed", "succeeded", "ALREADY_DONE"),
            ({"status": "cancellation_requested"}, "cancelled", "", "CANCELLED"),
            ({"status": "in_progress"}, "in_progress", "", "NOT_CANCELLABLE"),
        ],
    )
    def test_outcome(
        self,
        shell: Shell,
        service: Loopback,
        reply: dict[str, str],
        status: str,
        result: str,
        outcome: str,
    ) -> None:
        service.script("cancel", Answer(202, reply))
        service.script("status", Answer(body={"status": status}))
        service.script("result", Answer(body={"status": result, "output": {}}))
        job = shell.client().jobs.get("R1")
        assert shell.do(job.cancel) is CancelOutcome[outcome]
        assert service.count("cancel") == 1

    @pytest.mark.parametrize(
        ("reply", "words"),
        [("cancelled", "was cancelled"), ("not_cancellable", "cannot be cancelled")],
    )
    def test_run_cancels_on_timeout_and_says_so(
        self, shell: Shell, service: Loopback, reply: str, words: str
    ) -> None:
        service.script("status", Answer(body={"status": "in_progress"}))
        service.script("cancel", Answer(202, {"outcome": reply}))
        client = shell.client()
        with pytest.raises(runtime.JobTimeout, match=words) as caught:
            shell.do(lambda: client.model("a/b").run({}, options=Options(timeout=0.3)))
        assert caught.value.outcome is CancelOutcome(reply)
        assert service.count("cancel") == 1

    def test_run_detaches_when_told_to(self, shell: Shell, service: Loopback) -> None:
        service.script("status", Answer(body={"status": "in_progress"}))
        client = shell.client()
        options = Options(timeout=0.3, on_timeout="detach")
        with pytest.raises(runtime.JobTimeout) as caught:
            shell.do(lambda: client.model("a/b").run({}, options=options))
        assert caught.value.job.request_id == "R1"
        assert service.count("cancel") == 0

    def test_silent_service_does_not_hold_the_clean_up(
        self, shell: Shell, service: Loopback
    ) -> None:
        service.script("status", Answer(body={"status": "in_progress"}))
        service.script("cancel", Answer(delay=30))
        client = shell.client()
        started = time.monotonic()
        with pytest.raises(runtime.JobTimeout, match="without a clear answer"):
            shell.do(lambda: client.model("a/b").run({}, options=Options(timeout=0.1)))
        assert time.monotonic() - started < 8

    def test_on_update_that_raises_cancels(self, shell: Shell, service: Loopback) -> None:
        def broken(status: runtime.JobStatus) -> None:
            raise KeyError(status.state)

        client = shell.client()
        with pytest.raises(KeyError) as caught:
            shell.do(lambda: client.model("a/b").run({}, options=Options(on_update=broken)))
        assert "Job R1" in caught.value.__notes__[0]
        assert service.count("cancel") == 1


class TestInterrupt:
    @pytest.mark.parametrize("moment", ["wait", "submit"])
    def test_task_cancellation_cancels_the_job_once(self, service: Loopback, moment: str) -> None:
        service.script("status", Answer(body={"status": "in_queue"}))
        service.script("submit", Answer(body={"request_id": "R1"}, delay=0.5))

        async def work() -> None:
            async with runtime.AsyncClient(TOKEN, base_url=service.url) as client:
                task = asyncio.ensure_future(client.model("a/b").run({}))
                while not service.count(  # noqa: ASYNC110 - the other side is a thread
                    "submit" if moment == "submit" else "status"
                ):
                    await asyncio.sleep(0.01)
                task.cancel()
                with pytest.raises(asyncio.CancelledError) as caught:
                    await task
                assert "was cancelled" in caught.value.__notes__[0]

        asyncio.run(work())
        assert service.count("submit") == 1
        assert service.count("cancel") == 1

    @pytest.mark.parametrize("moment", ["wait", "submit"])
    @pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
    def test_ctrl_c_cancels_the_job_once(
        self, service: Loopback, moment: str, kind: str, tmp_path: Path
    ) -> None:
        service.script("status", Answer(body={"status": "in_queue"}))
        service.script("submit", Answer(body={"request_id": "R1"}, delay=0.5))
        call = "client.model('a/b').run({})"
        if kind == "AsyncClient":
            call = f"asyncio.run({call})"
        client = f"client = r.{kind}({TOKEN!r}, base_url={service.url!r})"
        script = f"import asyncio, runcomfy_runtime as r\n{client}\n{call}"
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            env={"PYTHONPATH": str(Path(runtime.__file__).parents[1]), "HOME": str(tmp_path)},
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 20
        while not service.count("submit" if moment == "submit" else "status"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
        assert "KeyboardInterrupt" in told
        assert "was cancelled" in told
        assert TOKEN not in told
        assert service.count("submit") == 1
        assert service.count("cancel") == 1


class TestFiles:
    def save(self, shell: Shell, service: Loopback, to: Any, **settings: Any) -> Any:
        service.script("result", Answer(body=image_at(service)))
        client = shell.client()
        job = client.jobs.get("R1")
        out = shell.do(job.result)
        return shell.do(lambda: out.image.save(to, **settings))

    def png(self, service: Loopback, **facts: Any) -> None:
        service.script("/files/out.png", Answer(200, PNG, {"Content-Type": "image/png"}, **facts))

    def test_saved_whole_and_without_the_token(
        self, shell: Shell, service: Loopback, tmp_path: Path
    ) -> None:
        self.png(service)
        first = self.save(shell, service, tmp_path)
        second = self.save(shell, service, tmp_path)
        assert first == tmp_path / "out.png"
        assert second == tmp_path / "out-1.png"
        assert first.read_bytes() == PNG
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out-1.png", "out.png"]
        request, *_ = [call for call in service.calls if call[1] == "/files/out.png"]
        assert "authorization" not in request[2]

    def test_broken_off_file_is_fetched_again(
        self, shell: Shell, service: Loopback, tmp_path: Path
    ) -> None:
        good = Answer(200, PNG, {"Content-Type": "image/png"})
        service.script("/files/out.png", Answer(200, PNG[:20], fault="short"), good)
        assert self.save(shell, service, tmp_path / "x.png").read_bytes() == PNG

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            ((200, b"<html>", {"Content-Type": "text/html"}), "should be image"),
            ((404, b"", {"X": "y"}), "results expire after about seven days"),
            ((302, b"", {"Location": "https://evil.example/x.png"}), "not among the allowed"),
            ((302, b"", {"Location": "http://169.254.169.254/meta"}), "not https"),
            ((302, b"", {"Location": "/files/out.png"}), "leads on more than"),
        ],
    )
    def test_refused_files_leave_nothing(
        self, shell: Shell, service: Loopback, tmp_path: Path, answer: Any, words: str
    ) -> None:
        service.script("/files/out.png", Answer(*answer))
        with pytest.raises(runtime.DownloadFailed, match=words):
            self.save(shell, service, tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_too_long_by_header_or_by_stream(
        self, shell: Shell, service: Loopback, tmp_path: Path
    ) -> None:
        self.png(service)
        with pytest.raises(runtime.DownloadFailed, match="longer than 10 bytes"):
            self.save(shell, service, tmp_path, max_bytes=10)
        assert list(tmp_path.iterdir()) == []

    def test_existing_file_is_kept(self, shell: Shell, service: Loopback, tmp_path: Path) -> None:
        self.png(service)
        target = tmp_path / "mine.png"
        target.write_bytes(b"old")
        with pytest.raises(runtime.DownloadFailed, match="overwrite=True") as caught:
            self.save(shell, service, target)
        assert caught.value.cannot_write
        assert target.read_bytes() == b"old"
        self.save(shell, service, target, overwrite=True)
        assert target.read_bytes() == PNG

    def test_read_and_stream(self, shell: Shell, service: Loopback) -> None:
        self.png(service)
        service.script("result", Answer(body=image_at(service)))
        job = shell.client().jobs.get("R1")
        image = shell.do(job.result).image
        assert shell.do(image.read) == PNG
        assert b"".join(shell.do(image.stream)) == PNG


class TestMap:
    def test_one_failure_harms_no_other(self, shell: Shell, service: Loopback) -> None:
        service.script(
            "submit",
            Answer(body={"request_id": "R1"}),
            Answer(402),
            Answer(body={"request_id": "R3"}),
        )
        client = shell.client()
        requests = [client.model("a/b").prepare({"n": n}) for n in range(3)]
        outcomes = shell.do(lambda: client.map(requests, concurrency=1))
        assert [outcome.index for outcome in outcomes] == [0, 1, 2]
        assert isinstance(outcomes[1].error, runtime.InsufficientBalance)
        assert outcomes[2].unwrap().request_id == "R3"

    def test_never_more_than_concurrency(self, shell: Shell, service: Loopback) -> None:
        service.script("submit", Answer(body={"request_id": "R"}, delay=0.1))
        client = shell.client()
        taken: list[int] = []

        def requests() -> Any:
            for n in range(6):
                taken.append(n)
                yield client.model("a/b").prepare({"n": n})

        started = time.monotonic()
        outcomes = shell.do(lambda: client.map(requests(), concurrency=3, ordered=False))
        assert sorted(outcome.index for outcome in outcomes) == list(range(6))
        assert 0.2 <= time.monotonic() - started < 5

    def test_leaving_early_cancels_what_runs(self, service: Loopback) -> None:
        service.script(
            "status", Answer(body={"status": "completed"}), Answer(body={"status": "in_queue"})
        )
        with runtime.Client(TOKEN, base_url=service.url) as client:
            requests = [client.model("a/b").prepare({"n": n}) for n in range(3)]
            outcomes = client.map(requests, concurrency=3, ordered=False)
            assert next(outcomes).error is None
            outcomes.close()
        assert service.count("cancel") == service.count("submit") - 1


class TestHandles:
    def test_pickles_work_in_another_process_without_the_token(
        self, shell: Shell, service: Loopback, tmp_path: Path
    ) -> None:
        service.script("result", Answer(body=image_at(service)))
        service.script("/files/out.png", Answer(200, PNG, {"Content-Type": "image/png"}))
        client = shell.client()
        request = client.model("a/b").prepare({"p": 1})
        job = shell.do(request.submit)
        out = shell.do(job.result)
        blob = pickle.dumps((request, job, out, out.image))
        assert TOKEN.encode() not in blob
        file = tmp_path / "handles.pickle"
        file.write_bytes(blob)
        script = (
            "import pickle, sys, asyncio, inspect\n"
            "def do(v): return asyncio.run(v) if inspect.iscoroutine(v) else v\n"
            "async def wrap(c): return await c\n"
            "request, job, out, image = pickle.load(open(sys.argv[1], 'rb'))\n"
            "r = job.result()\n"
            "print(do(r).image.url == image.url, request.payload, out.image.kind)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(file)],
            env={
                "PYTHONPATH": str(Path(runtime.__file__).parents[1]),
                "RUNCOMFY_TOKEN": TOKEN,
                "HOME": str(tmp_path),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == "True {'p': 1} image"

    def test_one_client_serves_many_threads(self, service: Loopback) -> None:
        failures: list[BaseException] = []
        with runtime.Client(TOKEN, base_url=service.url) as client:

            def work() -> None:
                try:
                    client.model("a/b").run({})
                except BaseException as error:  # noqa: BLE001
                    failures.append(error)

            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert failures == []

    def test_hook_errors_harm_nothing_and_no_event_holds_the_token(
        self, shell: Shell, service: Loopback
    ) -> None:
        events: list[runtime.Event] = []

        def hook(event: runtime.Event) -> None:
            events.append(event)
            raise RuntimeError("hook")

        submit(shell, on_event=hook)
        assert [event.name for event in events] == ["send", "reply", "submitted"]
        assert TOKEN not in repr(events)

    def test_the_token_is_in_no_log_and_no_error(
        self, shell: Shell, service: Loopback, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(1)
        service.script(
            "status", Answer(500, f"Bearer {TOKEN}".encode()), Answer(404, TOKEN.encode())
        )
        job = submit(shell)
        with pytest.raises(runtime.NotFoundOrExpired) as caught:
            shell.do(job.wait)
        assert len(caplog.records) > 5
        assert TOKEN not in caplog.text
        assert TOKEN not in repr(vars(caught.value)) + str(caught.value)

    def test_clients_are_not_pickled(self, shell: Shell) -> None:
        with pytest.raises(TypeError, match="make one where it is used"):
            pickle.dumps(shell.client())


def test_the_synchronous_shell_is_the_emitted_one() -> None:
    twin = importlib.import_module("runcomfy_codegen.twin")
    folder = Path(runtime.__file__).parent
    assert twin.emit_tree(folder / "_async", folder / "_sync", check=True) == []
