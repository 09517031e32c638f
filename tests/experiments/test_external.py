"""A team's own MLflow server."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from jupyter_hubcollab.errors import TrackingUnavailable
from jupyter_hubcollab.experiments.external import ExternalTracking, Poller, address_of
from jupyter_hubcollab.experiments.recorded import Recorded
from jupyter_hubcollab.experiments.tracking import RunsWritten
from jupyter_hubcollab.wire import TrackingChanged

BASIC = "Basic " + base64.b64encode(b"ada:p@ss").decode()


def run(id: str, started_ms: int = 1, **metrics: float) -> Recorded:
    return Recorded(id, id, "0", "Default", "RUNNING", "ada", started_ms, None, False, metrics=dict(metrics))


class Remote:
    """The newest runs of a server; or the error of one that does not answer."""

    def __init__(self, *runs: Recorded) -> None:
        self.runs = list(runs)
        self.down = False

    def newest(self, notebook: str | None, limit: int) -> list[Recorded]:
        if self.down:
            raise TrackingUnavailable("connection refused")
        return self.runs[:limit]


def polling(remote: Any) -> tuple[Poller, list[Any], list[str]]:
    told: list[Any] = []
    states: list[str] = []
    return Poller(remote, told.append, states.append), told, states


@pytest.mark.parametrize(
    ("url", "environ", "bare", "authorization"),
    [
        ("http://mlflow:5000", {}, "http://mlflow:5000", None),
        ("https://mlflow.example.com/team/", {}, "https://mlflow.example.com/team", None),
        ("https://ada:p%40ss@mlflow.example.com", {}, "https://mlflow.example.com", BASIC),
        ("http://[::1]:5000/", {}, "http://[::1]:5000", None),
        ("http://m", {"MLFLOW_TRACKING_USERNAME": "ada", "MLFLOW_TRACKING_PASSWORD": "p@ss"}, "http://m", BASIC),
        ("http://m", {"MLFLOW_TRACKING_TOKEN": "t"}, "http://m", "Bearer t"),
    ],
)
def test_a_password_becomes_a_header(url: str, environ: dict[str, str], bare: str, authorization: str | None) -> None:
    """Addresses are shown and logged; passwords are not."""
    address = address_of(url, environ)

    assert address.url == bare
    assert address.headers.get("Authorization") == authorization


def test_the_first_look_is_no_news() -> None:
    """What was there before is in the table already."""
    poller, told, _ = polling(Remote(run("a")))

    poller.ask()

    assert told == []


def test_what_changed_since_the_last_look_is_told() -> None:
    """A new run, a new metric, a deleted run; not the rest."""
    remote = Remote(run("new", 3), run("same", 2), run("gone", 2))
    remote.runs = [run("same", 2), run("gone", 2), run("trains", 1)]
    poller, told, _ = polling(remote)
    poller.ask()

    remote.runs = [run("new", 3), run("same", 2), run("trains", 1, loss=0.5)]
    poller.ask()

    assert len(told) == 1
    assert set(told[0].runs) == {"new", "trains", "gone"}


def test_a_run_that_left_the_newest_hundred_is_not_deleted() -> None:
    """It is only old."""
    remote = Remote(*(run(f"r{n}", n) for n in range(100, 0, -1)))
    poller, told, _ = polling(remote)
    poller.ask()

    remote.runs.insert(0, run("r101", 101))
    poller.ask()

    assert told == [RunsWritten(("r101",))]


def test_a_server_that_does_not_answer_is_shown_and_comes_back() -> None:
    """With the reason, and without losing what was known."""
    remote = Remote(run("a"))
    poller, told, states = polling(remote)
    poller.ask()
    remote.down = True
    poller.ask()
    remote.down = False
    poller.ask()

    assert states == ["", "connection refused", ""]
    assert told == []


def test_nobody_is_asked_before_somebody_needs_the_server(heard: Any) -> None:
    """Then one thread asks for all."""
    remote = Remote(run("a"))
    remote.down = True
    external = ExternalTracking("http://127.0.0.1:1", heard, {})
    external.watch(remote)  # type: ignore[arg-type]
    assert external.state().state == "ready"
    assert not heard.events

    assert external.url() == "http://127.0.0.1:1"

    told = heard.wait(lambda event: isinstance(event, TrackingChanged))
    assert told.state.detail == "connection refused"
    external.stop()
