"""Scores that gates keep for each row, set against each other between versions."""

from __future__ import annotations

from typing import Any

import pytest
from people import ANN, BOB, DIGITS

from jupyter_hubcollab import wire
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.jobs import Jobs
from jupyter_hubcollab.models.diff import Diffs, RepoSides
from jupyter_hubcollab.models.histories import Histories
from jupyter_hubcollab.names import FilePath, RepoId

from .conftest import Bench

ROWS = RepoId("team", "rows", "dataset")
RULES = """
environment: server
evaluations:
  - {name: holdout, python: own.py, dataset: team/rows, metrics: {zeal: {higher_is_better: true}}}
"""
SCRIPT = """
import json
right = json.loads((model_path / "right.json").read_text())
total = int((dataset / "rows.txt").read_text())
metrics = {"zeal": [int(at < right) for at in range(total)], "f1": right / total}
"""


class Judged:
    """Versions that a gate measured, and what is told of them."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        hub, models = bench.hub, bench.models
        of_runs: Any = {"of_runs": lambda _actor, _ids: {}}
        self.histories = Histories(models.versions, models.facts, models.evaluated, hub.files, hub.database, **of_runs)
        sides = RepoSides(hub.refs, hub.files, hub.blobs, models.facts, models.evaluated)
        self.jobs = Jobs(hub.database, lambda _event: None)
        self.diffs = Diffs({"": sides.open}, hub.database, self.jobs)

    def rows(self, count: int) -> None:
        """Let the dataset have so many rows."""
        text = str(count).encode()
        self.bench.hub.commits.commit(ANN, ROWS, [Put(FilePath("rows.txt"), text, len(text))], message="Rows")

    def publish(self, right: int) -> str:
        """A version that gets so many rows right; its tag, when it is judged."""
        tag: str = self.bench.publish({"right.json": str(right).encode()}).tag
        assert self.bench.ended(tag=tag).state == "passed"
        return tag

    def points(self, metric: str) -> list[wire.MetricPoint]:
        found = self.histories.of(BOB, DIGITS).series
        return next(one.points for one in found if (one.name, one.dataset) == (metric, "holdout"))

    def difference(self, before: str, after: str) -> dict[str, wire.MetricDiff]:
        found = self.diffs.between(*(self.diffs.open(BOB, f"{DIGITS}@{one}") for one in (before, after)))
        return {one.name: one for one in found.metrics}


@pytest.fixture
def judged(bench: Bench) -> Any:
    bench.hub.repos.create(ANN, ROWS)
    made = Judged(bench)
    made.rows(200)
    bench.rules(RULES, **{"own.py": SCRIPT})
    yield made
    made.jobs.close()


def test_what_gates_measure_has_intervals_without_anybody_publishing_rows(judged: Judged) -> None:
    """A fall of one row in 200 may be chance, one of 60 is a regression: in the chart and in the difference."""
    tags = [judged.publish(right) for right in (180, 179, 120)]

    assert [one.is_regression for one in judged.points("zeal")] == [False, False, True]
    assert [one.source for one in judged.points("zeal")] == ["evaluation"] * 3
    last = judged.points("zeal")[-1].interval
    assert last is not None
    assert (last.examples, last.worse) == (200, 59)
    found = judged.difference(tags[1], tags[2])
    assert (found["zeal"].is_regression, found["zeal"].interval) == (True, last)
    assert (found["f1"].verdict, found["f1"].interval) == ("worse", None)


def test_other_rows_are_not_set_against_each_other(judged: Judged) -> None:
    """After the dataset changed, rows of the same number are other examples: the numbers stand alone."""
    before = judged.publish(180)
    judged.rows(220)

    after = judged.publish(100)

    assert [one.interval for one in judged.points("zeal")] == [None, None]
    assert judged.difference(before, after)["zeal"].interval is None
