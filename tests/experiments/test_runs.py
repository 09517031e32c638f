"""The table of runs, and what is told while people train."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import RunNotFound, TrackingUnavailable
from jupyter_hubcollab.experiments.recorded import (
    CELL_TAG,
    KERNEL_TAG,
    LEGACY_MODELS_TAG,
    NOTEBOOK_TAG,
    USER_TAG,
    Recorded,
    logged,
    shown,
)
from jupyter_hubcollab.experiments.run_query import RunQuery
from jupyter_hubcollab.experiments.runs import Runs, always_alive
from jupyter_hubcollab.experiments.tracking import RunsWritten
from jupyter_hubcollab.wire import Point, RunChanged, RunColumns, RunDeleted, TrackingState

ADA = Actor("ada", "Ada", "read")
STATE = TrackingState(state="off", detail="")


def recorded(id: str = "r1", **changes: Any) -> Recorded:
    fields: dict[str, Any] = {
        "id": id,
        "name": "first",
        "experiment_id": "0",
        "experiment": "Default",
        "status": "RUNNING",
        "user": "root",
        "started_ms": 1_700_000_000_000,
        "ended_ms": None,
        "has_model": False,
    }
    return Recorded(**fields | changes)


class MemoryRuns:
    """A store of runs in a list."""

    def __init__(self, *runs: Recorded) -> None:
        self.runs = list(runs)
        self.busy = False

    def find(self, query: RunQuery) -> tuple[list[Recorded], int]:
        found = self.newest(query.notebook, 10_000)
        return found[query.offset :][: query.limit], len(found)

    def columns(self) -> RunColumns:
        return RunColumns(metrics=["loss"], params=[])

    def newest(self, notebook: str | None, limit: int) -> list[Recorded]:
        return [run for run in self.runs if notebook in (None, run.tags.get(NOTEBOOK_TAG))][:limit]

    def some(self, ids: Sequence[str], most_names: int = 200) -> list[Recorded]:
        if self.busy:
            raise TrackingUnavailable("the database is locked")
        return [run for run in self.runs if run.id in ids]

    def history(self, id: str) -> dict[str, list[Point]]:
        return {}

    def of_experiment(self, experiment_id: str) -> list[str]:
        return [run.id for run in self.runs if run.experiment_id == experiment_id]

    def running_in(self, kernel: str) -> list[str]:
        return [run.id for run in self.runs if run.tags.get(KERNEL_TAG) == kernel]


def made(*runs: Recorded, alive: Any = always_alive) -> tuple[Runs, list[Any]]:
    told: list[Any] = []
    tracking: Any = SimpleNamespace(state=lambda: STATE)
    return Runs(tracking, MemoryRuns(*runs), told.append, alive=alive), told


def test_the_table_says_how_the_server_is() -> None:
    """An empty table may be empty because nothing runs."""
    runs, _ = made()

    assert runs.list(ADA).runs == []
    assert runs.list(ADA).state == STATE


@pytest.mark.parametrize(("limit", "shown_runs"), [(0, 1), (-5, 1), (2, 2), (10**6, 3)])
def test_a_strange_limit_is_brought_into_bounds(limit: int, shown_runs: int) -> None:
    """Nobody gets nothing, and nobody a million rows."""
    runs, _ = made(recorded("a"), recorded("b"), recorded("c"))

    assert len(runs.list(ADA, RunQuery(limit=limit)).runs) == shown_runs


def test_a_run_knows_who_made_it_and_where() -> None:
    """The tags of the run context win over MLflow's idea of a user."""
    run = recorded(tags={USER_TAG: "ada", "mlflow.user": "root", NOTEBOOK_TAG: "a.ipynb", CELL_TAG: "c1"})

    seen = shown(run, always_alive)

    assert (seen.user, seen.notebook, seen.cell) == ("ada", "a.ipynb", "c1")


@pytest.mark.parametrize(
    ("status", "alive", "seen"),
    [
        ("RUNNING", True, "running"),
        ("RUNNING", False, "lost"),
        ("SCHEDULED", True, "running"),
        ("FINISHED", False, "finished"),
        ("FAILED", False, "failed"),
        ("KILLED", False, "killed"),
        ("SOMETHING_NEW", True, "running"),
    ],
)
def test_a_run_whose_kernel_died_is_lost(status: str, alive: bool, seen: str) -> None:
    """Unless it had ended before."""
    run = recorded(status=status, tags={KERNEL_TAG: "k1"})

    assert shown(run, lambda kernel, since: alive).status == seen


