"""Which task a question is about: its words, its meaning, and the tasks of the models that are near."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .query import Query
from .taxonomy import FOLDER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .index import Index

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]

MODEL = FOLDER / "intent.npz"
PRIOR = 0.5
"""Power of the share that a task has among the searched models: nobody seeks what is not there."""
NEIGHBOURS = 0.3
MENTIONED = 1.5


@dataclass(frozen=True, slots=True)
class Trained:
    """A linear classifier over the meaning and the words of a question; ``scripts/intent`` makes it."""

    tasks: tuple[str, ...]
    meaning: Floats
    words: Mapping[str, int]
    weights: Floats
    bias: Floats

    def scores(self, words: Sequence[str], vector: Floats | None) -> Floats:
        """A score for each task; a softmax makes probabilities of them."""
        known = [self.words[word] for word in words if word in self.words]
        scores = self.bias.copy()
        if known:
            scores += self.weights[known].sum(axis=0) / np.sqrt(len(known))
        if vector is not None:
            scores += vector @ self.meaning
        return scores


@cache
def trained() -> Trained | None:
    """The classifier that is shipped."""
    if not MODEL.exists():
        return None
    with np.load(MODEL, allow_pickle=False) as file:
        vocabulary = {str(word): at for at, word in enumerate(file["vocabulary"])}
        tasks = tuple(map(str, file["tasks"]))
        return Trained(tasks, file["meaning"].astype(np.float32), vocabulary, file["words"].astype(np.float32), file["bias"])


def guesses(query: Query, vector: Floats | None, near: Slots, index: Index, among: Bools) -> list[tuple[str, float]]:
    """The likely tasks of *query*, likeliest first, with probabilities, for a search *among* some models."""
    stated = next((c.values for c in query.conditions if c.field == "task" and c.op == ":"), None)
    if stated:
        return [(task, 1.0) for task in stated]
    scores = _from_words(query)
    model = trained()
    if model is not None:
        for task, score in zip(model.tasks, model.scores(query.words, vector), strict=True):
            scores[task] = scores.get(task, 0.0) + float(score)
    for task, share in _from_neighbours(vector, near, index).items():
        scores[task] = scores.get(task, 0.0) + NEIGHBOURS * share
    shares = index.shares(among)
    kept = {task: score + PRIOR * float(np.log(shares[task])) for task, score in scores.items() if shares.get(task)}
    return _probabilities(kept)[:5]


def _from_words(query: Query) -> dict[str, float]:
    return {task: MENTIONED / (1 + place) for place, task in enumerate(query.mentioned[:4])}


def _from_neighbours(vector: Floats | None, near: Slots, index: Index) -> dict[str, float]:
    """What the nearest models do, each counted by its nearness."""
    if vector is None or not len(near):
        return {}
    nearness = index.vectors.nearness(vector, near)
    order = np.argsort(-nearness)[:30]
    votes: defaultdict[str, float] = defaultdict(float)
    for slot, weight in zip(near[order], nearness[order], strict=True):
        task = index.documents[int(slot)].task
        if task is not None:
            votes[task] += max(0.0, float(weight)) ** 3
    whole = sum(votes.values()) or 1.0
    return {task: 5 * vote / whole for task, vote in votes.items()}


def _probabilities(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    if not scores:
        return []
    highest = max(scores.values())
    powers = {task: float(np.exp(score - highest)) for task, score in scores.items()}
    whole = sum(powers.values())
    return sorted(((task, power / whole) for task, power in powers.items()), key=lambda each: -each[1])
