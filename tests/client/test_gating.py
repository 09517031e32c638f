"""Gates from a cell and from a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import CommitOperationAdd, HfApi
from live import TOKEN, Live

import jupyter_hubcollab as notebook
from jupyter_hubcollab.cli.program import main
from jupyter_hubcollab.errors import BadInput, GateNotPassed, NotFound

RULES = """
protected: [champion]
environment: server
evaluations: [{name: own, python: own.py, metrics: {f1: {min: 0.5, no_worse_than: champion}}}]
"""
SCRIPT = "import json\nmetrics = {'f1': json.loads((model_path / 'score.json').read_text())}\n"


def published(name: str, score: float, folder: Path) -> str:
    file = folder / "score.json"
    file.write_text(str(score))
    return str(notebook.publish(file, name).tag)


@pytest.fixture
def ruled(live_hub: Live, hub: Any, name: str, tmp_path: Path) -> str:
    """A model with a champion and rules, which Hugging Face's client wrote."""
    first = published(name, 0.9, tmp_path)
    notebook.alias(name, "champion", first)
    api = HfApi(endpoint=f"{live_hub.url}/hubcollab/hf", token=TOKEN)
    files = {"hubcollab.yaml": RULES, "own.py": SCRIPT}
    operations = [CommitOperationAdd(path, text.encode()) for path, text in files.items()]
    api.create_commit(name, operations, commit_message="Rules")
    return name


def test_a_worse_version_is_judged_and_refused_by_every_client(
    ruled: str, live_hub: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a cell, from a terminal and by MLflow's own client, it is the same verdict."""
    import mlflow

    worse = published(ruled, 0.8, tmp_path)

    verdict = notebook.judge(ruled, worse)

    assert not verdict.passed
    assert "champion has 0.9" in repr(verdict)
    assert "f1 = 0.8" in capsys.readouterr().out
    assert notebook.gates(ruled, worse).run.id == verdict.run.id
    with pytest.raises(GateNotPassed, match="own: f1"):
        notebook.alias(ruled, "champion", worse)
    for variable, value in {
        "MLFLOW_TRACKING_URI": f"{live_hub.url}/hubcollab/mlflow",
        "MLFLOW_TRACKING_TOKEN": TOKEN,
        "MLFLOW_REGISTRY_URI": "hubcollab://",
    }.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(mlflow.MlflowException, match="protected"):
        mlflow.MlflowClient().set_registered_model_alias(ruled, "champion", worse.removeprefix("v"))
    assert main(["check", f"{ruled}@{worse}", "--json"]) == 1
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert [one["state"] for one in checks] == ["passed", "failed"]
    notebook.alias(ruled, "champion", worse, reason="the other one is on fire")


def test_what_people_expect_is_said_in_a_cell(hub: Any, name: str, tmp_path: Path) -> None:
    """Arrays become lists, numbers with a fraction are close enough; what is no example is refused at once."""
    import numpy as np

    published(name, 1.0, tmp_path)

    notebook.expect(name, np.array([1, 2]), np.float64(0.5), name="half")
    notebook.expect(name, "How are you?", "fine", how="contains")
    with pytest.raises(BadInput, match="object is none of them"):
        notebook.expect(name, object(), 1)

    first, second = notebook.examples(name).table.examples
    assert (first.input, first.expect) == ([1, 2], {"close": 0.5, "tolerance": 1e-6})
    assert second.name.startswith("example ")
    notebook.unexpect(name, "half")
    assert len(notebook.examples(name)) == 1
    with pytest.raises(NotFound, match=r"hubcollab\.yaml"):
        notebook.gates(name, "v1")
