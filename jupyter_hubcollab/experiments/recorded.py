"""A run as MLflow recorded it, and how it is shown; both stores, `sql_store.py` and `rest_store.py`, give these."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from ..models.metrics import told
from ..wire import NotFinite, Point, Run, RunColumns, RunEnergy, RunGroup, RunSeries, RunStatus, RunWarning
from .run_query import RunQuery

NOTEBOOK_TAG = "hubcollab.notebook"
CELL_TAG = "hubcollab.cell"
KERNEL_TAG = "hubcollab.kernel"
USER_TAG = "hubcollab.user"
GIT_TAG = "hubcollab.git"
POINT_TAG = "hubcollab.point"
ENERGY_TAG = "hubcollab.energy"
STOPPED_TAG = "hubcollab.stopped_by"
NOTE_TAG = "mlflow.note.content"
LEGACY_MODELS_TAG = "mlflow.log-model.history"
SHOWN_TAGS = (
    *(NOTEBOOK_TAG, CELL_TAG, KERNEL_TAG, USER_TAG, GIT_TAG, LEGACY_MODELS_TAG, "mlflow.user"),
    *(POINT_TAG, ENERGY_TAG, STOPPED_TAG, NOTE_TAG, "hubcollab.steps", "hubcollab.patience"),
)
"""The tags that are read; `client/run_context.py` writes those of ours."""

AMBIENT = ("system/", "energy/")
"""Metrics that begin so tell of the machine, not of the model."""

MOST_NAMES = 200
"""So many parameters and metrics of one run are shown in a table; its own page shows them all."""
MOST_POINTS = 1000
MOST_COLUMNS = 300
LARGEST = 1.797e308
"""MLflow's database holds infinity as the largest number."""

_STATUS: dict[str, RunStatus] = {
    "RUNNING": "running",
    "SCHEDULED": "running",
    "FINISHED": "finished",
    "FAILED": "failed",
    "KILLED": "killed",
}

Alive = Callable[[str, datetime], bool]
"""Does the kernel of this id still run the process that it ran at that time?"""


@dataclass(frozen=True)
class Recorded:
    """A run with its newest metrics."""

    id: str
    name: str
    experiment_id: str
    experiment: str
    status: str
    user: str
    started_ms: int
    ended_ms: int | None
    has_model: bool
    step: int | None = None
    """The highest step of its metrics."""
    tags: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float | NotFinite] = field(default_factory=dict)


class RunStore(Protocol):
    """Where runs are read."""

    def find(self, query: RunQuery) -> tuple[list[Recorded], int]:
        """A page of the runs that are wanted, and how many there are in all."""
        ...

    def groups(self, query: RunQuery, by: str, metric: str | None) -> list[RunGroup]:
        """The wanted runs put together by a value."""
        ...

    def columns(self) -> RunColumns:
        """The names of all metrics and parameters, at most `MOST_COLUMNS` of each."""
        ...

    def series(self, ids: Sequence[str], metrics: Sequence[str], most: int) -> list[RunSeries]:
        """The values of metrics of several runs, at most *most* points of each."""
        ...

    def newest(self, notebook: str | None, limit: int) -> list[Recorded]:
        """Runs that are not deleted, newest first."""
        ...

    def some(self, ids: Sequence[str], most_names: int = MOST_NAMES) -> list[Recorded]:
        """Those of *ids* that are there and not deleted."""
        ...

    def history(self, id: str) -> dict[str, list[Point]]:
        """The values of each metric of a run, at most `MOST_POINTS` of each."""
        ...

    def of_experiment(self, experiment_id: str) -> list[str]:
        """Ids of the newest runs of an experiment, deleted ones too."""
        ...

    def running_in(self, kernel: str) -> list[str]:
        """Ids of the runs that a kernel began and did not end."""
        ...


def at(milliseconds: int | None) -> datetime:
    """MLflow's time as ours."""
    return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)


def logged(value: float | None) -> float | NotFinite:
    """A value as MLflow's database has it: none where it is NaN, the largest number where it is infinite."""
    if value is None:
        return "NaN"
    return told(math.copysign(math.inf, value) if abs(value) > LARGEST else value)


@dataclass(frozen=True, slots=True)
class Health:
    """How far a run is, and what is wrong with it."""

    progress: float | None = None
    warnings: tuple[RunWarning, ...] = ()


FINE = Health()


def shown(run: Recorded, alive: Alive, health: Health = FINE) -> Run:
    """*run* as the panel shows it; a run whose kernel died without ending it is lost."""
    status = _STATUS.get(run.status, "running")
    started_at = at(run.started_ms)
    kernel = run.tags.get(KERNEL_TAG)
    if status == "running" and kernel and not alive(kernel, started_at):
        status = "lost"
    return Run(
        id=run.id,
        name=run.name,
        experiment=run.experiment,
        status=status,
        user=run.tags.get(USER_TAG) or run.tags.get("mlflow.user") or run.user,
        started_at=started_at,
        ended_at=at(run.ended_ms) if run.ended_ms else None,
        notebook=run.tags.get(NOTEBOOK_TAG),
        cell=run.tags.get(CELL_TAG),
        metrics=run.metrics,
        params=run.params,
        has_model=run.has_model or bool(legacy_models(run)),
        kernel=kernel,
        step=run.step,
        progress=health.progress,
        warnings=list(health.warnings),
        stopped_by=run.tags.get(STOPPED_TAG),
        note=run.tags.get(NOTE_TAG, ""),
        energy=energy_of(run),
    )


def energy_of(run: Recorded) -> RunEnergy | None:
    """What the run took of energy, where it was measured."""
    kwh, co2_g = run.metrics.get("energy/kWh"), run.metrics.get("energy/CO2eq_g")
    if not isinstance(kwh, float) or not isinstance(co2_g, float):
        return None
    try:
        how = json.loads(run.tags.get(ENERGY_TAG) or "{}")
    except ValueError:
        how = {}
    known = how if isinstance(how, dict) else {}
    source, country, hardware = (str(known.get(name, "")) for name in ("source", "country", "hardware"))
    return RunEnergy(kwh=kwh, co2_g=co2_g, source=source or "(estimated)", country=country, hardware=hardware)


def legacy_models(run: Recorded) -> list[str]:
    """Artifact paths of the models that an MLflow before 3 logged in the run, newest first."""
    try:
        logged = json.loads(run.tags.get(LEGACY_MODELS_TAG) or "[]")
    except ValueError:
        return []
    paths = [str(model["artifact_path"]) for model in logged if isinstance(model, dict) and "artifact_path" in model]
    return paths[::-1]
