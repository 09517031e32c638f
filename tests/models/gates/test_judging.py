"""A real model, judged by real programs in processes of their own."""

from __future__ import annotations

import json
import os
import socket
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from people import ANN, DIGITS

from jupyter_hubcollab.models.gates.environments import Environments, FindUv, NoEnvironment, uv_of
from jupyter_hubcollab.models.gates.rules import Limits
from jupyter_hubcollab.models.gates.sandbox import Box, Job, server_python
from jupyter_hubcollab.names import RepoId

from .conftest import Bench

ROWS = RepoId("team", "rows", "dataset")
RULES = """
protected: [champion]
environment: server
latency: {max_ms: 5000, runs: 5}
examples: {min_passed: 0.6, keep: champion}
evaluations:
  - name: holdout
    python: checks:measure
    dataset: team/rows
    parameters: {only: 200}
    metrics: {accuracy: {min: 0.8, no_worse_than: champion}}
  - name: table
    evaluate: {dataset: team/rows, file: test.csv, target: digit, metrics: [accuracy, f1_macro]}
    metrics: {f1_macro: {min: 0.999}}
"""
CHECKS = """
def measure(model, dataset, only):
    import pandas

    rows = pandas.read_csv(dataset / "test.csv")[:only]
    return {"accuracy": model.predict(rows.drop(columns=["digit"]).to_numpy()) == rows["digit"]}


def is_digit(output, given):
    assert output in range(10), "no digit"
"""


@pytest.fixture
def rows(bench: Bench) -> None:
    """A table of digits on the hub."""
    import pandas
    from sklearn.datasets import load_digits

    from jupyter_hubcollab.hub.changes import Put
    from jupyter_hubcollab.names import FilePath

    pixels, digits = load_digits(return_X_y=True)
    table = pandas.DataFrame(pixels[:400]).assign(digit=digits[:400])
    bench.hub.repos.create(ANN, ROWS)
    text = table.to_csv(index=False).encode()
    bench.hub.commits.commit(ANN, ROWS, [Put(FilePath("test.csv"), text, len(text))], message="Rows")


@pytest.mark.slow
@pytest.mark.usefixtures("rows")
def test_a_trained_model_is_measured_and_asked(bench: Bench, trained: Callable[[], dict[str, bytes]]) -> None:
    """Function, table, examples and latency, each with its value; and what changed for the examples afterwards."""
    files = trained()
    examples = files.pop("tests/examples.jsonl").decode()
    examples += json.dumps({"name": "any digit", "input": [0.0] * 64, "expect": {"python": "checks:is_digit"}}) + "\n"
    bench.rules(RULES, **{"checks.py": CHECKS, "tests/examples.jsonl": examples})

    made = bench.publish(files)
    run = bench.ended(tag=made.tag)

    states = {one.name: (one.state, one.why) for one in run.checks if one.state != "passed"}
    assert set(states) == {"table: f1_macro", "holdout: accuracy", "examples: kept"}, run.checks
    assert states["holdout: accuracy"][0] == "skipped"
    assert "3 of 4" in {one.value for one in run.checks}
    assert run.isolation["memory"].startswith("at most 4096 MB")
    stored = bench.gates.runs.scores(run.id)
    assert len(stored["holdout"]["accuracy"]) == 200

    compared = bench.gates.examples.compare(ANN, DIGITS, made.revision, made.tag)
    assert {one.change for one in compared.rows} == {"same"}
    (column,) = bench.gates.examples.table(ANN, DIGITS).columns
    assert [one.passed for one in column.answers] == [True, True, False, True]


def box(tmp_path: Path, **limits: object) -> Box:
    log = tmp_path / "log.txt"
    log.touch()
    given = Limits(**{"time_s": 500.0, **limits})  # type: ignore[arg-type]
    return Box(server_python(), tmp_path / "jobs", given, print, log, lambda: None, dict(os.environ))


