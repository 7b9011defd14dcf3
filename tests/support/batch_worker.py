"""One process of a batch, for tests that kill it: ``batch_worker.py STORE URL FOLDER IN_FLIGHT [TOKEN]``."""

from __future__ import annotations

import json
import sys

from runcomfy_runtime import AsyncClient
from runcomfy_runtime.batch import Batch, FolderSaver

if __name__ == "__main__":
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
