"""Which of MLflow's routes are served, which only read, and which name a run."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from jupyter_hubcollab.experiments.routes import blocked, changes_experiment, changes_run, normal, only_reads

BLOCKED = [
    "ajax-api/3.0/mlflow/assistant/message",
    "ajax-api/3.0/mlflow/assistant",
    "//ajax-api//3.0/./mlflow/assistant/config",
    "x/../ajax-api/3.0/mlflow/assistant/config",
    "gateway/chat/mlflow/invocations",
    "gateway",
    "ajax-api/2.0/mlflow/gateway-proxy",
    "api/3.0/mlflow/gateway/secrets/create",
    "ajax-api/3.0/jobs/",
    "ajax-api/3.0/jobs/search",
    "ajax-api/3.0/mlflow/jobs/7",
    "ajax-api/3.0/mlflow/prompt-optimization/jobs",
    "api/2.0/mlflow/webhooks",
    "api/2.0/mlflow/webhooks/7/test",
    "ajax-api/3.0/mlflow/scorer/invoke",
    "ajax-api/3.0/mlflow/genai/evaluate/invoke",
    "ajax-api/3.0/mlflow/issues/invoke",
    "ajax-api/2.0/mlflow/runs/create-promptlab-run",
    "ajax-api/3.0/mlflow/demo/generate",
    "api/3.0/mlflow/workspaces",
]
SERVED = [
    "",
    "static-files/static/js/main.js",
    "api/2.0/mlflow/runs/create",
    "api/2.0/mlflow/runs/log-metric",
    "ajax-api/2.0/mlflow/runs/search",
    "api/2.0/mlflow/registered-models/create",
    "api/2.0/mlflow/logged-models",
    "api/2.0/mlflow-artifacts/artifacts/0/jobs/assistant.txt",
    "api/3.0/mlflow/traces/search",
    "get-artifact",
    "graphql",
    "health",
    "version",
]


@pytest.mark.parametrize("path", BLOCKED)
def test_what_acts_on_the_host_is_blocked(path: str) -> None:
    """However the path is written."""
    assert blocked(path)
    assert blocked("/" + path)


@pytest.mark.parametrize("path", SERVED)
def test_what_tracking_needs_is_served(path: str) -> None:
    """Runs, metrics, artifacts, models, traces and the page itself."""
    assert not blocked(path)


@pytest.mark.parametrize(
    ("method", "path", "reads"),
    [
        ("GET", "api/2.0/mlflow/runs/get", True),
        ("POST", "api/2.0/mlflow/runs/search", True),
        ("POST", "ajax-api/2.0/mlflow/logged-models/search", True),
        ("POST", "ajax-api/2.0/mlflow/experiments/search-datasets", True),
        ("POST", "graphql", True),
        ("POST", "api/2.0/mlflow/runs/create", False),
        ("POST", "api/2.0/mlflow/runs/log-batch", False),
        ("DELETE", "api/2.0/mlflow/registered-models/delete", False),
        ("PUT", "api/2.0/mlflow-artifacts/artifacts/0/search", False),
        ("PATCH", "api/2.0/mlflow/runs/search", False),
    ],
)
def test_reading_is_told_from_writing(method: str, path: str, reads: bool) -> None:
    """A token for reading may search, though MLflow searches by POST."""
    assert only_reads(method, path) is reads


@pytest.mark.parametrize(
    "call", ["create", "update", "delete", "restore", "log-metric", "log-batch", "log-parameter", "set-tag", "outputs"]
)
def test_every_write_to_a_run_is_noticed(call: str) -> None:
    """By the client's routes and by the page's."""
    assert changes_run(f"/api/2.0/mlflow/runs/{call}")
    assert changes_run(f"/ajax-api/2.0/mlflow/runs/{call}")


def test_searching_is_no_write() -> None:
    """A search of runs changes none."""
    assert not changes_run("/api/2.0/mlflow/runs/search")


def test_deleting_an_experiment_is_noticed() -> None:
    """All its runs go with it."""
    assert changes_experiment("/ajax-api/2.0/mlflow/experiments/delete")
    assert not changes_experiment("/api/2.0/mlflow/experiments/search")


@pytest.mark.parametrize(
    ("path", "expected"), [("/a//b/./c", "a/b/c"), ("a/x/../b", "a/b"), ("../../a", "a"), ("a\\b", "a/b"), ("", "")]
)
def test_a_path_is_read_as_a_router_reads_it(path: str, expected: str) -> None:
    """Detours lead nowhere else."""
    assert normal(path) == expected


LISTING = """
from mlflow.server import app
from mlflow.server.fastapi_app import app as outer
for rule in app.url_map.iter_rules(): print(rule.rule)
for route in outer.routes:
    found = route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else [route]
    for one in found:
        if getattr(one, "path", ""):
            print(one.path)
"""


def test_the_installed_mlflow_has_no_route_that_we_do_not_know() -> None:
    """A new MLflow with a new family of routes fails here, so that somebody decides whether to serve it."""
    known = {
        *("artifacts", "datasets", "experiments", "get-artifact", "get-online-trace-details", "get-trace-artifact"),
        *(
            "graphql",
            "health",
            "issues",
            "label-schemas",
            "logged-models",
            "metrics",
            "mlflow-artifacts",
            "model-versions",
        ),
        *(
            "prompt-optimization",
            "registered-models",
            "review-queues",
            "runs",
            "scorers",
            "server-info",
            "static-files",
        ),
        *(
            "build",
            "traces",
            "ui-telemetry",
            "unified-traces",
            "upload-artifact",
            "version",
            "mcp-servers",
            "users",
            "v1",
            "",
        ),
    }

    printed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LISTING], capture_output=True, text=True, check=True
    )

    paths = [normal(re.sub(r"<[^>]*>|\{[^}]*\}", "x", line)) for line in printed.stdout.splitlines()]
    families = {re.sub(r"^(ajax-)?api/[^/]*/(mlflow/)?", "", path).split("/")[0] for path in paths if not blocked(path)}
    assert families <= known
    assert len(paths) > 150