@pytest.mark.parametrize(
    ("code", "limits", "why"),
    [
        ("signal.pause()", {"time_s": 1.0}, "longer than 1 s"),
        ("b'x' * (1 << 30)", {"memory_mb": 512}, "MemoryError"),
        ("os.kill(os.getpid(), signal.SIGILL)", {}, "SIGILL"),
        ("os._exit(3)", {}, "code 3"),
        ("metrics = {'accuracy': float('nan')}", {}, "no finite number"),
        ("raise ValueError('broken data')", {}, "ValueError: broken data"),
    ],
)
def test_a_program_that_misbehaves_is_ended_and_named(
    tmp_path: Path, code: str, limits: dict[str, float], why: str
) -> None:
    """Time, memory, signals and errors end a program, never the hub, and the verdict says which it was."""
    (tmp_path / "bad.py").write_text(f"import os, signal\nmetrics = {{}}\n{code}\n")
    job = Job("script", tmp_path, tmp_path, wanted={"entry": "bad.py"})

    found = box(tmp_path, **limits).run("1", job)

    assert why in found["error"]


def test_a_program_reaches_no_network_and_knows_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system can isolate, a server beside it is out of reach; what the environment holds always is."""
    monkeypatch.setenv("HUBCOLLAB_TOKEN", "secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines = [
            "import os, socket",
            f"line = socket.socket(); reached = line.connect_ex(('127.0.0.1', {server.getsockname()[1]})) == 0",
            "metrics = {'reached': int(reached), 'knows': int('HUBCOLLAB_TOKEN' in os.environ)}",
        ]
        (tmp_path / "spy.py").write_text("\n".join(lines))
        found = box(tmp_path).run("1", Job("script", tmp_path, tmp_path, wanted={"entry": "spy.py"}))

    isolated = found["isolation"]["network"] == "isolated"
    assert found["metrics"] == {"reached": 0.0 if isolated else 1.0, "knows": 0.0}


def test_an_environment_is_made_of_the_pins_and_kept(tmp_path: Path) -> None:
    """Where the server has exactly what is pinned, nothing is installed; the next version finds it there."""
    from importlib.metadata import version

    (tmp_path / "requirements.txt").write_text(f"# made by mlflow\nnumpy=={version('numpy')}\n")
    environments = Environments(tmp_path / "environments", dict(os.environ))

    first, second = (environments.pinned(tmp_path, (), print, lambda: None) for _ in range(2))

    assert first.python == second.python != server_python()
    assert second.about.endswith("kept from before")
    done = box(tmp_path)
    (tmp_path / "which.py").write_text("import numpy, sys\nmetrics = {'own': int(sys.prefix != sys.base_prefix)}\n")
    job = Job("script", tmp_path, tmp_path, wanted={"entry": "which.py"})
    found = replace(done, python=first.python, work=tmp_path / "others").run("1", job)
    assert found["metrics"] == {"own": 1.0}


@pytest.mark.parametrize("find_uv", [uv_of, lambda _environ: None], ids=["uv", "pip"])
def test_what_the_server_lacks_is_installed(tmp_path: Path, find_uv: FindUv) -> None:
    """By uv, and by pip where there is no uv; from the index that is set in the server's environment."""
    wheel = tmp_path / "index" / "hubcollab_tiny-0.1-py3-none-any.whl"
    wheel.parent.mkdir()
    about = "hubcollab_tiny-0.1.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("hubcollab_tiny.py", "answer = 42\n")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: hubcollab-tiny\nVersion: 0.1\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    (tmp_path / "requirements.txt").write_text("hubcollab-tiny==0.1\n")
    index = {"UV_NO_INDEX": "1", "PIP_NO_INDEX": "1"}
    index |= {"UV_FIND_LINKS": str(wheel.parent), "PIP_FIND_LINKS": str(wheel.parent)}

    environments = Environments(tmp_path / "environments", {**os.environ, **index}, find_uv)
    made = environments.pinned(tmp_path, (), print, lambda: None)

    (tmp_path / "use.py").write_text("import hubcollab_tiny\nmetrics = {'answer': hubcollab_tiny.answer}\n")
    inside = replace(box(tmp_path), python=made.python)
    found = inside.run("1", Job("script", tmp_path, tmp_path, wanted={"entry": "use.py"}))
    assert (made.about, found.get("metrics")) == ("its own packages", {"answer": 42.0})


