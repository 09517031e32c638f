"""First rows of the run table at 10,000 runs: our reader beside MLflow, and MLflow's own search through its API.

Each run has 8 metrics and 10 parameters. Times are medians of 20 calls, 100 rows each.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.experiments.recorded import NOTEBOOK_TAG
from jupyter_hubcollab.experiments.rest import Rest
from jupyter_hubcollab.experiments.rest_store import RestStore
from jupyter_hubcollab.experiments.runs import Runs
from jupyter_hubcollab.experiments.sql_store import SqlStore
from jupyter_hubcollab.experiments.tracking import Tracking

RUNS = 10_000
CALLS = 20


def fill(database: Path) -> None:
    """Write the runs as MLflow would."""
    draw = random.Random(1)
    connection = sqlite3.connect(database)
    ids = [uuid.UUID(int=draw.getrandbits(128)).hex for _ in range(RUNS)]
    runs = [
        (id, f"run {n}", "LOCAL", "", "", "ada", "FINISHED", 10**12 + n, 10**12 + n + 5, "", "active", "x", 0, None)
        for n, id in enumerate(ids)
    ]
    connection.executemany(f"INSERT INTO runs VALUES ({', '.join('?' * 14)})", runs)
    metrics = [(f"m{k}", draw.random(), 1, 0, 0, id) for id in ids for k in range(8)]
    connection.executemany("INSERT INTO latest_metrics VALUES (?, ?, ?, ?, ?, ?)", metrics)
    params = [(f"p{k}", str(draw.random()), id) for id in ids for k in range(10)]
    connection.executemany("INSERT INTO params VALUES (?, ?, ?)", params)
    tags = [(NOTEBOOK_TAG, f"lab/{n % 50}.ipynb", id) for n, id in enumerate(ids)]
    connection.executemany("INSERT INTO tags VALUES (?, ?, ?)", tags)
    connection.commit()
    connection.close()


def median_ms(call: Callable[[], object]) -> float:
    """Median of some calls, the first one apart."""
    call()
    taken = []
    for _ in range(CALLS):
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tracking = Tracking(Path(folder), lambda _: None, environ=os.environ)
        tracking.url()
        fill(tracking.database)
        rest = Rest(tracking)
        ada = Actor("ada", "Ada")
        ours = Runs(tracking, SqlStore(tracking.database), lambda _: None)
        peer = Runs(tracking, RestStore(rest), lambda _: None)
        print(f"{'':30}{'ours ms':>10}{'MLflow API ms':>15}")
        for name, notebook in (("newest 100 of 10,000", None), ("newest 100 of a notebook", "lab/7.ipynb")):
            by_sql = median_ms(lambda notebook=notebook: ours.list(ada, notebook=notebook))  # type: ignore[misc]
            by_rest = median_ms(lambda notebook=notebook: peer.list(ada, notebook=notebook))  # type: ignore[misc]
            print(f"{name:30}{by_sql:10.1f}{by_rest:15.1f}")
        rest.close()
        tracking.stop()


if __name__ == "__main__":
    main()
