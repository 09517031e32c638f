"""Numbers and names of runs, for those who speak of runs elsewhere: in the versions of a model, in comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import Unavailable
from ..wire import NotFinite, Run

if TYPE_CHECKING:
    from ..access import Actor
    from .runs import Runs

AT_ONCE = 100


def metrics_of(runs: Runs, actor: Actor, ids: Sequence[str]) -> Mapping[str, Mapping[str, float | None]]:
    """The newest value of each metric by run; nothing of runs that are gone, or while MLflow is out of reach."""
    return {one.id: {name: _finite(value) for name, value in one.metrics.items()} for one in _listed(runs, actor, ids)}


def names_of(runs: Runs, actor: Actor, ids: Sequence[str]) -> Mapping[str, str]:
    """The name of each run; nothing of runs that are gone, or while MLflow is out of reach."""
    return {one.id: one.name for one in _listed(runs, actor, ids)}


def _listed(runs: Runs, actor: Actor, ids: Sequence[str]) -> Iterator[Run]:
    for start in range(0, len(ids), AT_ONCE):
        try:
            yield from runs.some(actor, ids[start : start + AT_ONCE]).runs
        except Unavailable:
            return


def _finite(value: float | NotFinite) -> float | None:
    return None if isinstance(value, str) else value
