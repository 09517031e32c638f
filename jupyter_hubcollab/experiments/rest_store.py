"""Reads runs by MLflow's REST API: for a team's own server, whose database is not ours to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import BadQuery, NotSupported, RunNotFound
from ..wire import NotFinite, Point, RunColumns, RunGroup, RunSeries
from .conditions import Condition
from .recorded import KERNEL_TAG, MOST_COLUMNS, MOST_NAMES, MOST_POINTS, NOTEBOOK_TAG, SHOWN_TAGS, Recorded, at, logged
from .rest import API, PAGES_API, Rest
from .run_query import RunQuery

MOST_EXPERIMENTS = 1000
COLUMNS_OF = 100
MOST_CHARTS = 50


_ENTITIES = {"metric": "metrics", "param": "params", "tag": "tags", "attribute": "attributes"}
_KNOWN = ("status", "run_name", "run_id", "user_id", "start_time", "end_time", "artifact_uri")


class RestStore:
    """The runs of one MLflow server."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def find(self, query: RunQuery) -> tuple[list[Recorded], int]:
        """A page of the runs that are wanted; of the rest MLflow says only whether there are more."""
        condition = " AND ".join([*map(_clause, query.conditions), *map(_word, query.words)])
        if query.notebook is not None:
            condition = " AND ".join(filter(None, [f"tags.`{NOTEBOOK_TAG}` = {_quoted(query.notebook)}", condition]))
        wanted = query.offset + query.limit + 1
        found = self._search(self._experiments(), condition, wanted, _order(query))
        return found[query.offset : query.offset + query.limit], len(found)

    def groups(self, query: RunQuery, by: str, metric: str | None) -> list[RunGroup]:  # noqa: ARG002
        """Refused: MLflow's REST API cannot count."""
        raise NotSupported("runs of a team's own MLflow server are not grouped; filter them instead")

    def columns(self) -> RunColumns:
        """The names that the newest runs have."""
        runs = self.newest(None, COLUMNS_OF)
        metrics = {name for run in runs for name in run.metrics}
        params = {name for run in runs for name in run.params}
        return RunColumns(metrics=sorted(metrics)[:MOST_COLUMNS], params=sorted(params)[:MOST_COLUMNS])

    def series(self, ids: Sequence[str], metrics: Sequence[str], most: int) -> list[RunSeries]:
        """The values of metrics of several runs, thinned by MLflow."""
        found = [RunSeries(run=id, metric=name, points=self._points(id, name, most)) for id in ids for name in metrics]
        return [series for series in found if series.points]

    def newest(self, notebook: str | None, limit: int) -> list[Recorded]:
        """Runs that are not deleted, newest first."""
        condition = "" if notebook is None else f"tags.`{NOTEBOOK_TAG}` = {_quoted(notebook)}"
        return self._search(self._experiments(), condition, limit)

    def some(self, ids: Sequence[str], most_names: int = MOST_NAMES) -> list[Recorded]:
        """Those of *ids* that are there and not deleted."""
        found = []
        for id in ids:
            try:
                run = self._rest.get(f"{API}/runs/get", run_id=id)["run"]
            except RunNotFound:
                continue
            if run["info"].get("lifecycle_stage") != "deleted":
                experiment = self._rest.get(f"{API}/experiments/get", experiment_id=run["info"]["experiment_id"])
                found.append(_recorded(run, experiment["experiment"]["name"], most_names))
        return found

    def history(self, id: str) -> dict[str, list[Point]]:
        """The values of the first metrics of a run, thinned by MLflow."""
        runs = self.some([id])
        names = sorted(runs[0].metrics)[:MOST_CHARTS] if runs else []
        return {name: self._points(id, name) for name in names}

    def of_experiment(self, experiment_id: str) -> list[str]:
        """Ids of the newest runs of an experiment, deleted ones too."""
        asked = {"experiment_ids": [experiment_id], "run_view_type": "ALL", "max_results": 1000}
        return [run["info"]["run_id"] for run in self._rest.post(f"{API}/runs/search", asked).get("runs", [])]

    def running_in(self, kernel: str) -> list[str]:
        """Ids of the runs that a kernel began and did not end."""
        condition = f"tags.`{KERNEL_TAG}` = {_quoted(kernel)} AND attributes.status = 'RUNNING'"
        return [run.id for run in self._search(self._experiments(), condition, 1000)]

    def _experiments(self) -> dict[str, str]:
        found = self._rest.post(f"{API}/experiments/search", {"max_results": MOST_EXPERIMENTS}).get("experiments", [])
        return {experiment["experiment_id"]: experiment["name"] for experiment in found}

    def _search(
        self, experiments: dict[str, str], condition: str, limit: int, order: str = "attributes.start_time DESC"
    ) -> list[Recorded]:
        asked = {
            "experiment_ids": list(experiments),
            "filter": condition,
            "max_results": limit,
            "order_by": [order],
        }
        found = self._rest.post(f"{API}/runs/search", asked).get("runs", []) if experiments else []
        return [_recorded(run, experiments.get(run["info"]["experiment_id"], "")) for run in found]

    def _points(self, id: str, name: str, most: int = MOST_POINTS) -> list[Point]:
        found = self._rest.get(
            f"{PAGES_API}/metrics/get-history-bulk-interval",
            run_ids=id,
            metric_key=name,
            max_results=str(most),
        )
        return [
            Point(step=int(point.get("step") or 0), at=at(int(point["timestamp"])), value=_number(point.get("value")))
            for point in found.get("metrics", [])
        ]


