"""The version list of a model with 1,000 versions of five metrics each, as the page and `hub.versions` ask for it.

Over HTTP to a Jupyter server; medians of ``ROUNDS``, the first request apart. Peer: the same numbers in MLflow's own
model registry on SQLite, asked by its client (the versions, and the runs that hold their metrics). It takes long to
fill, so it is given a tenth of the versions; the hub is measured at that number, too.
"""

from __future__ import annotations

import json
import logging
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.publish import TOKEN, hub

VERSIONS, FEW, METRICS, ROUNDS = 1000, 100, 5, 15
MOST_MS, MOST_PAGE_MS = 100.0, 300.0


def fill(folder: Path, name: str, versions: int) -> None:
    """A model with many versions, written into git as a push would, as commits by the hub are durable one by one."""
    import pygit2

    from jupyter_hubcollab.access import Actor
    from jupyter_hubcollab.hub.hub import open_hub
    from jupyter_hubcollab.models import open_models
    from jupyter_hubcollab.names import RepoId
    from jupyter_hubcollab.storage.database import Database

    database = Database(f"sqlite:///{folder}/index.sqlite")
    served = open_hub(folder, database)
    models = open_models(served)
    ann, repo = Actor("ann", "Ann"), RepoId("team", name)
    git = served.refs.open(served.repos.create(ann, repo))
    for number in range(1, versions + 1):
        numbers = "".join(f"    - {{type: m{at}, value: {number / 1000 + at}}}\n" for at in range(METRICS))
        card = f"---\nmodel-index:\n- name: m\n  results:\n  - dataset: {{type: d}}\n    metrics:\n{numbers}---\n# M\n"
        head = git.references["refs/heads/main"].target
        tree = git.TreeBuilder(git[head].peel(pygit2.Tree))
        for path, text in (("README.md", card), ("provenance.json", json.dumps({"run_id": f"r{number}"}))):
            tree.insert(path, git.create_blob(text.encode()), pygit2.enums.FileMode.BLOB)
        who = pygit2.Signature("Ann", "ann@example.org", 1_700_000_000 + number)
        made = git.create_commit("refs/heads/main", who, who, f"v{number}", tree.write(), [head])
        git.create_tag(f"v{number}", made, pygit2.enums.ObjectType.COMMIT, who, f"Publish v{number}")
    served.commits.catch_up()
    models.versions.list(ann, repo)
    served.close()
    database.close()


def asked(address: str) -> bytes:
    """An answer of the hub."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request) as reply:
        content: bytes = reply.read()
    return content


def times_ms(work: Any) -> tuple[float, float]:
    """The first time, and the median of the others."""
    found = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    return found[0], statistics.median(found[1:])


def registry(folder: Path, versions: int) -> Any:
    """What one asks of MLflow's registry for the same list."""
    import mlflow

    logging.getLogger("alembic").setLevel(logging.ERROR)
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    client = mlflow.MlflowClient(f"sqlite:///{folder}/mlflow.sqlite", f"sqlite:///{folder}/mlflow.sqlite")
    client.create_registered_model("m")
    experiment = client.create_experiment("e")
    for number in range(versions):
        run = client.create_run(experiment).info.run_id
        metrics = [mlflow.entities.Metric(f"m{at}", number + at, 0, 0) for at in range(METRICS)]
        client.log_batch(run, metrics=metrics)
        client.create_model_version("m", f"runs:/{run}/model", run)

    def ask() -> None:
        found = client.search_model_versions("name = 'm'", max_results=versions)
        runs = client.search_runs([experiment], max_results=versions)
        assert len(found) == len(runs) == versions

    return ask


def main() -> int:
    """Measure, and print a table."""
    rows: list[tuple[str, float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / ".hubcollab"
        data.mkdir()
        fill(data, "many", VERSIONS)
        fill(data, "few", FEW)
        with hub(folder) as address:
            for what, path in (
                (f"list of {VERSIONS} versions", "models/team/many/versions"),
                (f"list of {FEW} versions", "models/team/few/versions"),
                (f"page with {FEW} versions", "repos/models/team/few"),
                (f"metrics over {VERSIONS} versions", "repos/models/team/many/metrics"),
            ):
                rows.append((what, *times_ms(lambda path=path: asked(f"{address}/api/{path}"))))
        rows.append((f"peer: MLflow's registry, {FEW} versions", *times_ms(registry(folder, FEW))))
    print("| asked | first, ms | then, ms |\n|---|---|---|")
    for what, first, then in rows:
        print(f"| {what} | {first:.0f} | {then:.0f} |")
    print(f"\nLimits: {MOST_MS:.0f} ms for the list, {MOST_PAGE_MS:.0f} ms for the page.")
    return int(rows[0][2] > MOST_MS or rows[2][2] > MOST_PAGE_MS)


if __name__ == "__main__":
    sys.exit(main())
