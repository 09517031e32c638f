"""How good a document is as the answer to a question: a weighted sum of signals, each between 0 and about 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .columns import Columns
from .conditions import COMPARING, Condition
from .documents import HUB
from .filters import MET, UNKNOWN, VIOLATED
from .taxonomy import modality_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .filters import Marks

    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]
    Bools = NDArray[np.bool_]


CLEAR, UNLIKELY = 0.5, 0.1
"""Probability from which on a guessed task outweighs an unknown fact, and below which a task is another one."""
MOST_DOWNLOADS = 18.0
MOST_LIKES = 9.0
"""Logarithms of about the largest numbers there are."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal counts; found on development questions, with the guess of the task cross-validated."""

    meaning: float = 1.18
    words: float = 0.77
    best_words: float = 0.3
    """Of the square: the document that matches best stands out."""
    name: float = 0.23
    task: float = 1.72
    sure_task: float = 0.4
    """Of the square: a task that is likely counts more than several that may be."""
    quality: float = 0.25
    evidence: float = 0.2
    downloads: float = 0.5
    likes: float = 0.26
    renown: float = 0.8
    """As much as downloads, likes and the quality that they make are worth elsewhere."""
    derived: float = -0.1
    long_name: float = -0.1
    ours: float = 0.15
    reviews: float = 0.3
    """Of what reviewers say, from -1 to 1."""
    wished: float = 0.05
    device: float = 0.12
    """That it is small, or runs where it is wanted."""
    too_large: float = -0.4
    """That it is far too large for that."""
    unknown: float = -1.5
    """More than any other signal: what is known to fit comes first."""
    unknown_library: float = -1.5
    """Besides: who names a library cannot use what is made with another one."""
    unknown_language: float = -0.4
    """Besides: most models that say nothing know English alone."""
    unknown_too: float = -0.4
    """Of each further number: who does not tell its size does not tell its memory either."""
    other_task: float = -0.75
    """Where the task is clear and others are known to fit: no size makes up for doing something else."""
    other_modality: float = -1.25
    """Besides, where it takes pictures instead of texts."""


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
    renown: Floats
    """How well known it is, where nobody counts downloads."""


def scored(evidence: Evidence, columns: Columns, conditions: list[tuple[Condition, Marks]], weights: Weights) -> Floats:
    """The score of each candidate."""
    slots = evidence.slots
    numbers = columns.numbers
    total = (
        weights.meaning * evidence.meaning
        + weights.words * evidence.words
        + weights.best_words * evidence.words**2
        + weights.name * evidence.name
        + weights.task * evidence.task
        + weights.sure_task * evidence.task**2
        + weights.quality * np.nan_to_num(numbers["quality"][slots])
        + weights.evidence * np.nan_to_num(numbers["evidence"][slots])
        + weights.long_name * np.nan_to_num(numbers["name_length"][slots])
        + weights.downloads * np.log1p(numbers["downloads"][slots]) / MOST_DOWNLOADS
        + weights.likes * np.log1p(numbers["likes"][slots]) / MOST_LIKES
        + weights.renown * evidence.renown
        + weights.derived * np.nan_to_num(numbers["derived"][slots])
        + weights.ours * columns.having("source", HUB)[slots]
        + weights.reviews * np.nan_to_num(numbers["praise"][slots])
    )
    for condition, marks in conditions:
        if condition.guessed and condition.field == "device":
            total = total + weights.device * (marks[slots] == MET) + weights.too_large * (marks[slots] == VIOLATED)
        elif condition.guessed and condition.field != "task":  # a guessed task counts by its probability
            total = total + weights.wished * (marks[slots] == MET)
    scores: Floats = (total + _misfit(evidence, columns, conditions, weights)).astype(np.float32)
    return scores


def _misfit(
    evidence: Evidence, columns: Columns, conditions: list[tuple[Condition, Marks]], weights: Weights
) -> Floats:
    """What it costs that facts are not known, or that it is for another task than is clearly meant."""
    numbers, cost = np.zeros(len(evidence.slots), np.float32), np.zeros(len(evidence.slots), np.float32)
    for condition, marks in conditions:
        if not condition.guessed and condition.op in COMPARING:
            numbers += marks[evidence.slots] == UNKNOWN
        elif not condition.guessed:
            worse = {"library": weights.unknown_library, "language": weights.unknown_language}.get(condition.field, 0.0)
            cost += (weights.unknown + worse) * (marks[evidence.slots] == UNKNOWN)
    cost += weights.unknown * (numbers > 0) + weights.unknown_too * np.maximum(numbers - 1, 0)
    if evidence.task.max(initial=0.0) >= CLEAR and any(not condition.guessed for condition, _ in conditions):
        cost += _of_another_task(evidence, columns, conditions, weights)
    return cost


def _of_another_task(
    evidence: Evidence, columns: Columns, conditions: list[tuple[Condition, Marks]], weights: Weights
) -> Floats:
    meant = next((condition.values[0] for condition, _ in conditions if condition.field == "task"), None)
    other = columns.known("task")[evidence.slots] & (evidence.task < UNLIKELY)
    elsewhere = other & ~columns.having("modality", modality_of(meant) or "")[evidence.slots]
    cost: Floats = (weights.other_task * other + weights.other_modality * elsewhere).astype(np.float32)
    return cost
