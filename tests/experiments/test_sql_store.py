"""Reading runs beside MLflow: what its client logged is what the table shows."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_hubcollab.errors import TrackingUnavailable
from jupyter_hubcollab.experiments.recorded import MOST_NAMES, MOST_POINTS, NOTEBOOK_TAG
from jupyter_hubcollab.experiments.rest import Rest
from jupyter_hubcollab.experiments.rest_store import RestStore
from jupyter_hubcollab.experiments.sql_store import SqlStore
from jupyter_hubcollab.experiments.tracking import Tracking

LOG = """
import math, sys, time, mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param
mlflow.set_tracking_uri("sqlite:///" + sys.argv[1])
client = MlflowClient()
experiment = client.create_experiment("Größe 数字 " + sys.argv[2])

def made(name, **tags):
    return client.create_run(experiment, run_name=name, tags=tags).info.run_id

notebook = "a 'b' c.ipynb"
odd = made("prueba ñ", **{"hubcollab.notebook": notebook, "hubcollab.cell": "c1", "hubcollab.user": "ada"})
for step, value in enumerate([1.0, math.nan, math.inf, -math.inf, 0.25]):
    client.log_metric(odd, "loss", value, step=step)
client.log_metric(odd, "nan", math.nan)
client.log_metric(odd, "inf", math.inf)
client.log_param(odd, "größe", "x" * 5000)
client.set_terminated(odd)
time.sleep(0.002)
wide = made("wide", **{"hubcollab.notebook": "wide.ipynb", "hubcollab.kernel": "k-1"})
for start in range(0, int(sys.argv[3]), 100):
    client.log_batch(wide, params=[Param(f"p{i:05}", str(i)) for i in range(start, start + 100)])
time.sleep(0.002)
long = made("long")
for start in range(0, 5000, 1000):
    client.log_batch(long, metrics=[Metric("loss", i / 5000, i, i) for i in range(start, start + 1000)])
gone = made("gone")
client.delete_run(gone)
print(experiment, odd, wide, long, gone)
"""


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> tuple[SqlStore, list[str]]:
    """Runs in a database that the installed MLflow made."""
    database = tmp_path_factory.mktemp("a b") / "mlflow.db"
    environ = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    arguments = [sys.executable, "-W", "ignore", "-c", LOG, str(database), "1", "10000"]
    printed = subprocess.run(arguments, env=environ, capture_output=True, text=True, check=True)
    return SqlStore(database), printed.stdout.split()


def test_the_newest_run_comes_first_and_deleted_ones_do_not(logged: tuple[SqlStore, list[str]]) -> None:
    """The table is what people expect."""
    store, (_, odd, wide, long, _gone) = logged

    assert [run.id for run in store.newest(None, 100)] == [long, wide, odd]
    assert [run.id for run in store.newest(None, 2)] == [long, wide]


def test_runs_are_found_by_their_notebook(logged: tuple[SqlStore, list[str]]) -> None:
    """Also when its name has quotes."""
    store, (_, odd, *_) = logged

    found = store.newest("a 'b' c.ipynb", 100)

    assert [run.id for run in found] == [odd]
    assert found[0].tags[NOTEBOOK_TAG] == "a 'b' c.ipynb"


def test_what_json_cannot_hold_is_said_in_words(logged: tuple[SqlStore, list[str]]) -> None:
    """NaN and both infinities."""
    store, (_, odd, *_) = logged

    run = store.some([odd])[0]

    assert run.metrics == {"loss": 0.25, "nan": "NaN", "inf": "Infinity"}
    assert [point.value for point in store.history(odd)["loss"]] == [1.0, "NaN", "Infinity", "-Infinity", 0.25]


def test_any_alphabet_and_long_values_are_shown(logged: tuple[SqlStore, list[str]]) -> None:
    """Long values are cut, names are whole."""
    store, (_, odd, *_) = logged

    run = store.some([odd])[0]

    assert (run.name, run.experiment, run.status) == ("prueba ñ", "Größe 数字 1", "FINISHED")
    assert run.params == {"größe": "x" * 500}


def test_ten_thousand_parameters_do_not_flood_the_table(logged: tuple[SqlStore, list[str]]) -> None:
    """The table has the first ones; the run's own page has all."""
    store, (_, _, wide, *_) = logged

    assert len(store.newest("wide.ipynb", 100)[0].params) == MOST_NAMES
    assert len(store.some([wide], most_names=20_000)[0].params) == 10_000


def test_a_long_history_is_thinned_and_keeps_its_ends(logged: tuple[SqlStore, list[str]]) -> None:
    """A chart of five thousand points is drawn from a thousand."""
    store, (_, _, _, long, _) = logged

    points = store.history(long)["loss"]

    assert len(points) <= MOST_POINTS
    assert (points[0].step, points[-1].step) == (0, 4999)
    assert [point.step for point in points] == sorted(point.step for point in points)


def test_the_runs_of_a_kernel_are_known(logged: tuple[SqlStore, list[str]]) -> None:
    """Those that it began and did not end."""
    store, (_, _, wide, *_) = logged

    assert store.running_in("k-1") == [wide]
    assert store.running_in("k-2") == []


def test_an_experiment_s_runs_are_known_deleted_or_not(logged: tuple[SqlStore, list[str]]) -> None:
    """When an experiment goes or comes back, all of them are news."""
    store, (experiment, *runs) = logged

    assert set(store.of_experiment(experiment)) == set(runs)


def test_no_file_means_no_runs(tmp_path: Path) -> None:
    """Before the first use there is nothing, and looking makes nothing."""
    store = SqlStore(tmp_path / "mlflow.db")

    assert store.newest(None, 100) == []
    assert not (tmp_path / "mlflow.db").exists()


def test_a_database_that_is_being_made_has_no_runs_yet(tmp_path: Path) -> None:
    """MLflow makes its tables one after the other."""
    sqlite3.connect(tmp_path / "mlflow.db").close()

    assert SqlStore(tmp_path / "mlflow.db").newest(None, 100) == []


def test_a_broken_database_is_a_clear_refusal(tmp_path: Path) -> None:
    """It names the file."""
    (tmp_path / "mlflow.db").write_bytes(b"no database, but long enough to look like one" * 100)

    with pytest.raises(TrackingUnavailable, match=r"mlflow\.db"):
        SqlStore(tmp_path / "mlflow.db").newest(None, 100)


def test_both_stores_tell_the_same(mlflow_child: Tracking) -> None:
    """Reading by SQL and by MLflow's own API gives equal runs."""
    environ = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    arguments = [sys.executable, "-W", "ignore", "-c", LOG, str(mlflow_child.database), "2", "100"]
    printed = subprocess.run(arguments, env=environ, capture_output=True, text=True, check=True)
    _, *ids = printed.stdout.split()
    sql, rest = SqlStore(mlflow_child.database), RestStore(client := Rest(mlflow_child))

    by_sql, by_rest = sql.some(ids), rest.some(ids)

    assert {run.id: run.metrics for run in by_sql} == {run.id: run.metrics for run in by_rest}
    assert {run.id: (run.name, run.status, run.tags, run.started_ms) for run in by_sql} == {
        run.id: (run.name, run.status, run.tags, run.started_ms) for run in by_rest
    }
    assert [run.id for run in rest.newest("wide.ipynb", 5)] == [run.id for run in sql.newest("wide.ipynb", 5)]
    assert rest.running_in("k-1") == sql.running_in("k-1")
    assert len(rest.history(ids[2])["loss"]) <= MOST_POINTS + 10
    client.close()
