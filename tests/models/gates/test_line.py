"""Runs of gates side by side, and those that wait in line; programs that hold on until the test lets them go."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from people import ANN, DIGITS

from jupyter_hubcollab import wire
from jupyter_hubcollab.models.gates.moved import GateMoved
from jupyter_hubcollab.names import Revision

from .conftest import Bench

RULES = "environment: server\nlimits: {time_s: 500}\nevaluations: [{name: own, python: own.py}]\n"
SCRIPT = """
import os
open(%r, (model_path / "way.txt").read_text()).close()
metrics = {"niceness": os.getpriority(os.PRIO_PROCESS, 0)}
"""
"""Opening one end of a pipe takes until somebody opens the other end."""


@pytest.fixture
def pipe(bench: Bench, tmp_path: Path) -> Path:
    """What the programs of the gates wait at."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    bench.rules(RULES, **{"own.py": SCRIPT % str(path)})
    return path


def began(bench: Bench, tag: str) -> None:
    """Wait until a run goes on."""
    state = {"running", "passed", "failed"}
    bench.heard.wait(lambda one: isinstance(one, GateMoved) and one.run.tag == tag and one.run.state in state)


def run_of(bench: Bench, tag: str) -> wire.GateRun:
    return bench.gates.page(ANN, DIGITS, commit=Revision(tag)).runs[0]


@pytest.mark.usefixtures("pipe")
@pytest.mark.parametrize("at_once", [2])
def test_two_runs_go_on_side_by_side(bench: Bench) -> None:
    """Each waits for the other, so that one after the other would never end."""
    tags = [bench.publish({"way.txt": way}).tag for way in (b"r", b"w")]

    runs = [bench.ended(tag=tag) for tag in tags]

    assert [run.state for run in runs] == ["passed", "passed"], runs


def test_who_waits_knows_how_long_the_line_is(bench: Bench, pipe: Path) -> None:
    """Whoever leaves the line lets the others move up, and everybody's page hears of it."""
    tags: list[Any] = [bench.publish({"way.txt": b"r", "number.txt": str(one).encode()}).tag for one in range(3)]
    began(bench, tags[0])
    seen = [run_of(bench, tag) for tag in tags]

    bench.gates.cancel(ANN, DIGITS, seen[1].id)

    assert [one.state for one in seen] == ["running", "queued", "queued"]
    assert [one.detail for one in seen[1:]] == ["next in line", "1 before it in line"]
    assert run_of(bench, tags[1]).state == "cancelled"
    moved_up = bench.heard.wait(
        lambda one: isinstance(one, GateMoved) and (one.run.tag, one.run.detail) == (tags[2], "next in line")
    )
    assert moved_up.run.state == "queued"
    bench.gates.cancel(ANN, DIGITS, seen[0].id)
    assert bench.ended(tag=tags[0]).state == "cancelled"
    began(bench, tags[2])
    pipe.open("w").close()
    last = bench.ended(tag=tags[2])
    assert last.state == "passed"
    measured = bench.models.versions.one(ANN, DIGITS, tags[2]).metrics
    niceness = os.getpriority(os.PRIO_PROCESS, os.getpid())
    assert [one.value for one in measured] == [min(niceness + 4, 19)]
