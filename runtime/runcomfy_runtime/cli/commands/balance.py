"""``balance``: what is left in the account's wallet."""

from __future__ import annotations

import click

from ..help import Command
from ..output import emit
from ..parameters import common_options, session_of

__all__ = ["balance"]


@click.command(
    "balance",
    cls=Command,
    examples=["runcomfy-sdk balance", "runcomfy-sdk balance --output json"],
)
@common_options
@click.pass_context
def balance(ctx: click.Context) -> None:
    """Show what is left in the account's wallet; it may be below zero.

    JSON has the exact amount in millionths of a dollar as well.
    """
    session = session_of(ctx)
    with session.client() as client:
        found = client.balance()
    record = {
        "balance_usd": found.usd,
        "balance_microdollars": found.microdollars,
        "currency": found.currency,
    }
    emit(record, as_json=session.json, text=f"{found.usd:.2f} {found.currency}")
