"""Numbers that say how good a version is: in which direction they improve, how they changed, how a card states them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from .. import wire

_HIGHER = re.compile(
    r"acc(uracy)?|f\d*(_?score)?|auc|auroc|roc|ap|map|precision|recall|sensitivity|specificity|r2|score|bleu|rouge\w*|meteor|"
    r"ndcg|mrr|hits?|iou|miou|dice|mcc|kappa|exact|em|pearson|spearman|psnr|ssim|silhouette|top\d+|reward|win|likelihood|variance"
)
_LOWER = re.compile(
    r"loss|error|err|mse|rmse|mae|mape|msle|logloss|deviance|perplexity|ppl|wer|cer|ter|fid|brier|latency|duration|seconds|time|"
    r"distance|divergence|regret|bytes|emissions|hinge|inertia"
)


class Measured(msgspec.Struct, frozen=True):
    """A number with what it was measured on."""

    name: str
    value: float
    dataset: str | None
    split: str | None
    unit: str | None = None
    higher: bool | None = None
    """Is a higher value better, where somebody said so?"""
    source: wire.MetricSource = "card"


Key = tuple[str, str | None, str | None]
"""Metric, data set and split: what tells one series of numbers from another."""


def key_of(one: Measured) -> Key:
    """The series to which a number belongs."""
    return one.name, one.dataset, one.split


_UNITS = {
    **{"ms": "ms", "milliseconds": "ms", "s": "s", "sec": "s", "seconds": "s", "minutes": "min", "hours": "h"},
    **{"bytes": "B", "kb": "kB", "mb": "MB", "gb": "GB", "mib": "MiB", "gib": "GiB", "percent": "%", "pct": "%"},
    **{"kwh": "kWh", "wh": "Wh", "watts": "W", "grams": "g", "kg": "kg", "usd": "USD", "eur": "EUR"},
}


def unit_of(name: str) -> str | None:
    """The unit with which a metric's name ends: latency_ms, size_mb; None where it tells none."""
    words = name.lower().split("_")
    return _UNITS.get(words[-1]) if len(words) > 1 else None


def direction_of(one: Measured) -> bool | None:
    """Whether a higher value is better: as somebody said, else as the name tells."""
    return one.higher if one.higher is not None else direction(one.name)


@lru_cache(maxsize=4096)
def direction(name: str) -> bool | None:
    """Whether a higher value is better; None where the name does not tell."""
    words = [word for word in re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()) if word]
    if any(_LOWER.fullmatch(word) for word in words) or name.lower().startswith("neg_log_likelihood"):
        return bool(words and words[0] == "neg")  # scikit-learn: neg_mean_squared_error is better when higher
    if any(_HIGHER.fullmatch(word) for word in words):
        return True
    return None


def compared(metrics: Sequence[Measured], before: Sequence[Measured]) -> list[wire.Metric]:
    """*metrics* with the change against the same ones of the version *before*."""
    old = {(one.name, one.dataset, one.split): one.value for one in before}
    return [
        wire.Metric(
            name=one.name,
            value=one.value,
            dataset=one.dataset,
            split=one.split,
            unit=one.unit or unit_of(one.name),
            source=one.source,
            higher_is_better=direction_of(one),
            change=change_of(one.value, old.get((one.name, one.dataset, one.split))),
        )
        for one in metrics
    ]


def change_of(value: float, before: float | None) -> float | None:
    """By how much *value* is more than it was *before*; None where that was not measured."""
    if before is None:
        return None
    change = value - before
    return float(f"{change:.12g}") if math.isfinite(change) else None


def told(value: float) -> float | wire.NotFinite:
    """*value* as it crosses the wire."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def model_index(name: str, metrics: Iterable[Measured], task: str | None) -> list[dict[str, object]]:
    """The ``model-index`` of a card, as the Hugging Face Hub defines it."""
    by_data: dict[tuple[str, str], list[Measured]] = {}
    for one in metrics:
        by_data.setdefault((one.dataset or "unknown", one.split or ""), []).append(one)
    results: list[dict[str, object]] = []
    for (dataset, split), values in by_data.items():
        data = {"name": dataset, "type": dataset} | ({"split": split} if split else {})
        numbers = [_stating(one) for one in values]
        results.append({"task": {"type": task or "other"}, "dataset": data, "metrics": numbers})
    return [{"name": name, "results": results}] if results else []


def _stating(one: Measured) -> dict[str, object]:
    """A number as a card states it; unit and direction are ours, and only where the name does not tell them."""
    said: dict[str, object] = {"type": one.name, "name": one.name, "value": one.value}
    if one.unit is not None and one.unit != unit_of(one.name):
        said["unit"] = one.unit
    if one.higher is not None and one.higher != direction(one.name):
        said["higher_is_better"] = one.higher
    return said


def stated(card: dict[str, object]) -> list[Measured]:
    """The numbers of a card's ``model-index``; what has another shape than it should is passed over."""
    found: list[Measured] = []
    for model in _dicts(card.get("model-index")):
        for result in _dicts(model.get("results")):
            dataset = result.get("dataset")
            data = dataset if isinstance(dataset, dict) else {}
            for metric in _dicts(result.get("metrics")):
                measured = _measured(metric, data)
                if measured is not None:
                    found.append(measured)
    return list({(one.name, one.dataset, one.split): one for one in found}.values())[:500]


def _measured(metric: dict[str, object], dataset: dict[str, object]) -> Measured | None:
    name, value = metric.get("type") or metric.get("name"), metric.get("value")
    if not isinstance(name, str) or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    about, split = dataset.get("name") or dataset.get("type"), dataset.get("split")
    known = str(about) if about and about != "unknown" else None
    unit, higher = metric.get("unit"), metric.get("higher_is_better")
    return Measured(
        name[:200],
        float(value),
        known,
        str(split) if split else None,
        unit[:20] if isinstance(unit, str) and unit else None,
        higher if isinstance(higher, bool) else None,
    )


def _dicts(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
