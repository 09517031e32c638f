"""Which task a question is about: its words, its meaning, and the tasks of the models that are near."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .cues import cues
from .query import Query
from .taxonomy import FOLDER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .index import Index

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]

MODEL = FOLDER / "intent.npz"
SCALE = 4.0
"""Of the vector of meaning against the other features, while training."""
REACH = 1.0
"""How fast what is like a landmark ends as the distance from it grows."""
NEIGHBOURS = 3.0
MENTIONED = 2.0
FEW_WORDS = 4
"""In so short a question the name of a task is what it is about; in a long one it may be about anything."""
MOST_GUESSES = 5
STRANGER = -6.0
"""Score of a task that the classifier never saw."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A classifier over the meaning, words and cues of a question; ``scripts/intent`` makes it.

    It is linear, but that it also knows the meaning by its nearness to landmarks: sentences of ours.
    """

    tasks: tuple[str, ...]
    meaning: Floats
    landmarks: Floats
    near: Floats
    """What being near a landmark says of each task."""
    features: Mapping[str, int]
    weights: Floats
    bias: Floats

    def scores(self, query: Query, vector: Floats | None) -> Floats:
        """A score for each task; a softmax makes probabilities of them."""
        scores = self.bias.copy()
        for name, value in features(query).items():
            if (at := self.features.get(name)) is not None:
                scores += np.float32(value) * self.weights[at]
        if vector is not None:
            scores += vector @ self.meaning + likeness(self.landmarks @ vector) @ self.near
        return scores


def likeness(cosine: Floats) -> Floats:
    """1 for the same meaning, less and less for others."""
    alike: Floats = np.exp(2 * REACH * (cosine - 1), dtype=np.float32)
    return alike


def features(query: Query) -> dict[str, float]:
    """What is known of *query* besides its meaning: words, cues, tasks that it names."""
    found = cues(query.topic)
    return {
        **{f"w:{word}": 1.5 / len(query.words) ** 0.5 for word in query.words},
        **{f"c:{cue}": 2 / len(found) ** 0.5 for cue in found},
        **{f"m:{task}": 1.5 / (1 + place) for place, task in enumerate(query.mentioned[:4])},
    }


@cache
def trained() -> Trained | None:
    """The classifier that is shipped."""
    if not MODEL.exists():
        return None
    with np.load(MODEL, allow_pickle=False) as file:
        return Trained(
            tuple(map(str, file["tasks"])),
            file["meaning"].astype(np.float32),
            file["landmarks"].astype(np.float32),
            file["near"].astype(np.float32),
            {str(name): at for at, name in enumerate(file["features"])},
            file["weights"].astype(np.float32),
            file["bias"],
        )


def guesses(query: Query, vector: Floats | None, near: Slots, index: Index, among: Bools) -> list[tuple[str, float]]:
    """The likely tasks of *query*, likeliest first, with probabilities, for a search *among* some models."""
    stated = next((c.values for c in query.conditions if c.field == "task" and c.op == ":"), None)
    if stated:
        return [(task, 1.0) for task in stated]
    model = index.intent
    scores = dict.fromkeys(index.shares(among), STRANGER)
    if model is not None:
        scores |= {
            task: float(score)
            for task, score in zip(model.tasks, model.scores(query, vector), strict=True)
            if task in scores
        }
    for task, more in (*_from_words(query).items(), *_from_neighbours(vector, near, index).items()):
        if task in scores:
            scores[task] += more
    return _probabilities(scores)[:MOST_GUESSES]


def _from_words(query: Query) -> dict[str, float]:
    if len(query.words) > FEW_WORDS:
        return {}
    return {task: MENTIONED / (1 + place) for place, task in enumerate(query.mentioned[:4])}


def _from_neighbours(vector: Floats | None, near: Slots, index: Index) -> dict[str, float]:
    """What the nearest models do, each counted by its nearness."""
    if vector is None or not len(near):
        return {}
    nearness = index.vectors.nearness(vector, near)
    order = np.argsort(-nearness)[:30]
    votes: defaultdict[str, float] = defaultdict(float)
    for slot, weight in zip(near[order], nearness[order], strict=True):
        task = index.columns.task(int(slot))
        if task is not None:
            votes[task] += max(0.0, float(weight)) ** 3
    whole = sum(votes.values()) or 1.0
    return {task: NEIGHBOURS * vote / whole for task, vote in votes.items()}


def _probabilities(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    if not scores:
        return []
    highest = max(scores.values())
    powers = {task: float(np.exp(score - highest)) for task, score in scores.items()}
    whole = sum(powers.values())
    return sorted(((task, power / whole) for task, power in powers.items()), key=lambda each: -each[1])
