"""Reads runs from the SQLite file of our own MLflow child: a hundred rows in 10 ms, where its REST API takes 200 ms.

Read-only and beside MLflow, which may write meanwhile (WAL). The tables are MLflow's;
``tests/experiments/test_sql_store.py`` holds the queries against the installed version.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..errors import TrackingUnavailable
from ..wire import Point, RunColumns, RunGroup, RunSeries
from . import run_sql
from .recorded import KERNEL_TAG, LARGEST, MOST_COLUMNS, MOST_NAMES, MOST_POINTS, SHOWN_TAGS, Recorded, at, logged
from .run_query import RunQuery

LONGEST_VALUE = 500
MOST_GROUPS = 200

Rows = list[tuple[Any, ...]]
Ask = Callable[[str, Sequence[Any]], Rows]

_RUNS = """
    SELECT r.run_uuid, r.name, r.experiment_id, e.name, r.status, r.user_id, r.start_time, r.end_time
    FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id {join}
    WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?"""
_COUNT = "SELECT count(*) FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id WHERE {condition}"
_GROUPS = """
    SELECT {value}, count(*), avg(m.value), min(m.value), max(m.value)
    FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id {join}
    LEFT JOIN latest_metrics m ON m.run_uuid = r.run_uuid AND m.key = ? AND NOT m.is_nan AND abs(m.value) <= {largest}
    WHERE {condition} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?"""
_NEWEST_FIRST = "r.start_time DESC, r.run_uuid"
_TAGS = "SELECT run_uuid, key, value FROM tags WHERE run_uuid IN ({ids}) AND key IN ({keys})"
_PARAMS = """
    SELECT run_uuid, key, substr(value, 1, ?) FROM (
        SELECT *, row_number() OVER (PARTITION BY run_uuid ORDER BY key) AS n FROM params WHERE run_uuid IN ({ids})
    ) WHERE n <= ? ORDER BY n"""
_METRICS = """
    SELECT run_uuid, key, iif(is_nan, NULL, value) FROM (
        SELECT *, row_number() OVER (PARTITION BY run_uuid ORDER BY key) AS n
        FROM latest_metrics WHERE run_uuid IN ({ids})
    ) WHERE n <= ? ORDER BY n"""
_STEPS = """
    SELECT run_uuid, '', max(step) FROM latest_metrics WHERE run_uuid IN ({ids}) AND key NOT LIKE 'system/%'
    GROUP BY run_uuid"""
_WITH_MODEL = """
    SELECT i.source_id FROM inputs i JOIN logged_models m ON m.model_id = i.destination_id
    WHERE i.source_type = 'RUN_OUTPUT' AND i.destination_type = 'MODEL_OUTPUT' AND i.source_id IN ({ids})
      AND m.lifecycle_stage = 'active' AND m.status = 2"""
# Every k-th point and the last one, so that a chart of a million points is still a thousand.
_HISTORY = """
    SELECT run_uuid, key, step, timestamp, iif(is_nan, NULL, value) FROM (
        SELECT *, row_number() OVER (PARTITION BY run_uuid, key ORDER BY step, timestamp) AS n,
                  count(*) OVER (PARTITION BY run_uuid, key) AS total
        FROM metrics WHERE run_uuid IN ({ids}){keys}
    ) WHERE (n - 1) % ((total + {most}) / {most}) = 0 OR n = total ORDER BY run_uuid, key, n"""
# The distinct names, one look into the index for each, instead of one for each run.
_NAMES = """
    WITH RECURSIVE found(key) AS (
        SELECT min(key) FROM {table} UNION ALL
        SELECT (SELECT min(key) FROM {table} WHERE key > found.key) FROM found WHERE found.key IS NOT NULL
    ) SELECT key FROM found WHERE key IS NOT NULL LIMIT ?"""


class SqlStore:
    """The runs in one SQLite file; no file yet means no runs."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._uri = f"file:{quote(str(database))}?mode=ro"

    def find(self, query: RunQuery) -> tuple[list[Recorded], int]:
        """A page of the runs that are wanted, and how many there are in all."""
        condition, values = run_sql.where(query)
        join, order, joined = run_sql.order(query)
        sql = _RUNS.format(condition=condition, join=join, order=order)
        with self._opened() as ask:
            total = ask(_COUNT.format(condition=condition), values)
            runs = _recorded(ask, ask(sql, [*joined, *values, query.limit, query.offset]), MOST_NAMES)
        return runs, total[0][0] if total else 0

    def groups(self, query: RunQuery, by: str, metric: str | None) -> list[RunGroup]:
        """The wanted runs put together by a value."""
        condition, values = run_sql.where(query)
        join, value, joined = run_sql.grouping(by)
        sql = _GROUPS.format(condition=condition, join=join, value=value, largest=LARGEST)
        rows = self._rows(sql, [*joined, metric or "", *values, MOST_GROUPS])
        return [
            RunGroup(value=value, runs=count, mean=mean, low=low, high=high) for value, count, mean, low, high in rows
        ]

    def columns(self) -> RunColumns:
        """The names of all metrics and parameters, the first ones of each."""
        with self._opened() as ask:
            metrics, params = (
                [str(row[0]) for row in ask(_NAMES.format(table=table), [MOST_COLUMNS])]
                for table in ("latest_metrics", "params")
            )
        return RunColumns(metrics=metrics, params=params)

    def newest(self, notebook: str | None, limit: int) -> list[Recorded]:
        """Runs that are not deleted, newest first."""
        return self.find(RunQuery(notebook=notebook, limit=limit))[0]

    def some(self, ids: Sequence[str], most_names: int = MOST_NAMES) -> list[Recorded]:
        """Those of *ids* that are there and not deleted."""
        condition = f"r.lifecycle_stage = 'active' AND r.run_uuid IN ({_marks(ids)})"
        sql = _RUNS.format(condition=condition, join="", order=_NEWEST_FIRST)
        with self._opened() as ask:
            return _recorded(ask, ask(sql, [*ids, len(ids), 0]), most_names)

    def history(self, id: str) -> dict[str, list[Point]]:
        """The values of each metric of a run, thinned."""
        return {series.metric: series.points for series in self._series([id], [], MOST_POINTS)}

    def series(self, ids: Sequence[str], metrics: Sequence[str], most: int) -> list[RunSeries]:
        """The values of metrics of several runs, thinned."""
        return self._series(ids, metrics, most) if metrics else []

    def of_experiment(self, experiment_id: str) -> list[str]:
        """Ids of the newest runs of an experiment, deleted ones too."""
        query = "SELECT run_uuid FROM runs WHERE experiment_id = ? ORDER BY start_time DESC LIMIT 1000"
        return [row[0] for row in self._rows(query, [experiment_id])]

    def running_in(self, kernel: str) -> list[str]:
        """Ids of the runs that a kernel began and did not end."""
        query = """SELECT r.run_uuid FROM tags t JOIN runs r ON r.run_uuid = t.run_uuid
                   WHERE t.key = ? AND t.value = ? AND r.status = 'RUNNING'"""
        return [row[0] for row in self._rows(query, [KERNEL_TAG, kernel])]

    def _series(self, ids: Sequence[str], metrics: Sequence[str], most: int) -> list[RunSeries]:
        keys = f" AND key IN ({_marks(metrics)})" if metrics else ""
        sql = _HISTORY.format(ids=_marks(ids), keys=keys, most=max(most - 1, 1))
        points: dict[tuple[str, str], list[Point]] = {}
        for run, key, step, timestamp, value in self._rows(sql, [*ids, *metrics]):
            points.setdefault((run, key), []).append(Point(step=step, at=at(timestamp), value=logged(value)))
        return [RunSeries(run=run, metric=key, points=found) for (run, key), found in points.items()]

    def _rows(self, query: str, values: Sequence[Any]) -> Rows:
        with self._opened() as ask:
            return ask(query, values)

    @contextmanager
    def _opened(self) -> Iterator[Ask]:
        """What answers queries on one connection; where there is no database yet, with nothing."""
        if not self._database.exists():
            yield lambda _query, _values: []
            return
        try:
            with closing(sqlite3.connect(self._uri, uri=True, timeout=10)) as database:
                yield lambda query, values: _fetched(database, query, values)
        except sqlite3.DatabaseError as error:
            raise TrackingUnavailable(f"the runs in {self._database} cannot be read: {error}") from error


