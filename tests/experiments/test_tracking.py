"""The MLflow child: started when needed, started again when it dies, ended with its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from jupyter_hubcollab.errors import TrackingUnavailable
from jupyter_hubcollab.experiments.tracking import SERVER_ENVIRONMENT, RunsWritten, Tracking
from jupyter_hubcollab.wire import TrackingChanged

FAKE = """
import json, os, sys
order = json.loads(sys.stdin.readline())
{body}
"""
ANSWERS = """
print(json.dumps({"type": "ready", "port": 1}), flush=True)
print("a line for the log", file=sys.stderr, flush=True)
sys.stdin.read()
"""


def fake(body: str) -> list[str]:
    """A child that is up in a moment."""
    return [sys.executable, "-c", FAKE.replace("{body}", body)]


def made(folder: Path, heard: Any, body: str = ANSWERS, **options: Any) -> Tracking:
    return Tracking(folder, heard, environ=dict(os.environ), command=fake(body), **options)


def is_state(state: str) -> Any:
    return lambda event: isinstance(event, TrackingChanged) and event.state.state == state


def call(tracking: Tracking, path: str, body: object = None, method: str | None = None) -> Any:
    address = tracking.reach().result()
    content = None if body is None else json.dumps(body).encode()
    headers = {**address.headers, "Content-Type": "application/json"}
    request = urllib.request.Request(address.url + path, content, headers, method=method)
    with urllib.request.urlopen(request) as reply:
        return json.loads(reply.read() or b"null")


def test_nothing_runs_before_it_is_needed(tmp_path: Path, heard: Any) -> None:
    """No process, no folder, no event until somebody asks for the address."""
    tracking = made(tmp_path / "mlflow", heard)

    assert tracking.state().state == "off"
    assert tracking.pid is None
    assert not tracking.folder.exists()
    assert not heard.events


def test_the_first_who_asks_starts_it(tmp_path: Path, heard: Any) -> None:
    """Others wait for the same child, and everyone is told when it is there."""
    tracking = made(tmp_path, heard)

    first, second = tracking.reach(), tracking.reach()

    assert first.result(150) == second.result(150)
    assert first.result().url == "http://127.0.0.1:1"
    assert heard.wait(is_state("starting"))
    assert heard.wait(is_state("ready"))
    tracking.stop()


def test_stopping_ends_the_child(tmp_path: Path, heard: Any) -> None:
    """The process is gone and the state says so; nothing starts any more."""
    tracking = made(tmp_path, heard)
    tracking.reach().result(150)
    pid = tracking.pid
    assert pid is not None

    tracking.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert tracking.state().state == "off"


def test_who_waits_while_it_stops_is_told(tmp_path: Path, heard: Any) -> None:
    """Nobody waits for ever."""
    tracking = made(tmp_path, heard, "sys.stdin.read()")
    waiting = tracking.reach()
    heard.wait(is_state("starting"))

    tracking.stop()

    with pytest.raises(TrackingUnavailable):
        waiting.result(150)


def test_a_killed_child_is_started_again(tmp_path: Path, heard: Any) -> None:
    """The next request waits for the new one."""
    tracking = made(tmp_path, heard)
    tracking.reach().result(150)
    first = tracking.pid
    assert first is not None
    heard.forget()

    os.kill(first, signal.SIGKILL)

    heard.wait(is_state("ready"))
    assert tracking.reach().result(150)
    assert tracking.pid != first
    assert heard.wait(lambda event: isinstance(event, RunsWritten) and event.deaf_since_ms is not None)
    tracking.stop()


def test_a_child_that_cannot_live_fails_with_the_end_of_its_log(tmp_path: Path, heard: Any) -> None:
    """After some tries it gives up, and says why and where to read more."""
    tracking = made(tmp_path, heard, "sys.exit('the disk is full')", pauses_s=(0.0, 0.0))

    with pytest.raises(TrackingUnavailable, match=r"the disk is full.*server\.log"):
        tracking.url()

    assert tracking.state().state == "failed"
    assert "the disk is full" in tracking.state().detail


def test_a_folder_that_cannot_be_made_is_a_clear_failure(tmp_path: Path, heard: Any) -> None:
    """A file in the way is named, not traced."""
    (tmp_path / "mlflow").write_text("")
    tracking = made(tmp_path / "mlflow", heard, pauses_s=())

    with pytest.raises(TrackingUnavailable, match="cannot be started"):
        tracking.url()


def test_the_user_s_own_mlflow_settings_do_not_reach_the_child(tmp_path: Path, heard: Any) -> None:
    """A tracking address meant for scripts would send the server to another server."""
    body = "open('env.json', 'w').write(json.dumps(dict(os.environ)))" + ANSWERS
    environ = dict(os.environ) | {"MLFLOW_TRACKING_URI": "http://elsewhere", "_MLFLOW_SERVER_FILE_STORE": "x"}
    tracking = Tracking(tmp_path, heard, environ=environ, command=fake(body))

    tracking.url()

    seen = json.loads((tmp_path / "env.json").read_text())
    assert "MLFLOW_TRACKING_URI" not in seen
    assert {name: seen[name] for name in SERVER_ENVIRONMENT} == SERVER_ENVIRONMENT
    tracking.stop()


def test_a_long_log_is_kept_once(tmp_path: Path, heard: Any) -> None:
    """The log does not grow for ever."""
    (tmp_path / "server.log").write_bytes(b"x" * (6 << 20))
    tracking = made(tmp_path, heard)

    tracking.url()

    assert tracking.log.stat().st_size < 1000
    assert (tmp_path / "server.log.1").stat().st_size == 6 << 20
    tracking.stop()


PARENT = """
import os, sys
from pathlib import Path
from jupyter_hubcollab.experiments.tracking import Tracking
tracking = Tracking(Path(sys.argv[1]), lambda event: None, environ=dict(os.environ))
tracking.start()
import time
while tracking.pid is None: time.sleep(0.01)
print(tracking.pid, flush=True)
if sys.argv[2] == 'ready': tracking.url()
print('now', flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("moment", ["starting", "ready"])
def test_a_server_that_was_killed_leaves_no_child(tmp_path: Path, moment: str) -> None:
    """Also when it is killed while MLflow is still being imported."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), moment], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.stdout.readline()
        child = os.pidfd_open(pid)

        parent.kill()

    import select

    assert select.select([child], [], [], 150)[0], "the child still runs"
    os.close(child)


def test_the_names_that_mlflow_s_command_line_uses_are_still_the_same() -> None:
    """They are private to MLflow; a new version that renames one fails here."""
    code = """
from mlflow.server import constants as c
from mlflow.environment_variables import _MLFLOW_SGI_NAME
print(c.BACKEND_STORE_URI_ENV_VAR, c.ARTIFACT_ROOT_ENV_VAR, c.SERVE_ARTIFACTS_ENV_VAR,
      c.ARTIFACTS_DESTINATION_ENV_VAR, _MLFLOW_SGI_NAME.name)
"""

    printed = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)

    assert set(printed.stdout.split()) == {name for name in SERVER_ENVIRONMENT if name.startswith("_")}


def test_only_the_parent_is_let_in(mlflow_child: Tracking) -> None:
    """Other users of the machine can reach the port, but not MLflow."""
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(mlflow_child.url() + "/api/2.0/mlflow/experiments/search?max_results=1")

    assert refusal.value.code == 403
    refusal.value.close()


def test_the_child_itself_refuses_what_acts_on_the_host(mlflow_child: Tracking) -> None:
    """Even if somebody got past the proxy."""
    with pytest.raises(urllib.error.HTTPError) as refusal:
        call(mlflow_child, "/ajax-api/3.0/mlflow/%61ssistant/config")

    assert refusal.value.code == 403
    refusal.value.close()


def test_a_write_is_told_without_being_asked_for(mlflow_child: Tracking, mlflow_heard: Any) -> None:
    """A run's birth and each of its metrics are pushed, several in one message."""
    run = call(mlflow_child, "/api/2.0/mlflow/runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
    mlflow_heard.wait(lambda event: isinstance(event, RunsWritten) and run in event.runs)
    mlflow_heard.forget()

    for step in range(20):
        call(
            mlflow_child, "/api/2.0/mlflow/runs/log-metric", {"run_id": run, "key": "a", "value": step, "timestamp": 1}
        )

    mlflow_heard.wait(lambda event: isinstance(event, RunsWritten) and run in event.runs)
    told = [event for event in mlflow_heard.events if isinstance(event, RunsWritten) and run in event.runs]
    assert len(told) <= 20


def test_a_model_that_is_ready_is_told_as_its_run_s_news(mlflow_child: Tracking, mlflow_heard: Any) -> None:
    """The panel then offers to publish it."""
    run = call(mlflow_child, "/api/2.0/mlflow/runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
    asked = {"experiment_id": "0", "name": "model", "source_run_id": run}
    model = call(mlflow_child, "/api/2.0/mlflow/logged-models", asked)["model"]["info"]["model_id"]
    other = call(mlflow_child, "/api/2.0/mlflow/runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
    mlflow_heard.wait(lambda event: isinstance(event, RunsWritten) and other in event.runs)
    mlflow_heard.forget()

    ready = {"model_id": model, "status": "LOGGED_MODEL_READY"}
    call(mlflow_child, f"/api/2.0/mlflow/logged-models/{model}", ready, method="PATCH")

    mlflow_heard.wait(lambda event: isinstance(event, RunsWritten) and run in event.runs)


def test_a_write_that_failed_is_not_told(mlflow_child: Tracking, mlflow_heard: Any) -> None:
    """Only what MLflow took is news."""
    mlflow_heard.forget()
    ghost = "0" * 31 + "f"
    with pytest.raises(urllib.error.HTTPError) as refusal:
        call(mlflow_child, "/api/2.0/mlflow/runs/log-metric", {"run_id": ghost, "key": "a", "value": 1, "timestamp": 1})
    refusal.value.close()

    run = call(mlflow_child, "/api/2.0/mlflow/runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]

    mlflow_heard.wait(lambda event: isinstance(event, RunsWritten) and run in event.runs)
    assert not [event for event in mlflow_heard.events if isinstance(event, RunsWritten) and ghost in event.runs]


def test_what_was_acknowledged_survives_a_killed_child(tmp_path: Path, heard: Any) -> None:
    """Metrics that were logged before a kill are there after it."""
    tracking = Tracking(tmp_path, heard, environ=dict(os.environ))
    run = call(tracking, "/api/2.0/mlflow/runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
    for step in range(30):
        body = {"run_id": run, "key": "loss", "value": step, "timestamp": step, "step": step}
        call(tracking, "/api/2.0/mlflow/runs/log-metric", body)
    heard.forget()

    os.kill(tracking.pid or 0, signal.SIGKILL)
    heard.wait(is_state("ready"))

    history = call(tracking, f"/api/2.0/mlflow/metrics/get-history?run_id={run}&metric_key=loss")
    assert [point["step"] for point in history["metrics"]] == list(range(30))
    tracking.stop()
