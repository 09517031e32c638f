"""How a run that goes on is doing: how far it is, and what should worry whoever looks at it.

Pure functions of what was logged; `runs.py` asks them when a run is shown and now and then while it is written to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..wire import Point, RunWarning
from .recorded import Recorded

PATIENCE = 20
"""So many points without a better one count as no improvement, if the run does not say otherwise."""
PATIENCE_TAG = "hubcollab.patience"
TOTAL_TAG = "hubcollab.steps"
GROWTH = 3.0
FEWEST = 8
_TOTALS = ("max_steps", "total_steps", "num_steps", "n_steps", "steps", "max_iter", "n_estimators", "num_boost_round")
_EPOCHS = ("num_train_epochs", "max_epochs", "num_epochs", "n_epochs", "epochs")
_LOSS = re.compile(r"(^|[_./ -])(loss|error|err|mse|rmse|mae|nll|perplexity|logloss|cross_?entropy)($|[_./ -])", re.I)
_NOT_QUALITY = re.compile(r"^system/|(^|[_./ -])(lr|learning_rate|epoch|step|time|seconds|grad_norm)($|[_./ -])", re.I)


def progress(run: Recorded) -> tuple[int | None, float | None]:
    """The newest step of a run, and which share of its steps that is, if it says how many there will be."""
    step = run.step
    total = _number(run.tags.get(TOTAL_TAG)) or _first(run.params, _TOTALS)
    if total and step is not None:
        return step, min(1.0, (step + 1) / total)
    epochs, epoch = _first(run.params, _EPOCHS), run.metrics.get("epoch")
    if epochs and isinstance(epoch, float):
        return step, min(1.0, epoch / epochs)
    if epochs and step is not None and step < epochs:
        return step, min(1.0, (step + 1) / epochs)
    return step, None


def warnings(run: Recorded, history: Mapping[str, Sequence[Point]]) -> list[RunWarning]:
    """What is wrong with a run: numbers that are none, a loss that grows, no improvement for long."""
    patience = int(_number(run.tags.get(PATIENCE_TAG)) or PATIENCE)
    found: list[RunWarning] = []
    for name, points in sorted(history.items()):
        broken = next((point.step for point in points if isinstance(point.value, str)), None)
        if broken is not None:
            found.append(RunWarning(kind="notFinite", metric=name, step=broken))
            continue
        numbers = [point.value for point in points if not isinstance(point.value, str)]
        if _NOT_QUALITY.search(name) or len(numbers) < FEWEST:
            continue
        if _LOSS.search(name) and _diverges(numbers):
            found.append(RunWarning(kind="diverging", metric=name, step=points[-1].step))
        elif (best := _best(name, numbers)) is not None and len(numbers) - 1 - best >= patience:
            found.append(RunWarning(kind="stalled", metric=name, step=points[best].step))
    return found


def _diverges(values: Sequence[float]) -> bool:
    """The last values are all far above the best one, and above the first."""
    best, last = min(values), values[-3:]
    return all(value > values[0] and value > GROWTH * max(best, 1e-12) for value in last)


def _best(name: str, values: Sequence[float]) -> int | None:
    """The index of the best value, as far as the name tells what is better."""
    if _LOSS.search(name):
        return values.index(min(values))
    if re.search(r"acc|auc|f1|precision|recall|score|r2|bleu|rouge|map|iou|dice", name, re.IGNORECASE):
        return values.index(max(values))
    return None


def _first(params: Mapping[str, str], names: Sequence[str]) -> float | None:
    return next((number for name in names if (number := _number(params.get(name)))), None)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 < number < 1e12 else None
