"""Finding runs: what the search field means, and what MLflow's database answers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from jupyter_hubcollab.errors import BadQuery
from jupyter_hubcollab.experiments.conditions import parse
from jupyter_hubcollab.experiments.run_query import RunQuery, order_key, read
from jupyter_hubcollab.experiments.sql_store import SqlStore

LOG = """
import sys, time, mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
mlflow.set_tracking_uri("sqlite:///" + sys.argv[1])
client = MlflowClient()
experiment = client.create_experiment("Zahlen 数字")
rows = [("ada", "sgd", "0.1", 0.91, "FINISHED"), ("bob", "sgd", "0.01", 0.95, "FINISHED"),
        ("ada", "adam", "0.001", float("nan"), "FAILED"), ("eve", "adam", "1e-4", 0.85, "RUNNING")]
for number, (user, solver, rate, accuracy, status) in enumerate(rows):
    run = client.create_run(experiment, run_name=f"run_{number}", start_time=1000 + number,
                            tags={"hubcollab.user": user, "hubcollab.notebook": "lab/größe.ipynb"}).info.run_id
    client.log_batch(run, params=[Param("solver", solver), Param("lr", rate), Param("my param", "x y")],
                     metrics=[Metric("accuracy", accuracy, 5, 3), Metric("val.loss", 1 - number / 10, 5, 1)])
    if number:
        client.log_metric(run, "extra", number)
    if number < 3:
        client.log_metric(run, "odd", [float("inf"), 0.5, -float("inf")][number])
    if status != "RUNNING":
        client.set_terminated(run, status, end_time=1000 + 2000 * (number + 1))
for step in range(50):
    client.log_metric(run, "curve", step * step, step=step)
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SqlStore:
    """Runs in a database that the installed MLflow made."""
    database = tmp_path_factory.mktemp("runs") / "mlflow.db"
    environ = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    subprocess.run([sys.executable, "-W", "ignore", "-c", LOG, str(database)], env=environ, check=True)
    return SqlStore(database)


def found(store: SqlStore, text: str, **options: object) -> list[str]:
    conditions, words = read(text)
    runs, total = store.find(RunQuery(conditions=conditions, words=words, **options))  # type: ignore[arg-type]
    assert total == len(runs) or "limit" in options
    return [run.name.removeprefix("run_") for run in runs]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ["3", "2", "1", "0"]),
        ("metrics.accuracy > 0.9", ["1", "0"]),
        ("metrics.accuracy > 0.9 AND params.solver = 'sgd' and metrics.accuracy<=0.91", ["0"]),
        ("metrics.`val.loss` < 0.85", ["3", "2"]),
        ("val.loss < 0.85", ["3", "2"]),
        ("params.`my param` = 'x y'", ["3", "2", "1", "0"]),
        ('params."solver" LIKE "s%"', ["1", "0"]),
        ("params.solver LIKE 'S%'", []),
        ("params.solver ILIKE 'S%'", ["1", "0"]),
        ("params.solver != 'sgd'", ["3", "2"]),
        ("params.lr < 0.01", ["3", "2"]),
        ("lr = 0.1", ["0"]),
        ("accuracy>=0.9 solver=sgd ada", ["0"]),
        ("metrics.extra IS NULL", ["0"]),
        ("metrics.extra IS NOT NULL AND attributes.status = 'FAILED'", ["2"]),
        ("status = 'running'", ["3"]),
        ("status=failed", ["2"]),
        ("attributes.run_name = 'run_1'", ["1"]),
        ("run_name IN ('run_1', 'run_3')", ["3", "1"]),
        ("run_name NOT IN ('run_1', 'run_3')", ["2", "0"]),
        ("user = 'ada'", ["2", "0"]),
        ("tags.hubcollab.user = 'bob'", ["1"]),
        ("tags.`hubcollab.notebook` LIKE '%größe%'", ["3", "2", "1", "0"]),
        ("duration > 3.5 AND duration < 5", ["1"]),
        ("start_time >= 1002", ["3", "2"]),
        ("ada", ["3", "2", "0"]),
        ("ADA sgd", ["0"]),
        ("größe adam", ["3", "2"]),
        ("数字 eve", ["3"]),
        ("'x y'", ["3", "2", "1", "0"]),
        ("100%", []),
        ("run_1", ["1"]),
        ("'; DROP TABLE runs; --", []),
        ("🙂", []),
    ],
)
def test_runs_are_found_by_mlflow_s_language_and_by_words(store: SqlStore, text: str, wanted: list[str]) -> None:
    """Long form, short form, plain words, and all of them together."""
    assert found(store, text) == wanted


