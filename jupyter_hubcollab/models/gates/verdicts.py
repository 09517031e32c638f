"""What a run of the gates says: one check for each thing that was asked, and whether numbers meet their bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec

from ..metrics import direction
from .rules import Bound, Bounds

State = Literal["passed", "failed", "skipped"]
Reference = Callable[[str, str], "float | None"]
"""The value of a metric of another version, by alias or version and name; None where there is none."""


class Check(msgspec.Struct, frozen=True):
    """One thing that was asked of a version."""

    name: str
    """As in ``holdout: accuracy``."""
    kind: str
    """card, license, size, scan, latency, metric, evaluation, examples, reproduction, rules."""
    state: State
    value: str
    """What was measured; empty where nothing could be."""
    threshold: str
    """What was asked for."""
    why: str
    """Why it failed or was skipped; empty where it passed."""


class Answer(msgspec.Struct, frozen=True):
    """What a version made of an example."""

    name: str
    passed: bool
    output: Any
    why: str


class Again(msgspec.Struct, frozen=True):
    """A number that the version states, and what its notebook gave when it ran again."""

    name: str
    published: float
    again: float | None
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether they are the same, as far as was asked."""
        return self.again is not None and abs(self.again - self.published) <= self.tolerance


class Judgement(msgspec.Struct, frozen=True):
    """All that a run found out."""

    checks: list[Check]
    answers: list[Answer] = []
    measured: dict[str, dict[str, float]] = {}
    """Metrics by evaluation."""
    scores: dict[str, dict[str, list[float]]] = {}
    """One number for each row, by evaluation and metric, where the evaluation gives them."""
    rows: dict[str, dict[str, str]] = {}
    """Names the rows of those, and how they were scored: what has the same name can be set against each other."""
    higher: dict[str, dict[str, bool]] = {}
    """Is a higher value better, by evaluation and metric, where the rules say so?"""
    rules: str = ""
    """Digest of the rules that held."""
    environment: str = ""
    isolation: dict[str, str] = {}
    reproduced: list[Again] = []
    seconds_measuring: float = 0.0
    """What evaluations, examples and predictions took; the rest of a run is the gate's own."""

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return all(one.state != "failed" for one in self.checks)


def passed(kind: str, name: str, value: str, threshold: str) -> Check:
    """A check that is met."""
    return Check(name, kind, "passed", value, threshold, "")


def failed(kind: str, name: str, threshold: str, why: str, *, value: str = "") -> Check:
    """A check that is not."""
    return Check(name, kind, "failed", value, threshold, why)


def bounded(about: str, bounds: Bounds, values: dict[str, float], reference: Reference) -> list[Check]:
    """What *values* of *about* (an evaluation, or the card) are against their *bounds*."""
    found: list[Check] = []
    for name, bound in bounds.items():
        label = f"{about}: {name}"
        if name not in values:
            there = f"; there are {', '.join(sorted(values)[:10])}" if values else ""
            found.append(failed("metric", label, _shown(bound), f"it was not measured{there}"))
            continue
        found += _against(label, bound, (name, values[name]), reference)
    return found


def _against(label: str, bound: Bound, measured: tuple[str, float], reference: Reference) -> list[Check]:
    name, value = measured
    found: list[Check] = []
    low, high = bound.min, bound.max
    if isinstance(low, float) or isinstance(high, float):
        parts = ([f"≥ {low:g}"] if isinstance(low, float) else []) + (
            [f"≤ {high:g}"] if isinstance(high, float) else []
        )
        is_met = (not isinstance(low, float) or value >= low) and (not isinstance(high, float) or value <= high)
        found.append(_check(label, value, " and ".join(parts), "" if is_met else "it misses the bound"))
    if isinstance(bound.no_worse_than, str):
        found.append(_relative(label, bound, measured, reference(bound.no_worse_than, name)))
    if not found:
        found.append(_check(label, value, "is measured", ""))
    return found


def _relative(label: str, bound: Bound, measured: tuple[str, float], before: float | None) -> Check:
    name, value = measured
    threshold = f"no worse than {bound.no_worse_than}" + (f" by more than {bound.by:g}" if bound.by else "")
    if before is None:
        why = f"there is no {bound.no_worse_than} with this metric yet"
        return Check(label, "metric", "skipped", _number(value), threshold, why)
    higher = bound.higher_is_better if isinstance(bound.higher_is_better, bool) else direction(name)
    if higher is None:
        why = "its name does not tell whether higher is better: add higher_is_better"
        return failed("metric", label, threshold, why, value=_number(value))
    worse = (before - value) if higher else (value - before)
    # What differs in the last bits only is the same number.
    is_met = worse <= bound.by + 1e-12 * max(abs(before), abs(value), 1.0)
    why = "" if is_met else f"{bound.no_worse_than} has {_number(before)}, which is better by {_number(worse)}"
    return _check(label, value, f"{threshold} ({_number(before)})", why)


def _check(label: str, value: float, threshold: str, why: str) -> Check:
    return Check(label, "metric", "failed" if why else "passed", _number(value), threshold, why)


def _shown(bound: Bound) -> str:
    parts = [f"≥ {bound.min:g}"] if isinstance(bound.min, float) else []
    parts += [f"≤ {bound.max:g}"] if isinstance(bound.max, float) else []
    parts += [f"no worse than {bound.no_worse_than}"] if isinstance(bound.no_worse_than, str) else []
    return " and ".join(parts) or "is measured"


def _number(value: float) -> str:
    return f"{value:.6g}"


def percentile(values: Sequence[float], wanted: float) -> float:
    """The value below which *wanted* percent of *values* lie."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * wanted / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def summed_up(checks: Iterable[Check]) -> str:
    """A verdict in a sentence."""
    missed = [one.name for one in checks if one.state == "failed"]
    if not missed:
        return "all checks passed"
    more = f" and {len(missed) - 3} more" if len(missed) > 3 else ""
    return f"failed: {', '.join(missed[:3])}{more}"
