"""One process of a batch, for tests that kill it: ``batch_worker.py STORE URL FOLDER IN_FLIGHT [TOKEN]``.

``TRIAL_PATIENCE`` in the environment says after how many seconds it gives up a database or a disk; ``TRIAL_CLOCK`` is
by how many seconds its wall clock is wrong, and with ``..`` behind it jumps there and back every second.
"""

from __future__ import annotations

import json
import os
import sys
import time

from runcomfy_runtime import AsyncClient
from runcomfy_runtime.batch import Batch, FolderSaver, runner


def _set_up() -> None:
    patience = os.environ.get("TRIAL_PATIENCE")
    if patience is not None:
        for name in ("DATABASE_PATIENCE", "FULL_PATIENCE"):
            setattr(runner, name, float(patience))
    clock = os.environ.get("TRIAL_CLOCK")
    if clock is not None:
        right, wrong = time.time, float(clock.removesuffix(".."))
        jumps = clock.endswith("..")
        time.time = lambda: right() + wrong * (int(time.monotonic()) % 2 if jumps else 1)


if __name__ == "__main__":
    _set_up()
    store, url, folder, in_flight, *rest = sys.argv[1:]
    token = rest[0] if rest else "token"
    with Batch.open(
        "torture",
        store,
        in_flight=int(in_flight),
        client=lambda: AsyncClient(token, base_url=url),
        saver=FolderSaver(folder),
    ) as batch:
        print("open", flush=True)
        summary = batch.worker()
        stop = summary.stop
        counts = dict(summary.progress.counts)
        print(json.dumps({"counts": counts, "stop": stop and [stop.reason, stop.message]}))
