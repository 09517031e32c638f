"""The MLflow run that a model comes from: what it logged goes into the version."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import RunNotFound
from .energy import ENERGY_TAG


@dataclass(frozen=True, slots=True)
class Logged:
    """What a run knows of its model."""

    run_id: str | None
    metrics: Mapping[str, float]
    parameters: Mapping[str, str]
    dataset: str | None
    energy: Mapping[str, object] | None = None
    """What it took, and how that was estimated."""
    seconds: float | None = None
    """How long it took, up to now if it still runs."""
    data: tuple[str, ...] = ()
    """The data sets that it logged, with their digests."""


NOTHING = Logged(None, {}, {}, None)
AMBIENT = ("system/", "energy/")
"""Metrics that begin so tell of the machine, not of the model."""


def logged(run: Any = None) -> Logged:
    """What *run* (an MLflow run or its id; else the active or last one of this kernel) has logged.

    Raises:
        RunNotFound: the tracking server has no run of this id.
    """
    found = _latest() if run is None else _by_id(run) if isinstance(run, str) else _by_id(run.info.run_id)
    if found is None:
        return NOTHING
    all_of_it = found.data.metrics
    metrics = {
        name: value for name, value in all_of_it.items() if math.isfinite(value) and not name.startswith(AMBIENT)
    }
    return Logged(
        found.info.run_id,
        metrics,
        dict(found.data.params),
        _dataset(found),
        _energy(found),
        _seconds(found),
        _data(found),
    )


def _seconds(run: Any) -> float | None:
    if run.info.start_time is None:
        return None
    return float(round((run.info.end_time or time.time() * 1000) / 1000 - run.info.start_time / 1000, 1))


def _data(run: Any) -> tuple[str, ...]:
    inputs = getattr(getattr(run, "inputs", None), "dataset_inputs", None) or []
    return tuple(f"{one.dataset.name}@{one.dataset.digest}" for one in inputs)


def _energy(run: Any) -> Mapping[str, object] | None:
    """What `energy.py` wrote when the run ended, in the words of the wire."""
    metrics, how = run.data.metrics, run.data.tags.get(ENERGY_TAG)
    if how is None or "energy/CO2eq_g" not in metrics:
        return None
    return {"kwh": metrics.get("energy/kWh"), "co2G": metrics["energy/CO2eq_g"], **json.loads(how)}


def _latest() -> Any:
    mlflow = sys.modules.get("mlflow")
    if mlflow is None or not hasattr(mlflow, "last_active_run"):  # nobody logged anything here
        return None
    active = mlflow.active_run()
    return _by_id(active.info.run_id) if active is not None else _last(mlflow)


def _last(mlflow: Any) -> Any:
    """The run that ended last in this kernel, unless it is of another tracking server than the one of now."""
    try:
        return mlflow.last_active_run()
    except mlflow.MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise RunNotFound(f"MLflow cannot tell which run was the last: {error.message[:200]}") from error
        return None


def _by_id(id: str) -> Any:
    import mlflow

    try:
        return mlflow.MlflowClient().get_run(id)
    except mlflow.MlflowException as error:
        raise RunNotFound(f"MLflow has no run {id}: {error.message[:200]}") from error


def _dataset(run: Any) -> str | None:
    inputs = getattr(getattr(run, "inputs", None), "dataset_inputs", None) or []
    return str(inputs[0].dataset.name) if inputs else None
