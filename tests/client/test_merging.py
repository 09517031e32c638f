"""Two fine-tuned branches of one model made one from a cell, and judged before anybody loads it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from huggingface_hub import CommitOperationAdd, HfApi, ModelCard
from live import TOKEN, Live, call
from safetensors.numpy import load_file, save

import jupyter_hubcollab as notebook
from jupyter_hubcollab import wire
from jupyter_hubcollab.client.connection import Connection
from jupyter_hubcollab.errors import BadInput, GateNotPassed

FILE = "model.safetensors"
BASE = {"layer.weight": np.ones((2, 2), np.float32), "layer.bias": np.zeros(2, np.float32)}
WIDE = {"layer.weight": np.array([[3, 1], [1, 1]], np.float32), "layer.bias": np.array([0, 1], np.float32)}
DEEP = {"layer.weight": np.array([[1, 1], [1, 5]], np.float32), "layer.bias": np.array([0, 3], np.float32)}
RULES = """
branches: [main]
environment: server
evaluations: [{name: bias, python: own.py, metrics: {score: {min: 1.9}}}]
"""
OWN = """
from safetensors.numpy import load_file
metrics = {"score": float(load_file(model_path / "model.safetensors")["layer.bias"][1])}
"""


@pytest.fixture
def tuned(hub: Connection, live_hub: Live, name: str) -> str:
    """A model with two branches, on which Hugging Face's client put other weights, and with rules."""
    api = HfApi(endpoint=f"{live_hub.url}/hubcollab/hf", token=TOKEN)
    api.create_repo(name)

    def put(branch: str, **files: bytes) -> None:
        operations = [CommitOperationAdd(path.replace("__", "."), content) for path, content in files.items()]
        api.create_commit(name, operations, commit_message=f"Train {branch}", revision=branch)

    card = b"---\nlicense: mit\nmetrics: [score]\n---\nA layer.\n"
    rules = {"README__md": card, "hubcollab__yaml": RULES.encode(), "own__py": OWN.encode()}
    put("main", model__safetensors=save(BASE), **rules)
    for branch, weights in {"wide": WIDE, "deep": DEEP}.items():
        api.create_branch(name, branch=branch)
        put(branch, model__safetensors=save(weights))
    return name


def judged(hub: Connection, repo: str, branch: str) -> tuple[int, wire.GateRun]:
    """A new pull request for a branch, and its verdict."""
    where = f"repos/models/{repo}"
    asked = wire.PullRequestOpening(title=f"Merge {branch}", branch=branch)
    number = hub.post(f"{where}/pulls", asked, wire.DiscussionPage).discussion.number
    run = hub.get(f"{where}/gates", wire.GateRuns, pull=number).runs[0]
    while run.state in ("queued", "running"):
        run = hub.get(f"{where}/gates/runs/{run.id}", wire.GateRun, wait=30)
    return number, run


MIXES: list[tuple[dict[str, Any], list[list[float]], float]] = [
    ({"method": "linear", "weights": [1, 3]}, [[1.5, 1], [1, 4]], 2.5),
    ({"method": "slerp"}, [[2.275, 1.1376], [1.1376, 3.4127]], 2.0),
    ({"method": "ties", "base": "main", "density": 0.5}, [[3, 1], [1, 5]], 2.0),
]


def test_two_branches_become_one_that_passes(tuned: str, hub: Connection) -> None:
    """Each way of mixing makes a branch with its lineage in the card; a pull request passes and is merged."""
    for options, weight, bias in MIXES:
        into = notebook.merge_weights(tuned, ["wide", "deep"], into=f"mixed/{options['method']}", **options)

        folder = notebook.download(tuned, revision=into)
        found = load_file(folder / FILE)
        np.testing.assert_allclose(found["layer.weight"], weight, rtol=1e-3)
        np.testing.assert_allclose(found["layer.bias"], [0, bias], rtol=1e-6)
        card = ModelCard.load(folder / "README.md").data.to_dict()
        assert [one["revision"] for one in card["merge"]["of"]] == ["wide", "deep"]
        assert (card["merge"]["method"], card["license"], "metrics" in card) == (options["method"], "mit", False)

    number, run = judged(hub, tuned, into)
    assert (run.state, [one.value for one in run.checks]) == ("passed", ["2"])
    hub.post(f"repos/models/{tuned}/discussions/{number}/merge", wire.MergeRequest(), wire.DiscussionPage)
    assert notebook.diff(f"{tuned}@{into}", f"{tuned}@main").tensors == []


def test_a_mix_that_is_worse_stays_outside(tuned: str, hub: Connection, live_hub: Live) -> None:
    """The gate judges the mix like any other commits, and main keeps what it has."""
    into = notebook.merge_weights(tuned, ["wide", "deep"], into="poor", weights=[3, 1])

    number, run = judged(hub, tuned, into)

    assert run.state == "failed"
    with pytest.raises(GateNotPassed, match="bias: score"):
        hub.post(f"repos/models/{tuned}/discussions/{number}/merge", wire.MergeRequest(), wire.DiscussionPage)
    differences = notebook.diff(f"{tuned}@main", f"{tuned}@{into}")
    assert {one.name for one in differences.tensors} == {"layer.weight", "layer.bias"}
    with pytest.raises(BadInput, match="common origin"):
        notebook.merge_weights(tuned, ["wide", "deep"], into="never", method="ties")
    assert call("GET", f"{live_hub.url}/hubcollab/api/repos/models/{tuned}/tree?revision=never")[0] == 404
