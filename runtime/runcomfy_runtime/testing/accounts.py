"""Wallets: one a token, counted in whole microdollars."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Collection

    from .replies import JsonObject

__all__ = ["MICRODOLLARS", "PRICES", "Accounts", "owner_of"]

MICRODOLLARS = 1_000_000

PRICES = {"image": 40_000, "video": 500_000, "audio": 20_000}
"""Price of one output in microdollars, by medium."""


def owner_of(token: str) -> str:
    """Return the name under which a token's jobs are kept; the token itself is never stored."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


class Accounts:
    """Check bearer tokens and keep their balances.

    Args:
        tokens: the tokens that are good; None lets every token in.
        opening: balance of a new wallet, in microdollars.
    """

    def __init__(self, tokens: Collection[str] | None, opening: int) -> None:
        self._owners = None if tokens is None else {owner_of(token) for token in tokens}
        self._opening = opening
        self._balances: dict[str, int] = {}

    def owner(self, authorization: str | None) -> str | None:
        """Return whose request it is, or None when the header holds no good bearer token."""
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or " " in token:
            return None
        owner = owner_of(token)
        return owner if self._owners is None or owner in self._owners else None

    def balance(self, owner: str) -> int:
        """Return the balance in microdollars."""
        return self._balances.get(owner, self._opening)

    def set_balance(self, owner: str, microdollars: int) -> None:
        """Set the balance; it may be zero or negative."""
        self._balances[owner] = microdollars

    def charge(self, owner: str, microdollars: int) -> None:
        """Take an amount from the wallet; a negative one is a refund."""
        self._balances[owner] = self.balance(owner) - microdollars

    def user(self, owner: str) -> JsonObject:
        """Return the body of the endpoint that tells whose a token is."""
        return {
            "id": str(UUID(hashlib.sha256(owner.encode()).hexdigest()[:32])),
            "email": f"{owner}@example.com",
            "token_type": "api",
        }

    def statement(self, owner: str) -> JsonObject:
        """Return the body of the balance endpoint."""
        microdollars = self.balance(owner)
        return {
            "balance_usd": microdollars / MICRODOLLARS,
            "balance_microdollars": microdollars,
            "currency": "USD",
        }
