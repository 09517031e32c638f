"""Runs as sides of a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from weights import safetensors

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import NothingToPublish, RunNotFound, TrackingUnavailable
from jupyter_hubcollab.experiments.recorded import Recorded
from jupyter_hubcollab.experiments.run_models import LoggedModel
from jupyter_hubcollab.experiments.run_sides import LARGEST, RunSides
from jupyter_hubcollab.jobs import Jobs
from jupyter_hubcollab.models.diff import Diffs
from jupyter_hubcollab.storage.database import Database

ADA = Actor("ada", "Ada")


class Logged:
    """Runs with models in memory: the parts of `Runs`, `RunModels` and `Rest` that a side asks."""

    def __init__(self, models: dict[str, dict[str, bytes]], *, fails: bool) -> None:
        self.models = models
        self.fails = fails

    def recorded(self, _actor: Actor, id: str) -> Recorded:
        if id not in self.models:
            raise RunNotFound(id)
        number = float(len(self.models[id]))
        params = {"depth": id, "width": "8"}
        fields: dict[str, Any] = dict.fromkeys(("name", "experiment_id", "experiment", "status", "user"), id)
        return Recorded(
            id=id, started_ms=0, ended_ms=None, has_model=True, metrics={"loss": number}, params=params, **fields
        )

    def model_of(self, run: Recorded) -> LoggedModel:
        if not self.models[run.id]:
            raise NothingToPublish(run.id)
        return LoggedModel("list", "read", "", "path", "path", {"run": run.id})

    def get(self, _listing: str, *, run: str = "", run_id: str = "") -> dict[str, Any]:
        if run_id not in self.models:
            return {"files": [{"path": path, "file_size": len(content)} for path, content in self.models[run].items()]}
        if self.fails:
            raise TrackingUnavailable("it is down")
        return {"files": [{"path": "plan.txt", "file_size": 1}]}

    def stream(self, _reading: str, *, path: str, run: str = "", run_id: str = "") -> Iterator[bytes]:
        yield run_id.encode() if run_id else self.models[run][path]


@pytest.fixture
def compare(tmp_path: Path) -> Iterator[Any]:
    database = Database(f"sqlite:///{tmp_path}/index.sqlite")
    jobs = Jobs(database, lambda _event: None)

    def between(*, fails: bool = False, **models: dict[str, bytes]) -> Any:
        logged: Any = Logged(models, fails=fails)
        diffs = Diffs({"": None, "run": RunSides(logged, logged, logged).open}, database, jobs)  # type: ignore[dict-item]
        return diffs.between(*(diffs.open(ADA, f"run:{id}") for id in models))

    yield between
    jobs.close()
    database.close()


def test_two_runs_are_compared(compare: Any) -> None:
    """Metrics, parameters, packages, weights and other files, as far as the runs have them."""
    one = {"requirements.txt": b"numpy==1\n", "m.safetensors": safetensors(w=np.ones(4, np.float32))}
    two = {"requirements.txt": b"numpy==2\n", "m.safetensors": safetensors(w=np.full(4, 2, np.float32)), "x.txt": b""}

    found = compare(a=one, b=two)

    assert [(one.name, one.change, one.verdict) for one in found.metrics] == [("loss", 1.0, "worse")]
    assert [(one.section, one.name) for one in found.fields] == [("config", "depth"), ("environment", "numpy")]
    assert [(one.name, one.relative) for one in found.tensors.tensors] == [("w", 1.0)]
    assert [one.path for one in found.files] == ["artifacts/plan.txt", "m.safetensors", "requirements.txt", "x.txt"]


def test_runs_without_models_have_numbers(compare: Any) -> None:
    """Nobody needs to log a model to compare."""
    found = compare(a={}, b={})

    assert [one.name for one in found.metrics] == ["loss"]
    assert [one.path for one in found.files] == ["artifacts/plan.txt"]


def test_files_that_cannot_be_read_are_told(compare: Any) -> None:
    """The numbers are compared all the same, and it is said what is missing."""
    found = compare(a={}, b={}, fails=True)

    assert [one.name for one in found.metrics] == ["loss"]
    assert found.notes == ["a: its files cannot be read: it is down", "b: its files cannot be read: it is down"]


def test_what_mlflow_would_send_whole_is_not_read(compare: Any) -> None:
    """A large file says what to do instead."""
    large = bytes(LARGEST + 1)

    (unread,) = compare(a={"m.safetensors": large}, b={"m.safetensors": large}).tensors.unread

    assert "publish the run" in unread