def _clause(one: Condition) -> str:
    """A condition in MLflow's words."""
    entity = _ENTITIES.get(one.entity) or ("metrics" if isinstance(one.value, float) else "params")
    if one.entity == "attribute" and one.key not in _KNOWN:
        raise BadQuery(f"a team's own MLflow server cannot filter by {one.key}")
    key = one.key if one.entity == "attribute" else f"`{one.key}`"
    if isinstance(one.value, tuple):
        return f"{entity}.{key} {one.comparator} ({', '.join(map(_quoted, one.value))})"
    if one.value is None:
        return f"{entity}.{key} {one.comparator}"
    number = isinstance(one.value, float) and entity != "params"
    return f"{entity}.{key} {one.comparator} {one.value if number else _quoted(str(one.value))}"


def _word(word: str) -> str:
    return f"attributes.run_name ILIKE {_quoted(f'%{word}%')}"


def _order(query: RunQuery) -> str:
    entity, _, key = query.order.partition(".")
    name = key if entity == "attribute" and key in _KNOWN else f"`{key}`" if entity != "attribute" else "start_time"
    return f"{_ENTITIES.get(entity, 'attributes')}.{name} {'DESC' if query.descending else 'ASC'}"


def _quoted(text: str) -> str:
    # MLflow's filter language has two kinds of quotes and no escape.
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    raise BadQuery("MLflow cannot filter by a name that has both kinds of quotes; rename the notebook")


def _number(value: object) -> float | NotFinite:
    """A metric; MLflow writes NaN and infinity as text."""
    return logged(float(value) if isinstance(value, int | float | str) else None)


def _pairs(entries: Iterable[dict[str, Any]]) -> dict[str, str]:
    return {entry["key"]: entry.get("value", "") for entry in entries}


def _recorded(run: dict[str, Any], experiment: str, most_names: int = MOST_NAMES) -> Recorded:
    info, logged = run["info"], run.get("data", {})
    tags = _pairs(logged.get("tags", []))
    ended = info.get("end_time")
    metrics = sorted(logged.get("metrics", []), key=lambda metric: str(metric["key"]))[:most_names]
    return Recorded(
        id=info["run_id"],
        name=info.get("run_name") or "",
        experiment_id=info["experiment_id"],
        experiment=experiment,
        status=info.get("status", "RUNNING"),
        user=info.get("user_id") or "",
        started_ms=int(info.get("start_time") or 0),
        ended_ms=int(ended) if ended else None,
        has_model=bool(run.get("outputs", {}).get("model_outputs")),
        step=max((int(metric.get("step") or 0) for metric in metrics), default=None),
        tags={name: value for name, value in tags.items() if name in SHOWN_TAGS},
        params=dict(sorted(_pairs(logged.get("params", [])).items())[:most_names]),
        metrics={metric["key"]: _number(metric.get("value")) for metric in metrics},
    )