def _fetched(database: sqlite3.Connection, query: str, values: Sequence[Any]) -> Rows:
    try:
        return database.execute(query, values).fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):  # MLflow is just making them
            return []
        raise


def _recorded(ask: Ask, rows: Rows, most_names: int) -> list[Recorded]:
    """*rows* of runs with what they logged."""
    ids = [row[0] for row in rows]
    marks, keys = _marks(ids), _marks(SHOWN_TAGS)
    tags = _by_run(ask(_TAGS.format(ids=marks, keys=keys), [*ids, *SHOWN_TAGS]))
    params = _by_run(ask(_PARAMS.format(ids=marks), [LONGEST_VALUE, *ids, most_names]))
    metrics = _by_run(ask(_METRICS.format(ids=marks), [*ids, most_names]))
    steps = _by_run(ask(_STEPS.format(ids=marks), ids))
    with_model = {row[0] for row in ask(_WITH_MODEL.format(ids=marks), ids)}
    return [
        Recorded(
            id=id,
            name=name or "",
            experiment_id=str(experiment_id),
            experiment=experiment,
            status=status,
            user=user or "",
            started_ms=started_ms or 0,
            ended_ms=ended_ms,
            has_model=id in with_model,
            step=steps.get(id, {}).get(""),
            tags=tags.get(id, {}),
            params=params.get(id, {}),
            metrics={key: logged(value) for key, value in metrics.get(id, {}).items()},
        )
        for id, name, experiment_id, experiment, status, user, started_ms, ended_ms in rows
    ]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _by_run(rows: Iterable[tuple[Any, ...]]) -> dict[str, dict[str, Any]]:
    grouped: dict[str, dict[str, Any]] = {}
    for run, key, value in rows:
        grouped.setdefault(run, {})[key] = value
    return grouped
