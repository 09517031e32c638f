"""Which task a question is about: its words, its meaning, and the tasks of the models that are near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .cues import cues
from .query import Query
from .taxonomy import FOLDER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .index import Index
    from .meaning import Meant

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]

MODEL = FOLDER / "intent.npz"
SCALE = 4.0
"""Of the vector of meaning against the other features, while training."""
REACH = 1.0
"""How fast what is like a landmark ends as the distance from it grows."""
NEIGHBOURS = 2.1
MATCHES = 2.1
"""Of the tasks of the models that match the words best, as many as these."""
BEST_MATCHES = 50
CALLED = 0.7
MOST_CALLED = 3_000
"""A word that is in more names tells nothing."""
DOUBT = 2.0
"""So many models with another task are thought to match besides: of one alone little follows."""
DOUBTFUL = 2.0
"""By so much another task must be likelier than the one whose name stands there, to be what is asked for: e² times."""
MOST_GUESSES = 5
STRANGER = -6.0
"""Score of a task that the classifier never saw."""
ABSENT = 4.0
"""Of a task that nothing has where somebody chose to search: one knows a little of what there is."""
UNLIKELY, SURELY = 0.03, 0.5
"""Probabilities: of the likeliest task below which nothing is guessed, and of `NO_TASK` above which nothing is."""
NO_TASK = "none"
"""What a question is about that names no task: 'the newest one'."""


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
            file["landmarks"].astype(np.float32) * file["step"],
            file["near"].astype(np.float32),
            {str(name): at for at, name in enumerate(file["features"])},
            file["weights"].astype(np.float32),
            file["bias"],
        )


@dataclass(frozen=True, slots=True)
class Around:
    """What the index has for a question, before its task is known."""

    among: Bools
    """Where one searches."""
    near: Slots
    """The nearest in meaning."""
    matched: Floats
    """How well each document matches the question's words."""
    narrowed: bool = False
    """Whether the one who asks chose where to search."""


def unless_doubted(query: Query, meant: Meant, model: Trained | None) -> Query:
    """*query* without the task whose name stands in it, where another one is far likelier.

    Who wants to 'extract a feature vector to perform image classification' names what comes after. What is typed in
    the filter language is never doubted.
    """
    named = query.named
    if named is None or model is None or named.values[0] not in model.tasks:
        return query
    scores = dict(zip(model.tasks, model.scores(query, meant.asked), strict=True))
    if max(scores[one] for one in scores if one != NO_TASK) - scores[named.values[0]] <= DOUBTFUL:
        return query
    return replace(query, conditions=tuple(one for one in query.conditions if one is not named), named=None)


def guesses(query: Query, meant: Meant, around: Around, index: Index) -> list[tuple[str, float]]:
    """The likely tasks of *query* among those that are there, likeliest first, with probabilities.

    A task that is stated is sure. Where what is asked for is most likely nothing that is there, nothing is guessed.
    """
    stated = next((c.values for c in query.conditions if c.field == "task" and c.op == ":"), ())
    there = set(index.shares(around.among))
    scores = dict.fromkeys(there, STRANGER)
    absent = ABSENT if around.narrowed else 0.0
    if index.intent is not None:
        for task, score in zip(index.intent.tasks, index.intent.scores(query, meant.asked), strict=True):
            scores[task] = float(score) - (0.0 if task in there or task == NO_TASK else absent)
    for votes in (
        _from_neighbours(meant, around.near, index),
        _from_matches(around, index),
        _from_names(query, around.among, index),
    ):
        for task, more in votes.items():
            if task in there:
                scores[task] += more
    chances = dict(_probabilities(scores))
    likely = [task for task in chances if task in there and task not in stated]
    if stated:
        return [*((task, 1.0) for task in stated), *((task, 0.0) for task in likely)][:MOST_GUESSES]
    if not likely or chances[likely[0]] < UNLIKELY or chances.get(NO_TASK, 0.0) > SURELY:
        return []
    return [(task, chances[task]) for task in likely[:MOST_GUESSES]]


def _from_neighbours(meant: Meant, near: Slots, index: Index) -> dict[str, float]:
    """What the nearest models do, each counted by its nearness."""
    if meant.near is None or not len(near):
        return {}
    nearness = meant.nearness(index.vectors, near)
    order = np.argsort(-nearness)[:30]
    votes = index.columns.tasks_of(near[order], np.maximum(nearness[order], 0) ** 3)
    whole = sum(votes.values()) or 1.0
    return {task: NEIGHBOURS * vote / whole for task, vote in votes.items()}


def _from_matches(around: Around, index: Index) -> dict[str, float]:
    """What the models do that match the words best."""
    found = np.flatnonzero(around.among & (around.matched > 0))
    if not len(found):
        return {}
    best = found[np.argsort(-around.matched[found])[:BEST_MATCHES]]
    votes = index.columns.tasks_of(best, (around.matched[best] / around.matched[best[0]]) ** 3)
    whole = sum(votes.values()) + DOUBT
    return {task: MATCHES * vote / whole for task, vote in votes.items()}


def _from_names(query: Query, among: Bools, index: Index) -> dict[str, float]:
    """What the models do that have one of the words in their name; the word decides that says most of a task."""
    most: dict[str, float] = {}
    for word, _ in index.telling(query.words):
        called = index.columns.slots("word", word)
        if len(called) < MOST_CALLED:
            tasks = index.columns.tasks_of(called[among[called]])
            whole = sum(tasks.values()) + DOUBT
            for task, count in tasks.items():
                most[task] = max(most.get(task, 0.0), count / whole * CALLED)
    return most


def _probabilities(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    if not scores:
        return []
    highest = max(scores.values())
    powers = {task: float(np.exp(score - highest)) for task, score in scores.items()}
    whole = sum(powers.values())
    return sorted(((task, power / whole) for task, power in powers.items()), key=lambda each: -each[1])
