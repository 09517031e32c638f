"""How good a document is as the answer to a question: a weighted sum of signals, each between 0 and about 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .columns import Columns
from .conditions import Condition
from .documents import HUB
from .filters import MET, UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .filters import Marks

    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal counts."""

    meaning: float = 1.0
    words: float = 0.35
    name: float = 0.25
    task: float = 0.9
    quality: float = 0.25
    derived: float = -0.08
    ours: float = 0.15
    wished: float = 0.15
    unknown: float = -0.6


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the candidates, one row each."""

    slots: Slots
    meaning: Floats
    words: Floats
    """Best match of the question's words: 1."""
    name: Floats
    """Share of the question's rare words that stand in the name."""
    task: Floats
    """Probability that its task is the one that is asked for."""


def scored(evidence: Evidence, columns: Columns, conditions: list[tuple[Condition, Marks]], weights: Weights) -> Floats:
    """The score of each candidate."""
    slots = evidence.slots
    total = (
        weights.meaning * evidence.meaning
        + weights.words * evidence.words
        + weights.name * evidence.name
        + weights.task * evidence.task
        + weights.quality * np.nan_to_num(columns.numbers["quality"][slots])
        + weights.derived * np.nan_to_num(columns.numbers["derived"][slots])
        + weights.ours * columns.having("source", HUB)[slots]
    )
    for condition, marks in conditions:
        found = marks[slots]
        if condition.guessed:
            total = total + weights.wished * (found == MET)
        else:
            total = total + weights.unknown * (found == UNKNOWN)
    scores: Floats = total.astype(np.float32)
    return scores
