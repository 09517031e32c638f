"""The numbers of runs, for those who follow them over the versions of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import Unavailable
from ..wire import NotFinite

if TYPE_CHECKING:
    from ..access import Actor
    from .runs import Runs

AT_ONCE = 100


def metrics_of(runs: Runs, actor: Actor, ids: Sequence[str]) -> Mapping[str, Mapping[str, float | None]]:
    """The newest value of each metric by run; nothing of runs that are gone, or while MLflow is out of reach."""
    found: dict[str, Mapping[str, float | None]] = {}
    for start in range(0, len(ids), AT_ONCE):
        try:
            listed = runs.some(actor, ids[start : start + AT_ONCE]).runs
        except Unavailable:
            return found
        found |= {one.id: {name: _finite(value) for name, value in one.metrics.items()} for one in listed}
    return found


def _finite(value: float | NotFinite) -> float | None:
    return None if isinstance(value, str) else value
