"""Which error leads to which exit code."""

from __future__ import annotations

import pytest
from runcomfy_runtime import errors
from runcomfy_runtime.cli.exitcodes import CliError, ExitCode, exit_code_of

TABLE = {
    "InvalidInput": 65,
    "ModelNotFound": 65,
    "NotFoundOrExpired": 65,
    "ServiceError": 69,
    "UploadFailed": 69,
    "ConnectionFailed": 69,
    "DownloadFailed": 69,
    "JobFailed": 70,
    "OutputMissing": 70,
    "JournalError": 73,
    "ClientClosed": 1,
    "SubmitUnknown": 74,
    "JobTimeout": 75,
    "RateLimited": 75,
    "AuthError": 77,
    "InsufficientBalance": 77,
    "JobCancelled": 79,
    "RunComfyError": 69,
}


@pytest.mark.parametrize(("name", "code"), TABLE.items())
def test_each_error_of_the_runtime_has_its_code(name: str, code: int) -> None:
    assert exit_code_of(getattr(errors, name)("words")) == code


def test_no_error_of_the_runtime_is_forgotten() -> None:
    tree = {name for name in errors.__all__ if name != "Fault"}
    assert tree == set(TABLE)


def test_codes_of_other_errors() -> None:
    assert exit_code_of(KeyboardInterrupt()) == 130
    assert exit_code_of(FileNotFoundError("x")) == 66
    assert exit_code_of(PermissionError("x")) == 73
    assert exit_code_of(CliError("x", ExitCode.CANCELLED)) == 79
    assert exit_code_of(RuntimeError("x")) == ExitCode.INTERNAL


def test_a_subclass_has_its_parents_code() -> None:
    class Finer(errors.JobFailed):
        pass

    assert exit_code_of(Finer("x")) == 70
