"""Asks the model: the team's examples, and how long one answer takes."""

from __future__ import annotations

import importlib
import math
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .loading import Predict, load, plain, predictor
from .measuring import on_table
from .task import Found, Task, said

LONGEST_OUTPUT = 4000


def ask(task: Task) -> Found:
    """Run the examples in ``wanted['examples']``, time predictions if ``wanted['runs']`` says so, measure on tables.

    All of it with one model: to load it takes longer than to ask it.
    """
    import json

    sys.path.insert(0, str(task.code))
    begun = time.perf_counter()
    model = load(task.model)
    predict = predictor(model)
    print(f"loaded in {time.perf_counter() - begun:.2f} s", flush=True)
    examples = [_asked(predict, one) for one in task.wanted.get("examples", [])]
    for one in examples:
        print(f"{'passed' if one['passed'] else 'FAILED'} {one['name']}{': ' + one['why'] if one['why'] else ''}")
        if len(json.dumps(one["output"], default=str)) > LONGEST_OUTPUT:
            one["output"] = f"{json.dumps(one['output'], default=str)[:LONGEST_OUTPUT]}…"
    found: Found = {"examples": examples}
    if task.wanted.get("runs"):
        found |= _latency(predict, task)
    for name, table in task.wanted.get("tables", {}).items():
        print(f"── {name}", flush=True)
        found.setdefault("tables", {})[name] = _on_table(model, task.code, table)
    return found


def _latency(predict: Predict, task: Task) -> Found:
    try:
        return {"latencies_ms": _timed(predict, _inputs(task), int(task.wanted["runs"]))}
    except Exception as error:  # noqa: BLE001 -- the edge of a task: other people's model
        traceback.print_exc()
        return {"latency_error": said(error)}


def _on_table(model: Any, code: Path, table: dict[str, Any]) -> Found:
    dataset = Path(table["dataset"]) if table.get("dataset") else None
    try:
        return on_table(model, dataset, code, table)
    except Exception as error:  # noqa: BLE001 -- the edge of a task: other people's model and data
        traceback.print_exc()
        return {"error": said(error)}


def _asked(predict: Predict, example: dict[str, Any]) -> dict[str, Any]:
    """One example: whether the output is as expected, and if not, why."""
    answer: dict[str, Any] = {"name": example["name"], "passed": False, "output": None}
    try:
        answer["output"] = output = predict(example["input"])
        why = next(
            (said for way, value in example["expect"].items() if (said := _missed(way, value, output, example))), ""
        )
    except Exception as error:  # noqa: BLE001 -- the edge of a task: the model's and the team's own code
        why = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return answer | {"passed": not why, "why": why}


def _missed(way: str, value: Any, output: Any, example: dict[str, Any]) -> str:
    """Why *output* is not as expected; empty if it is."""
    if way == "tolerance":
        return ""
    if way == "python":
        return _refused_by(value, output, example["input"])
    tolerance = float(example["expect"].get("tolerance", 1e-6))
    ways: dict[str, Callable[[], bool]] = {
        "equals": lambda: bool(output == value),
        "close": lambda: _is_close(output, value, tolerance),
        "contains": lambda: value in output if isinstance(output, str | list | dict) else False,
        "label": lambda: str(_label(output)) == str(value),
        "one_of": lambda: output in value,
    }
    return "" if ways[way]() else f"it gives {_short(output)}, not {way} {_short(value)}"


def _refused_by(entry: str, output: Any, given: Any) -> str:
    module, _, function = entry.partition(":")
    try:
        said = getattr(importlib.import_module(module), function)(output, given)
    except AssertionError as error:
        return f"{entry}: {error or 'an assertion failed'}"
    return "" if said is None or said else f"{entry} says no to {_short(output)}"


def _is_close(output: Any, value: Any, tolerance: float) -> bool:
    if isinstance(value, list):
        pairs = isinstance(output, list) and len(output) == len(value)
        return pairs and all(_is_close(*pair, tolerance) for pair in zip(output, value, strict=True))
    if isinstance(value, dict):
        same = isinstance(output, dict) and output.keys() == value.keys()
        return same and all(_is_close(output[key], value[key], tolerance) for key in value)
    if isinstance(value, int | float) and isinstance(output, int | float):
        return math.isclose(output, value, rel_tol=0, abs_tol=tolerance)
    return bool(output == value)


def _label(output: Any) -> Any:
    """A class, or the place of the largest of several scores."""
    scores = isinstance(output, list) and len(output) > 1 and all(isinstance(one, float | int) for one in output)
    return output.index(max(output)) if scores else output


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:119]}…"


def _inputs(task: Task) -> list[Any]:
    given: list[Any] = task.wanted.get("inputs") or [one["input"] for one in task.wanted.get("examples", [])]
    given = given or _own_example(task.model)
    if not given:
        raise LookupError("there is no input to time: give latency a 'sample', or add examples")
    return given


def _own_example(folder: Path) -> list[Any]:
    """The input example that MLflow keeps beside a model."""
    import json

    for name in ("serving_input_example.json", "input_example.json"):
        if not (folder / name).is_file():
            continue
        found = json.loads((folder / name).read_text())
        for key in ("inputs", "data", "dataframe_split"):
            if isinstance(found, dict) and key in found:
                found = found[key]["data"] if key == "dataframe_split" else found[key]
        if isinstance(found, list) and found:
            return [plain(found[0])]
    return []


def _timed(predict: Predict, inputs: list[Any], runs: int) -> list[float]:
    for given in inputs[:3] or inputs:
        predict(given)
    times = []
    for number in range(runs):
        given = inputs[number % len(inputs)]
        begun = time.perf_counter()
        predict(given)
        times.append((time.perf_counter() - begun) * 1000)
    print(f"{runs} predictions: {sorted(times)[runs // 2]:.2f} ms in the middle, {max(times):.2f} ms at most")
    return times