@pytest.mark.parametrize(
    ("order", "descending", "wanted"),
    [
        ("start_time", False, ["0", "1", "2", "3"]),
        ("metrics.accuracy", True, ["1", "0", "3", "2"]),
        ("metrics.accuracy", False, ["3", "0", "1", "2"]),
        ("metrics.extra", True, ["3", "2", "1", "0"]),
        ("params.lr", True, ["0", "1", "2", "3"]),
        ("params.solver", False, ["3", "2", "1", "0"]),
        ("user", False, ["2", "0", "1", "3"]),
        ("duration", False, ["0", "1", "2", "3"]),
        ("metrics.nobody", True, ["3", "2", "1", "0"]),
        ("metrics.odd", True, ["1", "0", "2", "3"]),
        ("metrics.odd", False, ["1", "2", "0", "3"]),
    ],
)
def test_runs_are_ordered(store: SqlStore, order: str, descending: bool, wanted: list[str]) -> None:
    """Numbers as numbers; what is NaN or infinite comes after them either way, and last what has no value."""
    assert found(store, "", order=order_key(order), descending=descending) == wanted


def test_a_page_knows_how_many_there_are(store: SqlStore) -> None:
    """So that a long table can be scrolled."""
    runs, total = store.find(RunQuery(offset=1, limit=2))

    assert ([run.name for run in runs], total) == (["run_2", "run_1"], 4)


def test_runs_are_put_together(store: SqlStore) -> None:
    """By a parameter or a person, with the spread of a metric; NaN does not count."""
    by_solver = store.groups(RunQuery(), order_key("params.solver"), "accuracy")
    by_user = store.groups(RunQuery(), order_key("user"), None)

    assert [(group.value, group.runs, group.low, group.high) for group in by_solver] == [
        ("adam", 2, 0.85, 0.85),
        ("sgd", 2, 0.91, 0.95),
    ]
    assert [(group.value, group.runs, group.mean) for group in by_user] == [
        ("ada", 2, None),
        ("bob", 1, None),
        ("eve", 1, None),
    ]


def test_charts_get_a_few_points_of_each_run(store: SqlStore) -> None:
    """A sparkline of forty points is drawn of forty points, its ends among them."""
    runs = store.newest(None, 10)

    series = store.series([run.id for run in runs], ["curve", "extra"], 10)

    curve = next(one for one in series if one.metric == "curve")
    assert len(curve.points) <= 11
    assert (curve.points[0].step, curve.points[-1].step) == (0, 49)
    assert len([one for one in series if one.metric == "extra"]) == 3
    assert store.columns().metrics == ["accuracy", "curve", "extra", "odd", "val.loss"]
    assert store.columns().params == ["lr", "my param", "solver"]
    assert runs[0].step == 49


@pytest.mark.parametrize(
    "text",
    [
        *("metrics.accuracy > 'x'", "attributes.color = 'red'", "start_time > 'x'", "a=1 " * 60),
        *("accuracy >", "ada loss<=", "= "),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(store: SqlStore, text: str) -> None:
    """With words for the user, not with what SQLite says."""
    with pytest.raises(BadQuery):
        found(store, text)


@pytest.mark.parametrize(
    "text", ["name = ", "name", "name = 'x' OR name = 'y'", "= 3", "name = 'x' AND", "name IN 'x'"]
)
def test_mlflow_s_language_alone_is_strict(text: str) -> None:
    """The registry takes no plain words."""
    with pytest.raises(BadQuery):
        parse(text)


@pytest.mark.parametrize("order", ["color", "metrics", "tags.x", "'; DROP TABLE runs"])
def test_an_order_that_makes_no_sense_is_refused(order: str) -> None:
    """Only what a run has can order runs."""
    with pytest.raises(BadQuery):
        order_key(order)
