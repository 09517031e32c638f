"""What was measured of versions after they were made, with the score of each row where there are such.

Built empty as ``Evaluated()``; whoever measures adds to ``sources`` what it has: the gates do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .. import wire
from ..names import RepoId
from . import examples
from .metrics import Key, Measured, key_of


@dataclass(frozen=True, slots=True)
class ByRow:
    """The scores of a metric, one for each row of what it was measured on."""

    rows: str
    """Names the rows, their order and how they are scored."""
    content: str
    """Names the scores, in 64 characters at most."""
    read: Callable[[], Sequence[float]]

    def scores(self) -> examples.Scores:
        """The score of each row by its number."""
        return {str(at): score for at, score in enumerate(self.read())}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A number that somebody measured."""

    number: Measured
    by_row: ByRow | None = None


Source = Callable[[RepoId], Mapping[str, Sequence[Evaluation]]]
"""Evaluations of a model by commit."""
_Known = Mapping[Key, Evaluation]


class Evaluated:
    """All evaluations."""

    def __init__(self) -> None:
        self.sources: list[Source] = []

    def of(self, repo: RepoId) -> Mapping[str, _Known]:
        """What was measured of a model: by commit, and by metric, data set and split."""
        found: dict[str, dict[Key, Evaluation]] = {}
        for source in self.sources:
            for commit, those in source(repo).items():
                found.setdefault(commit, {}).update({key_of(one.number): one for one in those})
        return found


def together(stated: Sequence[Measured], known: _Known) -> list[Measured]:
    """The numbers that a version states, and those that were measured of it besides."""
    keys = {key_of(one) for one in stated}
    return [*stated, *(one.number for key, one in known.items() if key not in keys)]


def interval(before: ByRow, after: ByRow) -> wire.Interval | None:
    """Between which bounds the metric changed; None where the rows are not the same, or too few."""
    if before.rows != after.rows or before.content == after.content:
        return None
    left, right = before.scores(), after.scores()
    return examples.interval(left, right) if len(left) == len(right) else None
