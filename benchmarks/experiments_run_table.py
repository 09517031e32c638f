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
from jupyter_hubcollab.experiments.run_query import RunQuery, read
from jupyter_hubcollab.experiments.runs import Runs
from jupyter_hubcollab.experiments.sql_store import SqlStore
from jupyter_hubcollab.experiments.tracking import Tracking

RUNS = 10_000
CALLS = 20
FILTER = "metrics.m3 > 0.9 AND params.p1 LIKE '0.5%'"
SIMPLE = "metrics.m1 > 0.5"


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


QUERIES = {
    "newest 100 of 10,000": RunQuery(),
    "newest 100 of a notebook": RunQuery(notebook="lab/7.ipynb"),
    "sorted by a metric": RunQuery(order="metric.m3"),
    "sorted by a parameter": RunQuery(order="param.p3", descending=False),
    "metrics.m3 > 0.9 AND params.p1 LIKE '0.5%'": RunQuery(conditions=read(FILTER)[0]),
    "sorted, filtered, rows 900 to 1000": RunQuery(conditions=read(SIMPLE)[0], order="metric.m5", offset=900),
    "the word 'run 77'": RunQuery(conditions=read("attributes.run_name LIKE '%run 77%'")[0]),
}


COMPARED = ("newest 100 of 10,000", "newest 100 of a notebook", "sorted by a metric")
"""What MLflow's API is asked, too; each question takes it most of a second."""


def median_ms(call: Callable[[], object], calls: int = CALLS) -> float:
    """Median of some calls, the first one apart."""
    call()
    taken = []
    for _ in range(calls):
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
        print(f"{'':44}{'ours ms':>10}{'MLflow API ms':>15}")
        for name, query in QUERIES.items():
            by_sql = median_ms(lambda query=query: ours.list(ada, query))  # type: ignore[misc]
            print(f"{name:44}{by_sql:10.1f}", end="", flush=True)
            asks = lambda query=query: peer.list(ada, query)  # noqa: E731
            print(f"{median_ms(asks, 3):15.1f}" if name in COMPARED else f"{'-':>15}", flush=True)
        groups = median_ms(lambda: ours.groups(ada, RunQuery(), "params.p0", "m1"))
        print(f"{'grouped by a parameter':44}{groups:10.1f}{'-':>15}")
        ids = [run.id for run in ours.list(ada).runs]
        print(f"{'sparklines of 100 runs':44}{median_ms(lambda: ours.series(ada, ids, ['m1'], 40)):10.1f}{'-':>15}")
        rest.close()
        tracking.stop()


if __name__ == "__main__":
    main()
