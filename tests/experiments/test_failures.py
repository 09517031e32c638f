"""What goes wrong with experiments, and what becomes of what was logged."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import TrackingUnavailable, Unavailable
from jupyter_hubcollab.experiments.rest import Rest
from jupyter_hubcollab.experiments.run_query import RunQuery
from jupyter_hubcollab.experiments.runs import Runs
from jupyter_hubcollab.experiments.sql_store import SqlStore
from jupyter_hubcollab.experiments.tracking import Tracking
from jupyter_hubcollab.storage.exclusive import Exclusive

ADA = Actor("ada", "Ada")
API = "/api/2.0/mlflow"


def asked(tracking: Tracking, path: str, body: object) -> Any:
    address = tracking.reach().result(120)
    headers = {**address.headers, "Content-Type": "application/json"}
    request = urllib.request.Request(address.url + API + path, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=150) as reply:
        return json.loads(reply.read() or b"null")


def new_run(tracking: Tracking, name: str) -> str:
    made = asked(tracking, "/runs/create", {"experiment_id": "0", "run_name": name, "start_time": 1})
    return str(made["run"]["info"]["run_id"])


def log(tracking: Tracking, run: str, step: int) -> None:
    body = {"run_id": run, "key": "loss", "value": 1 / (step + 1), "timestamp": step, "step": step}
    asked(tracking, "/runs/log-metric", body)


def test_a_locked_database_is_waited_for(mlflow_child: Tracking) -> None:
    """Somebody else writes for a while: logging takes longer, and is not refused; reading goes on."""
    run = new_run(mlflow_child, "while locked")
    other = sqlite3.connect(mlflow_child.database, isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    done = threading.Thread(target=log, args=(mlflow_child, run, 7))
    done.start()

    assert SqlStore(mlflow_child.database).some([run])[0].name == "while locked"
    done.join(1.0)
    assert done.is_alive()
    other.execute("COMMIT")
    other.close()
    done.join(150)

    assert [point.step for point in SqlStore(mlflow_child.database).history(run)["loss"]] == [7]


def test_many_runs_log_at_the_same_moment(mlflow_child: Tracking) -> None:
    """MLflow takes two connections for a batch; where each of many has one and waits for another, all would stand."""
    runs = [new_run(mlflow_child, f"one of many {number}") for number in range(32)]
    together = threading.Barrier(len(runs))

    def write(run: str) -> None:
        metrics = [{"key": "loss", "value": 1, "timestamp": step, "step": step} for step in range(100)]
        together.wait(150)
        for _ in range(3):
            asked(mlflow_child, "/runs/log-batch", {"run_id": run, "metrics": metrics})

    with ThreadPoolExecutor(len(runs)) as pool:
        list(pool.map(write, runs))  # who stands for half a minute is refused

    assert all(len(SqlStore(mlflow_child.database).history(run)["loss"]) == 100 for run in runs[:3])


def test_a_database_that_is_broken_is_said_so(tmp_path: Path, heard: Any) -> None:
    """The table of runs says what is wrong and where, the rest of the hub lives."""
    database = tmp_path / "mlflow.db"
    database.write_bytes(b"this is no database" * 1000)
    runs = Runs(Tracking(tmp_path, heard, environ={}), SqlStore(database), heard)

    with pytest.raises(TrackingUnavailable, match=r"mlflow\.db cannot be read"):
        runs.list(ADA, RunQuery())


def test_a_full_disk_is_an_error_of_the_client_and_not_of_the_child(tmp_path: Path, heard: Any) -> None:
    """What does not fit is refused, what was logged before stays, and the child lives on."""
    # A limit on the size of files is what a full disk is to a program: a write fails in the middle.
    limit = "import resource, sys, signal, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (24 << 20, 24 << 20));"
    limit += "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    limit += "runpy.run_module('jupyter_hubcollab.experiments.child', run_name='__main__')"
    tracking = Tracking(tmp_path, heard, environ=dict(os.environ), command=[sys.executable, "-P", "-c", limit])
    run = new_run(tracking, "on a small disk")
    log(tracking, run, 1)
    address = tracking.reach().result(150)
    url = f"{address.url}/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/large.bin"
    request = urllib.request.Request(url, b"x" * (48 << 20), dict(address.headers), method="PUT")

    with pytest.raises((urllib.error.HTTPError, ConnectionError, urllib.error.URLError)):
        urllib.request.urlopen(request, timeout=150).read()

    log(tracking, run, 2)
    assert [point.step for point in SqlStore(tracking.database).history(run)["loss"]] == [1, 2]
    assert tracking.state().state == "ready"
    tracking.stop()


def test_a_run_of_ten_thousand_parameters_is_logged_and_shown(mlflow_child: Tracking) -> None:
    """Its table row is short, its page has them all."""
    run = new_run(mlflow_child, "wide 数字")
    for start in range(0, 10_000, 100):
        params = [{"key": f"größe {number}", "value": "🙂" * 50} for number in range(start, start + 100)]
        asked(mlflow_child, "/runs/log-batch", {"run_id": run, "params": params})

    page = Runs(mlflow_child, SqlStore(mlflow_child.database), lambda _: None).page(ADA, run)

    assert len(page.run.params) == 10_000
    assert page.run.params["größe 9999"] == "🙂" * 50


def test_an_artifact_is_streamed_to_a_preview_that_reads_little(mlflow_child: Tracking) -> None:
    """Of a large file only the beginning is read, whatever its size (HUBCOLLAB_SOAK_GB makes it larger)."""
    from jupyter_hubcollab.experiments.artifacts import LARGEST_READ, Artifacts

    size = int(float(os.environ.get("HUBCOLLAB_SOAK_GB", "0.03")) * (1 << 30))
    run = new_run(mlflow_child, "large file")
    folder = mlflow_child.folder / "artifacts" / "0" / run / "artifacts"
    folder.mkdir(parents=True)
    with (folder / "log.txt").open("wb") as file:
        file.write(b"the first line\n")
        file.truncate(size)
    (folder / "table.csv").write_text("a,b\n" + "1,größe\n" * 5000)
    rest = Rest(mlflow_child)
    artifacts = Artifacts(Runs(mlflow_child, SqlStore(mlflow_child.database), lambda _: None), rest)

    found = artifacts.preview(ADA, run, "log.txt")
    table = artifacts.preview(ADA, run, "table.csv")

    assert (found.size_bytes, found.kind) == (size, "binary")  # the zeros of a sparse file are no text
    assert (table.kind, table.columns, table.rows[0], table.truncated) == ("table", ["a", "b"], ["1", "größe"], True)
    assert size > LARGEST_READ
    assert [entry.path for entry in artifacts.list(ADA, run).entries] == ["log.txt", "table.csv"]
    rest.close()


def test_two_servers_do_not_share_a_store(tmp_path: Path) -> None:
    """The second one says who has it; two MLflow children on one database would fight."""
    first = Exclusive(tmp_path, "the server at http://one/")

    with pytest.raises(Unavailable, match="http://one/"):
        Exclusive(tmp_path, "the server at http://two/")
    first.release()
