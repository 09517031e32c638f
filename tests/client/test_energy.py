"""Energy of runs: measured beside them, written at their end, never in their way."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_hubcollab.client import energy
from jupyter_hubcollab.client.energy import ENERGY_TAG, Meter, Meters


class Tracker:
    """Measures as much energy as it is told."""

    def __init__(self, kwh: float) -> None:
        self._kwh = kwh
        self.stopped = False

    def start(self) -> None:
        pass

    def stop(self) -> None:
        self.stopped = True

    @property
    def final_emissions_data(self) -> Any:
        return SimpleNamespace(
            energy_consumed=self._kwh,
            emissions=self._kwh / 4,
            codecarbon_version="3.3.2",
            country_iso_code="HUN",
            gpu_model="",
            cpu_model="a processor",
            duration=2.04,
        )


class Mlflow:
    """As much of MLflow as a meter needs: the active run, and what is written to it."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.written: dict[str, dict[str, Any]] = {}

    def active_run(self) -> Any:
        return SimpleNamespace(info=SimpleNamespace(run_id=self.runs[-1])) if self.runs else None

    def log_metrics(self, metrics: dict[str, float]) -> None:
        self.written.setdefault(self.runs[-1], {}).update(metrics)

    def set_tag(self, name: str, value: str) -> None:
        self.written.setdefault(self.runs[-1], {})[name] = value


def ready(meters: Meters) -> None:
    for meter in (*meters._nameless, *meters._by_run.values()):
        meter._thread.join()


def test_each_run_gets_what_it_took() -> None:
    """Also a run within a run; marked as an estimate, with how it came about."""
    amounts = iter([0.5, 0.1])
    mlflow, meters = Mlflow(), Meters(lambda country: Tracker(next(amounts)))
    meters.begun(mlflow, "HUN")
    ready(meters)
    mlflow.runs.append("outer")
    meters.begun(mlflow, "HUN")
    ready(meters)
    mlflow.runs.append("inner")

    for _ in range(2):
        meters.ended(mlflow)
        mlflow.runs.pop()

    assert {run: found["energy/kWh"] for run, found in mlflow.written.items()} == {"inner": 0.1, "outer": 0.5}
    assert mlflow.written["outer"]["energy/CO2eq_g"] == 125
    assert json.loads(mlflow.written["outer"][ENERGY_TAG]) == {
        "source": "codecarbon 3.3.2 (estimated)",
        "country": "HUN",
        "hardware": "a processor",
        "measured_s": 2.0,
    }


def test_a_run_that_was_taken_up_again_gets_nothing_of_another() -> None:
    """Only runs that began here are measured."""
    mlflow, meters = Mlflow(), Meters(lambda country: Tracker(1))
    mlflow.runs.append("resumed")

    meters.ended(mlflow)

    assert mlflow.written == {}


def test_a_tracker_that_breaks_breaks_no_run(caplog: pytest.LogCaptureFixture) -> None:
    """A run without an estimate is a run."""

    def broken(country: str) -> Any:
        raise ValueError(f"there is no country {country}")

    meter = Meter("XYZ", broken)
    meter._thread.join()

    assert meter.read() == ({}, {})
    assert "not measured" in caplog.text


def test_nothing_is_measured_where_nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No country, no CodeCarbon: no thread, no import."""
    monkeypatch.delenv(energy.COUNTRY, raising=False)

    energy.begun()

    assert energy._meters._nameless == []
