"""``login|logout|whoami``: the token that is kept for this user, in the official CLI's file."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from ..exitcodes import CliError, ExitCode
from ..help import Command
from ..output import emit, say
from ..parameters import common_options, session_of

if TYPE_CHECKING:
    from ..._sync.client import Client
    from ..session import Session

__all__ = ["login", "logout", "whoami"]


@click.command(
    "login",
    cls=Command,
    examples=[
        "runcomfy-sdk login",
        "runcomfy-sdk login --token-stdin < token.txt",
        'printf %s "$SECRET" | runcomfy-sdk login --token-stdin --no-check',
    ],
)
@click.option(
    "--token-stdin", is_flag=True, help="Read the token from standard input, as scripts should."
)
@click.option(
    "--token",
    metavar="TOKEN",
    help="The token itself. It then stands in the shell's history and in the list of processes: better not.",
)
@click.option(
    "--no-check", is_flag=True, help="Keep it without asking the service whether it is good."
)
@click.option("--web-base", metavar="URL", envvar="RUNCOMFY_WEB_BASE", hidden=True)
@common_options
@click.pass_context
def login(
    ctx: click.Context,
    *,
    token_stdin: bool,
    token: str | None,
    no_check: bool,
    web_base: str | None,
) -> None:
    """Keep a token, so that it need not be set in every shell.

    Without an option it is asked for and not shown while you type. Tokens are made on your profile at
    www.runcomfy.com. The file is token.json of the official CLI, readable by you alone: both use the same login. A
    token in RUNCOMFY_TOKEN goes before it.
    """
    from ...config import check_token
    from ...tokenfile import write_token

    session = session_of(ctx)
    if web_base:
        os.environ["RUNCOMFY_WEB_BASE"] = web_base
    text = check_token(_given(token, token_stdin), "what was given").reveal()
    email = None if no_check else _checked(session, text)
    path = write_token(os.environ, text, email)
    record = {"file": str(path), "checked": not no_check, "email": email}
    emit(record, as_json=session.json, text=f"the token is kept in {path}")
    _say_what_goes_before()


@click.command("logout", cls=Command, examples=["runcomfy-sdk logout"])
@common_options
@click.pass_context
def logout(ctx: click.Context) -> None:
    """Forget the token that is kept on this machine; it stays good until you make a new one on your profile."""
    from ...tokenfile import remove_token

    session = session_of(ctx)
    removed = [str(path) for path in remove_token(os.environ)]
    text = f"removed {', '.join(removed)}" if removed else "no token was kept"
    emit({"removed": removed}, as_json=session.json, text=text)
    _say_what_goes_before()


@click.command(
    "whoami", cls=Command, examples=["runcomfy-sdk whoami", "runcomfy-sdk whoami --output json"]
)
@common_options
@click.pass_context
def whoami(ctx: click.Context) -> None:
    """Show whose token is used, and where it was found; never the token."""
    from ...config import find_token

    session = session_of(ctx)
    origin = find_token(os.environ).origin
    with session.client() as client:
        user = _user(session, client)
    record = {**user, "token_from": origin}
    names = {"email": "user", "id": "id", "token_type": "token type", "token_from": "token from"}
    lines = [f"{names[key]:10}  {record[key]}" for key in names if record.get(key)]
    emit(record, as_json=session.json, text="\n".join(lines))


def _given(token: str | None, from_stdin: bool) -> str:
    if token is not None and from_stdin:
        raise click.UsageError("give --token or --token-stdin, not both")
    if token is not None:
        say("warning: the token now stands in your shell's history; --token-stdin leaves no trace")
        return token
    if from_stdin:
        return sys.stdin.readline()
    if not sys.stdin.isatty():
        raise click.UsageError(
            "standard input is no terminal to ask for the token; pipe it in with --token-stdin"
        )
    say("Copy the API token from your profile: https://www.runcomfy.com/profile")
    answer: str = click.prompt("Token", hide_input=True, err=True)
    return answer


def _checked(session: Session, token: str) -> str | None:
    """Ask the service whether a token is good, and return its owner's address as far as that is told.

    Raises:
        CliError: If the service does not take it, or does not answer.
    """
    from ...errors import AuthError, RunComfyError

    with session.client(token=token) as client:
        try:
            client.balance()
        except AuthError as error:
            raise CliError(f"{error} Nothing was kept.", ExitCode.AUTH) from None
        except RunComfyError as error:
            raise CliError(
                f"the token could not be checked ({error}) and was not kept; --no-check keeps it unchecked",
                ExitCode.SERVICE,
            ) from None
        try:
            email = _user(session, client, token).get("email")
        except (RunComfyError, CliError):
            return None
    return email


def _user(session: Session, client: Client, token: str | None = None) -> dict[str, str | None]:
    from ..reading import ask

    try:
        address = client.core.config.web_url
    except ValueError as error:
        raise CliError(f"RUNCOMFY_WEB_BASE: {error}", ExitCode.USAGE) from None
    if address is None:
        raise CliError(
            f"{session.address} does not tell whose a token is; RUNCOMFY_WEB_BASE can name the site that does",
            ExitCode.USAGE,
        )
    with session.client(base_url=address, token=token) as web:
        told = ask(web, "/api/auth/me")
    return {
        key: str(told[key]) if isinstance(told.get(key), str | int) else None
        for key in ("id", "email", "token_type")
    }


def _say_what_goes_before() -> None:
    from ...config import TOKEN_VARIABLES

    for variable in TOKEN_VARIABLES:
        if os.environ.get(variable, "").strip():
            say(f"note: {variable} is set and goes before the file")
            return
