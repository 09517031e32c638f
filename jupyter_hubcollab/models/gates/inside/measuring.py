"""Evaluations by a function or a script of the repo, and by usual metrics on a table."""

from __future__ import annotations

import importlib
import inspect
import math
import runpy
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .loading import load, plain, table_of
from .task import Found, Task

MOST_SCORES = 200_000


def by_function(task: Task) -> Found:
    """Call ``module:function`` with what it asks for by name: model, model_path, dataset, and the parameters."""
    sys.path.insert(0, str(task.code))
    module, _, name = str(task.wanted["entry"]).partition(":")
    function = getattr(importlib.import_module(module), name)
    takes = inspect.signature(function).parameters
    given = dict(task.wanted.get("parameters", {}))
    given |= {"model_path": task.model, "dataset": task.dataset}
    if "model" in takes:
        given["model"] = load(task.model)
    takes_all = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in takes.values())
    unknown = set(task.wanted.get("parameters", {})) - set(takes)
    if unknown and not takes_all:
        raise TypeError(f"{task.wanted['entry']} takes no parameter {', '.join(sorted(unknown))}")
    return measured(function(**{key: value for key, value in given.items() if key in takes or takes_all}))


def by_script(task: Task) -> Found:
    """Run a script; what it leaves in ``metrics`` counts."""
    sys.path.insert(0, str(task.code))
    names = {"parameters": task.wanted.get("parameters", {}), "model_path": task.model, "dataset": task.dataset}
    left = runpy.run_path(str(task.code / str(task.wanted["entry"])), init_globals=names, run_name="__main__")
    return measured(left.get("metrics"))


def by_table(task: Task) -> Found:
    """Usual metrics on a table of a dataset."""
    return on_table(load(task.model), task.dataset, task.code, task.wanted)


def on_table(model: Any, dataset: Path | None, code: Path, wanted: Mapping[str, Any]) -> Found:
    """Usual metrics of a model that is loaded, and those of scripts in *code*."""
    rows, answers = _table(dataset, wanted)
    guesses = plain(model.predict(table_of(model, rows)))
    values: dict[str, Any] = {}
    for name in map(str, wanted["metrics"]):
        if name.endswith(".py"):
            values |= _by_script(code / name, answers, guesses)
        else:
            values[name] = _metric(name, answers, guesses)
    return measured(values) | {"rows": len(answers)}


def _by_script(script: Path, answers: list[Any], guesses: list[Any]) -> dict[str, float]:
    """The numbers that a metric of the library ``evaluate`` gives, whose script lies in the repo."""
    evaluate: Any = importlib.import_module("evaluate")
    found = evaluate.load(str(script)).compute(predictions=guesses, references=answers)
    numbers = {str(name): plain(value) for name, value in found.items()}
    return {name: value for name, value in numbers.items() if isinstance(value, int | float)}


def by_mlflow(task: Task) -> Found:
    """``mlflow.models.evaluate`` on a table of a dataset, with a tracking store that is thrown away."""
    import mlflow

    evaluate: Any = mlflow.models.evaluate
    model = load(task.model)
    rows, answers = _table(task.dataset, task.wanted)
    mlflow.set_tracking_uri(f"sqlite:///{task.work / 'evaluation.db'}")
    data = rows.assign(**{"hubcollab target": answers})
    with mlflow.start_run():
        done = evaluate(
            lambda frame: model.predict(table_of(model, frame)),
            data,
            targets="hubcollab target",
            model_type=str(task.wanted["model_type"]),
            evaluators=["default"],
            evaluator_config={"default": {"log_explainer": False, "log_model_explainability": False}},
        )
    return measured({name: value for name, value in done.metrics.items() if isinstance(value, int | float)})


def measured(values: Any) -> Found:
    """Numbers as they are reported; a list stands for its mean, and is kept for each example.

    Raises:
        TypeError: these are no metrics.
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"metrics are a dict of numbers, as in {{'accuracy': 0.97}}, not {type(values).__name__}")
    numbers: dict[str, float] = {}
    scores: dict[str, list[float]] = {}
    for name, value in values.items():
        each = plain(value)
        if isinstance(each, list) and each and all(isinstance(one, int | float) for one in each):
            scores[str(name)] = [float(one) for one in each[:MOST_SCORES]]
            each = math.fsum(each) / len(each)
        if isinstance(each, bool) or not isinstance(each, int | float) or not math.isfinite(each):
            raise TypeError(f"the metric {name} is {each!r}, which is no finite number")
        numbers[str(name)] = float(each)
        print(f"{name} = {each:.6g}")
    return {"metrics": numbers, "scores": scores}


def _table(dataset: Path | None, wanted: Mapping[str, Any]) -> tuple[Any, list[Any]]:
    """The columns that a model gets, and the right answers."""
    import pandas

    if dataset is None:
        raise LookupError("there is no dataset")
    file, target = dataset / str(wanted["file"]), str(wanted["target"])
    readers = {".csv": pandas.read_csv, ".parquet": pandas.read_parquet, ".json": pandas.read_json}
    readers[".jsonl"] = lambda path: pandas.read_json(path, lines=True)
    if file.suffix not in readers or not file.is_file():
        raise LookupError(f"{wanted['file']} is no .csv, .jsonl, .json or .parquet file of the dataset")
    rows = readers[file.suffix](file)
    if target not in rows:
        raise LookupError(f"{wanted['file']} has no column {target}; it has {', '.join(map(str, rows))[:300]}")
    print(f"{len(rows)} rows of {wanted['file']}", flush=True)
    return rows.drop(columns=[target]), rows[target].tolist()


def _metric(name: str, answers: list[Any], guesses: list[Any]) -> Any:
    """A number, or one for each row whose mean is the metric."""
    pairs = list(zip(answers, guesses, strict=True))
    if name == "accuracy":
        return [float(answer == guess) for answer, guess in pairs]
    if name in ("mae", "mean_absolute_error"):
        return [abs(answer - guess) for answer, guess in pairs]
    if name in ("mse", "mean_squared_error"):
        return [(answer - guess) ** 2 for answer, guess in pairs]
    if name in ("rmse", "root_mean_squared_error"):
        return math.sqrt(math.fsum((answer - guess) ** 2 for answer, guess in pairs) / len(pairs))
    import sklearn.metrics

    base, _, average = name.partition("_") if name not in vars(sklearn.metrics) else (name, "", "")
    known = {"f1": "f1_score", "precision": "precision_score", "recall": "recall_score", "r2": "r2_score"}
    found = getattr(sklearn.metrics, known.get(base, name), None) or getattr(sklearn.metrics, f"{name}_score", None)
    if found is None:
        ways = "one of sklearn.metrics, a script of the library evaluate, or a function of your own (python:)"
        raise LookupError(f"there is no metric {name}; use {ways}")
    options = {"average": average} if average and base in known else {}
    if base in ("f1", "precision", "recall") and not average and len(set(answers)) > 2:
        options = {"average": "macro"}
    return float(found(answers, guesses, **options))


DOERS: dict[str, Callable[[Task], Found]] = {
    "function": by_function,
    "script": by_script,
    "evaluate": by_table,
    "mlflow": by_mlflow,
}
