"""Runs beside the real CodeCarbon: two runs, one in the other; prints what MLflow has of them as JSON."""

from __future__ import annotations

import json
import sys
import threading
import time

import mlflow
from mlflow.tracking.context.registry import _run_context_provider_registry

from jupyter_hubcollab.client.run_context import NotebookRunContext


def work(until: threading.Event) -> None:
    """Keep a processor busy until the tracker has measured."""
    end = time.monotonic() + 30
    while not until.is_set() and time.monotonic() < end:
        sum(range(100_000))


def measuring(count: int) -> threading.Event:
    """Set as soon as so many trackers measure for a second."""
    from jupyter_hubcollab.client import energy

    ready = threading.Event()

    def look() -> None:
        meters = energy._meters
        while sum(one._tracker is not None for one in (*meters._nameless, *meters._by_run.values())) < count:
            ready.wait(0.05)
        ready.wait(1)
        ready.set()

    threading.Thread(target=look, daemon=True).start()
    return ready


_run_context_provider_registry.register(NotebookRunContext)
mlflow.set_tracking_uri(f"sqlite:///{sys.argv[1]}/mlflow.db")
with mlflow.start_run() as outer:
    work(measuring(1))
    with mlflow.start_run(nested=True) as inner:
        work(measuring(2))
found = [mlflow.get_run(run.info.run_id).data for run in (outer, inner)]
print(json.dumps([{"metrics": one.metrics, "how": json.loads(one.tags["hubcollab.energy"])} for one in found]))