@pytest.mark.parametrize(
    "line", ["git+https://x/y", "-e .", "./wheel.whl", "--index-url https://evil", "a @ https://x"]
)
def test_requirements_do_not_lead_out_of_the_index(tmp_path: Path, line: str) -> None:
    """Who publishes a version does not say from where the server installs."""
    (tmp_path / "requirements.txt").write_text(f"{line}\n")

    with pytest.raises(NoEnvironment, match="only packages of the index"):
        Environments(tmp_path / "e", {}).pinned(tmp_path, (), print, lambda: None)


METRIC = """
import datasets
import evaluate

class Close(evaluate.Metric):
    def _info(self):
        number = datasets.Value("int64")
        features = datasets.Features({"predictions": number, "references": number})
        return evaluate.MetricInfo(description="", citation="", inputs_description="", features=features)

    def _compute(self, predictions, references):
        return {"close": sum(abs(a - b) < 2 for a, b in zip(predictions, references)) / len(references)}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "metrics", "expected"),
    [
        ("evaluate", ["metrics/close.py", "accuracy", "f1_macro"], {"close", "accuracy", "f1_macro"}),
        ("mlflow", ["accuracy"], {"accuracy_score", "f1_score"}),
    ],
)
def test_a_table_is_evaluated_by_the_libraries_themselves(
    tmp_path: Path, trained: Callable[[], dict[str, bytes]], kind: str, metrics: list[str], expected: set[str]
) -> None:
    """A metric of `evaluate` from its script in the repo, and `mlflow.models.evaluate`: no network is needed."""
    import pandas
    from sklearn.datasets import load_digits

    pixels, digits = load_digits(return_X_y=True)
    model = tmp_path / "model"
    for path, content in trained().items():
        (model / path).parent.mkdir(parents=True, exist_ok=True)
        (model / path).write_bytes(content)
    pandas.DataFrame(pixels[:300]).assign(digit=digits[:300]).to_csv(tmp_path / "test.csv", index=False)
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "close.py").write_text(METRIC)
    wanted = {"file": "test.csv", "target": "digit", "metrics": metrics, "model_type": "classifier"}

    found = box(tmp_path).run("1", Job(kind, model, tmp_path, tmp_path, wanted))

    assert expected <= found.get("metrics", {}).keys(), (tmp_path / "log.txt").read_text()[-3000:]
    assert all(0.5 < found["metrics"][name] <= 1 for name in expected)


@pytest.mark.slow
def test_an_evaluation_by_notebook_gets_parameters_and_leaves_metrics(tmp_path: Path) -> None:
    """As papermill has it: parameters go behind the cell that is tagged so."""
    import nbformat

    cells = [("seed = 1", ["parameters"]), ("print('seed', seed)\nmetrics = {'accuracy': seed / 10}", [])]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, metadata={"tags": tags}) for source, tags in cells]
    )
    nbformat.write(notebook, tmp_path / "eval.ipynb")
    wanted = {"notebook": "eval.ipynb", "parameters": {"seed": 7}}

    found = box(tmp_path).run("1", Job("notebook", tmp_path, tmp_path, wanted=wanted))

    assert found["metrics"] == {"accuracy": 0.7}, (tmp_path / "log.txt").read_text()
    assert "seed 7" in (tmp_path / "log.txt").read_text()


@pytest.mark.slow
def test_a_version_is_reproduced_from_its_notebook(tmp_path: Path) -> None:
    """The notebook that trained it runs again; its publish is heard and not carried out."""
    import nbformat

    source = "import jupyter_hubcollab as hub\nhub.publish(object(), 'team/x', metrics={'accuracy': 0.5})"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), tmp_path / "notebook.ipynb")
    job = Job("reproduction", tmp_path, tmp_path, wanted={"notebook": "notebook.ipynb"})

    found = box(tmp_path).run("1", job)

    assert found["metrics"] == {"accuracy": 0.5}, (tmp_path / "log.txt").read_text()
