"""Clients for files: few downloads on each, as many clients as needed, all closed."""

from __future__ import annotations

from contextlib import ExitStack

import httpx
from runcomfy_runtime._sync.fileclients import FileClients


def test_each_client_is_lent_to_a_few_downloads_and_then_lent_again() -> None:
    made: list[httpx.Client] = []

    def make() -> httpx.Client:
        made.append(httpx.Client())
        return made[-1]

    clients = FileClients(make, most_users=2)
    with ExitStack() as first, ExitStack() as others:
        lent = [first.enter_context(clients.lend())]
        lent += [others.enter_context(clients.lend()) for _ in range(4)]
        assert [made.index(client) for client in lent] == [0, 0, 1, 1, 2]
        first.close()
        assert others.enter_context(clients.lend()) is made[0]
    with clients.lend() as again:
        assert again is made[0]
    clients.close()
    assert all(client.is_closed for client in made)
    assert len(made) == 3