def test_a_run_of_a_script_is_never_lost() -> None:
    """We know nothing of its process."""
    assert shown(recorded(), lambda kernel, since: False).status == "running"


@pytest.mark.parametrize(
    ("tag", "has_model"),
    [
        ('[{"artifact_path": "model"}]', True),
        ("[]", False),
        ("no json", False),
        ('{"artifact_path": 1}', False),
        ("[1]", False),
    ],
)
def test_a_model_of_an_older_client_counts(tag: str, has_model: bool) -> None:
    """It stands in a tag, whatever else may stand there."""
    assert shown(recorded(tags={LEGACY_MODELS_TAG: tag}), always_alive).has_model is has_model


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (float("nan"), "NaN"),
        (None, "NaN"),
        (float("inf"), "Infinity"),
        (1.7976931348623157e308, "Infinity"),
        (-1.7976931348623157e308, "-Infinity"),
        (0.5, 0.5),
    ],
)
def test_what_json_cannot_hold_is_said_in_words(value: float | None, told: float | str) -> None:
    """Also the number by which MLflow's database stands for infinity."""
    assert logged(value) == told


def test_each_write_is_told_as_the_run_is_now() -> None:
    """A run that is not there any more is told as deleted."""
    runs, told = made(recorded("a"))

    runs.tell(RunsWritten(("a", "b")))

    assert [type(event) for event in told] == [RunChanged, RunDeleted]
    assert told[0].run.id == "a"
    assert told[1].id == "b"


def test_a_deleted_experiment_takes_its_runs_along() -> None:
    """Each is told."""
    runs, told = made(recorded("a", experiment_id="7"), recorded("b", experiment_id="8"))

    runs.tell(RunsWritten((), ("7",)))

    assert [event.run.id for event in told] == ["a"]


def test_a_kernel_that_ends_loses_its_runs() -> None:
    """They are told as lost at once."""
    dead: Any = lambda kernel, since: False  # noqa: E731
    runs, told = made(recorded("a", tags={KERNEL_TAG: "k1"}), recorded("b", tags={KERNEL_TAG: "k2"}), alive=dead)

    runs.kernel_ended("k1")

    assert [(event.run.id, event.run.status) for event in told] == [("a", "lost")]


def test_a_run_that_is_not_there_is_not_found() -> None:
    """The message says what may have happened."""
    runs, _ = made()

    with pytest.raises(RunNotFound, match="deleted"):
        runs.page(ADA, "x" * 1000)


def test_the_kernel_is_asked_about_the_time_when_the_run_began() -> None:
    """A kernel that restarted since has lost it."""
    asked: list[tuple[str, datetime]] = []

    def alive(kernel: str, since: datetime) -> bool:
        asked.append((kernel, since))
        return True

    shown(recorded(tags={KERNEL_TAG: "k1"}), alive)

    assert asked == [("k1", datetime.fromtimestamp(1_700_000_000, UTC))]


def test_what_cannot_be_read_now_is_told_the_next_time() -> None:
    """A database that is locked for a moment costs nobody the news."""
    told: list[Any] = []
    store: Any = MemoryRuns(recorded("a"), recorded("b", experiment_id="7"))
    runs = Runs(SimpleNamespace(state=lambda: STATE), store, told.append)  # type: ignore[arg-type]
    store.busy = True
    runs.tell(RunsWritten(("a",), ("7",)))
    assert told == []

    store.busy = False
    runs.tell(RunsWritten())

    assert [event.run.id for event in told] == ["a", "b"]
    runs.tell(RunsWritten())
    assert len(told) == 2


def test_after_an_absence_of_the_server_the_runs_of_that_time_are_told() -> None:
    """Who wrote just before it died was answered, and the news died with it."""
    runs, told = made(recorded("a"), recorded("b"))

    runs.tell(RunsWritten(deaf_since_ms=1_700_000_000_000))

    assert [event.run.id for event in told] == ["a", "b"]
