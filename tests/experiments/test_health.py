"""What worries about a run that goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from jupyter_hubcollab.experiments.health import progress, warnings
from jupyter_hubcollab.experiments.recorded import Recorded
from jupyter_hubcollab.wire import NotFinite, Point

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def run(**fields: Any) -> Recorded:
    made: dict[str, Any] = {"id": "r", "name": "", "experiment_id": "0", "experiment": "", "status": "RUNNING"}
    return Recorded(**made | {"user": "", "started_ms": 0, "ended_ms": None, "has_model": False} | fields)


def points(values: list[float | NotFinite]) -> list[Point]:
    return [Point(step=step, at=NOW, value=value) for step, value in enumerate(values)]


@pytest.mark.parametrize(
    ("name", "values", "wanted"),
    [
        ("loss", [1.0, 0.5, "NaN", 0.4], [("notFinite", 2)]),
        ("loss", [1, 0.5, 0.4, 0.3, 0.2, 2, 4, 8, 16], [("diverging", 8)]),
        ("val_loss", [1 / (1 + step) for step in range(40)], []),
        ("loss", [0.5] + [0.6] * 30, [("stalled", 0)]),
        ("accuracy", [0.5, 0.9] + [0.8] * 25, [("stalled", 1)]),
        ("accuracy", [0.1 + step / 100 for step in range(40)], []),
        ("accuracy", [0.9] * 5, []),
        ("lr", [0.1] * 50, []),
        ("temperature", [20.0] * 50, []),
        ("system/cpu_utilization_percentage", [50.0] * 100, []),
        ("blossom", [1.0] * 50, []),
        ("loss", [], []),
    ],
)
def test_a_run_is_warned_of(name: str, values: list[float | NotFinite], wanted: list[tuple[str, int]]) -> None:
    """Numbers that are none, a loss that grows, no improvement for long; nothing else."""
    found = warnings(run(), {name: points(values)})

    assert [(one.kind, one.step) for one in found] == wanted


def test_patience_is_the_user_s() -> None:
    """A tag of the run says after how many steps without a better one to warn."""
    history = {"loss": points([0.5, *([0.6] * 30)])}

    assert not warnings(run(tags={"hubcollab.patience": "50"}), history)


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"step": 4, "tags": {"hubcollab.steps": "10"}}, (4, 0.5)),
        ({"step": 4, "params": {"max_iter": "20"}}, (4, 0.25)),
        ({"step": 400, "params": {"num_train_epochs": "4"}, "metrics": {"epoch": 1.0}}, (400, 0.25)),
        ({"step": 1, "params": {"epochs": "4"}}, (1, 0.5)),
        ({"step": 100, "params": {"epochs": "4"}}, (100, None)),
        ({"step": 30, "params": {"max_steps": "-1"}}, (30, None)),
        ({"step": 30, "params": {"max_steps": "many"}}, (30, None)),
        ({"step": 30, "params": {"max_steps": "20"}}, (30, 1.0)),
        ({}, (None, None)),
    ],
)
def test_a_run_says_how_far_it_is(fields: dict[str, Any], wanted: tuple[int | None, float | None]) -> None:
    """From what libraries log anyway; no share where nobody said how long it will take."""
    assert progress(run(**fields)) == wanted
