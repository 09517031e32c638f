"""Runs in a PostgreSQL and artifacts in a folder that the settings name; the table of runs shows them all the same."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

import postgres
import pytest

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.experiments.rest import Rest
from jupyter_hubcollab.experiments.rest_store import RestStore
from jupyter_hubcollab.experiments.runs import Runs
from jupyter_hubcollab.experiments.tracking import Places, RunsWritten, Tracking

pytestmark = pytest.mark.slow
ADA = Actor("ada", "Ada")


def call(tracking: Tracking, method: str, path: str, content: bytes) -> Any:
    address = tracking.reach().result(120)
    headers = {**address.headers, "Content-Type": "application/json"}
    request = urllib.request.Request(address.url + path, content, headers, method=method)
    with urllib.request.urlopen(request, timeout=150) as reply:
        return json.loads(reply.read() or b"null")


@pytest.mark.skipif(bool(postgres.MISSING), reason=postgres.MISSING)
def test_runs_are_kept_in_postgresql_and_artifacts_where_the_setting_says(tmp_path: Path, heard: Any) -> None:
    """What is logged is told, read back, and lies nowhere else."""
    with postgres.started() as database:
        places = Places(database, str(tmp_path / "bucket"))
        tracking = Tracking(tmp_path / "mlflow", heard, environ=dict(os.environ), places=places)
        rest = Rest(tracking)
        created = json.dumps({"experiment_id": "0", "run_name": "elsewhere"}).encode()
        run = call(tracking, "POST", "/api/2.0/mlflow/runs/create", created)["run"]["info"]["run_id"]
        metric = {"run_id": run, "key": "loss", "value": 0.5, "timestamp": 1, "step": 3}

        call(tracking, "POST", "/api/2.0/mlflow/runs/log-metric", json.dumps(metric).encode())
        call(tracking, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/gr%C3%B6%C3%9Fe.txt", b"12")

        heard.wait(lambda event: isinstance(event, RunsWritten) and run in event.runs)
        page = Runs(tracking, RestStore(rest), lambda _: None).page(ADA, run)
        assert (page.run.name, page.run.metrics) == ("elsewhere", {"loss": 0.5})
        assert [point.step for point in page.history["loss"]] == [3]
        assert [file.read_bytes() for file in (tmp_path / "bucket").rglob("größe.txt")] == [b"12"]
        assert not (tmp_path / "mlflow" / "mlflow.db").exists()
        rest.close()
        tracking.stop()


def test_how_a_bucket_is_reached_is_told_to_the_child(tmp_path: Path, heard: Any) -> None:
    """The user's other settings for MLflow are not."""
    code = "import json, os, sys; sys.stdin.readline(); open('env.json', 'w').write(json.dumps(dict(os.environ)));"
    code += 'print(json.dumps({"type": "ready", "port": 1}), flush=True); sys.stdin.read()'
    environ = {"MLFLOW_S3_ENDPOINT_URL": "http://minio", "AWS_ACCESS_KEY_ID": "a", "MLFLOW_TRACKING_URI": "http://x"}
    places = Places(artifacts_url="s3://bucket/folder")

    tracking = Tracking(tmp_path, heard, environ=environ, places=places, command=[sys.executable, "-c", code])
    tracking.url()
    tracking.stop()

    seen = json.loads((tmp_path / "env.json").read_text())
    assert seen["MLFLOW_S3_ENDPOINT_URL"] == "http://minio"
    assert seen["AWS_ACCESS_KEY_ID"] == "a"
    assert seen["_MLFLOW_SERVER_ARTIFACT_DESTINATION"] == "s3://bucket/folder"
    assert seen["_MLFLOW_SERVER_FILE_STORE"] == "sqlite:///mlflow.db"
    assert "MLFLOW_TRACKING_URI" not in seen
