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
from ..wire import Point
from .recorded import KERNEL_TAG, MOST_NAMES, MOST_POINTS, NOTEBOOK_TAG, SHOWN_TAGS, Recorded, at, finite

LONGEST_VALUE = 500

Rows = list[tuple[Any, ...]]

_RUNS = """
    SELECT r.run_uuid, r.name, r.experiment_id, e.name, r.status, r.user_id, r.start_time, r.end_time
    FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id
    WHERE r.lifecycle_stage = 'active' AND {condition}
    ORDER BY r.start_time DESC, r.run_uuid LIMIT ?"""
_OF_NOTEBOOK = "r.run_uuid IN (SELECT run_uuid FROM tags WHERE key = ? AND value = ?)"
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
_WITH_MODEL = """
    SELECT i.source_id FROM inputs i JOIN logged_models m ON m.model_id = i.destination_id
    WHERE i.source_type = 'RUN_OUTPUT' AND i.destination_type = 'MODEL_OUTPUT' AND i.source_id IN ({ids})
      AND m.lifecycle_stage = 'active' AND m.status = 2"""
# Every k-th point and the last one, so that a chart of a million points is still a thousand.
_HISTORY = """
    SELECT key, step, timestamp, iif(is_nan, NULL, value) FROM (
        SELECT *, row_number() OVER (PARTITION BY key ORDER BY step, timestamp) AS n,
                  count(*) OVER (PARTITION BY key) AS total
        FROM metrics WHERE run_uuid = ?
    ) WHERE (n - 1) % ((total + :most) / :most) = 0 OR n = total ORDER BY key, n"""


class SqlStore:
    """The runs in one SQLite file; no file yet means no runs."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._uri = f"file:{quote(str(database))}?mode=ro"

    def newest(self, notebook: str | None, limit: int) -> list[Recorded]:
        """Runs that are not deleted, newest first."""
        if notebook is None:
            return self._runs("1", [], limit)
        return self._runs(_OF_NOTEBOOK, [NOTEBOOK_TAG, notebook], limit)

    def some(self, ids: Sequence[str], most_names: int = MOST_NAMES) -> list[Recorded]:
        """Those of *ids* that are there and not deleted."""
        return self._runs(f"r.run_uuid IN ({_marks(ids)})", ids, len(ids), most_names)

    def history(self, id: str) -> dict[str, list[Point]]:
        """The values of each metric of a run, thinned."""
        points: dict[str, list[Point]] = {}
        for key, step, timestamp, value in self._rows(_HISTORY.replace(":most", str(MOST_POINTS - 1)), [id]):
            points.setdefault(key, []).append(Point(step=step, at=at(timestamp), value=finite(value)))
        return points

    def of_experiment(self, experiment_id: str) -> list[str]:
        """Ids of the newest runs of an experiment, deleted ones too."""
        query = "SELECT run_uuid FROM runs WHERE experiment_id = ? ORDER BY start_time DESC LIMIT 1000"
        return [row[0] for row in self._rows(query, [experiment_id])]

    def running_in(self, kernel: str) -> list[str]:
        """Ids of the runs that a kernel began and did not end."""
        query = """SELECT r.run_uuid FROM tags t JOIN runs r ON r.run_uuid = t.run_uuid
                   WHERE t.key = ? AND t.value = ? AND r.status = 'RUNNING'"""
        return [row[0] for row in self._rows(query, [KERNEL_TAG, kernel])]

    def _runs(self, condition: str, values: Iterable[Any], limit: int, most_names: int = MOST_NAMES) -> list[Recorded]:
        with self._opened() as ask:
            rows = ask(_RUNS.format(condition=condition), [*values, limit])
            ids = [row[0] for row in rows]
            marks, keys = _marks(ids), _marks(SHOWN_TAGS)
            tags = _by_run(ask(_TAGS.format(ids=marks, keys=keys), [*ids, *SHOWN_TAGS]))
            params = _by_run(ask(_PARAMS.format(ids=marks), [LONGEST_VALUE, *ids, most_names]))
            metrics = _by_run(ask(_METRICS.format(ids=marks), [*ids, most_names]))
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
                tags=tags.get(id, {}),
                params=params.get(id, {}),
                metrics={key: finite(value) for key, value in metrics.get(id, {}).items()},
            )
            for id, name, experiment_id, experiment, status, user, started_ms, ended_ms in rows
        ]

    def _rows(self, query: str, values: Sequence[Any]) -> Rows:
        with self._opened() as ask:
            return ask(query, values)

    @contextmanager
    def _opened(self) -> Iterator[Callable[[str, Sequence[Any]], Rows]]:
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


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _by_run(rows: Iterable[tuple[Any, ...]]) -> dict[str, dict[str, Any]]:
    grouped: dict[str, dict[str, Any]] = {}
    for run, key, value in rows:
        grouped.setdefault(run, {})[key] = value
    return grouped
