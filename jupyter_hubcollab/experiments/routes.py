"""Which of MLflow's routes we serve, which of them only read, and which name a run that they change.

Paths are percent-decoded and relative to MLflow's root, as in ``api/2.0/mlflow/runs/create``. The tables are held
against the routes of the installed MLflow in ``tests/experiments/test_routes.py``. Not here: who may call.
"""

from __future__ import annotations

import re

# These start programs, call out with stored secrets, or act on the host in the name of whoever asks on loopback;
# behind our proxy that would be everyone.
_BLOCKED = re.compile(
    r"""^(ajax-)?api/[^/]*/( mlflow/(assistant|gateway|gateway-proxy|webhooks|jobs|demo|workspaces)
                           | mlflow/prompt-optimization/jobs
                           | mlflow/scorers/online-config
                           | mlflow/[^?]*/invoke
                           | mlflow/runs/create-promptlab-run
                           | jobs )(/|$|s$)
      | ^gateway(/|$)""",
    re.VERBOSE,
)
_SLASHES = re.compile(r"[/\\]+")
# MLflow reads by POST where a filter would be too long for a URL.
_READING = re.compile(
    r"(^|/)(search[a-z-]*|graphql|batchGetInfos|metrics|calculate-filter-correlation|get-latest-versions)$"
)
_WRITES_A_RUN = re.compile(r"^(ajax-)?api/[^/]*/mlflow/(runs/(?!search$)[a-z-]+|logged-models(/m-[^/]+)?)$")
_WRITES_AN_EXPERIMENT = re.compile(r"^(ajax-)?api/[^/]*/mlflow/experiments/(delete|restore)$")


def normal(path: str) -> str:
    """*path* as MLflow's router understands it: no empty and no dot parts, no slash in front."""
    parts: list[str] = []
    for part in _SLASHES.split(path):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def blocked(path: str) -> bool:
    """Nobody may reach *path*: it can run commands on the host, or calls out with stored secrets."""
    return bool(_BLOCKED.search(normal(path)))


def only_reads(method: str, path: str) -> bool:
    """A call that changes nothing, whatever its HTTP method says."""
    return method in ("GET", "HEAD", "OPTIONS") or (method == "POST" and bool(_READING.search(normal(path))))


def changes_run(path: str) -> bool:
    """A write to *path* names the run that it changes, in its body or in the answer."""
    return bool(_WRITES_A_RUN.search(normal(path)))


def changes_experiment(path: str) -> bool:
    """A write to *path* takes or brings back all runs of an experiment."""
    return bool(_WRITES_AN_EXPERIMENT.search(normal(path)))
