"""Trains the classifier that guesses the task of a question; for ``scripts/intent`` and for cross-validation."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupyter_hubcollab.catalogue.embed import MiniLm
from jupyter_hubcollab.catalogue.intent import SCALE, Trained, features, likeness
from jupyter_hubcollab.catalogue.query import understand
from jupyter_hubcollab.catalogue.taxonomy import FOLDER
from jupyter_hubcollab.catalogue.terms import Known

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

LEAST_SEEN = 2
"""Of a word in what others ask; one of ours counts at once, for it may be the name of an architecture."""
SHORTEST_SAID = 3
"""Words that a sentence has; what is shorter is a name, which nobody frames."""
REGULARISATION = 3.0
SMOOTHNESS = 0.7
JITTER = 0.01
LANDMARKS_COUNT, FACTS_COUNT = 8.0, 0.3
"""Of nearness to landmarks and of words and cues, in the part that is fitted to both."""
OURS_COUNT = 0.25
"""Of a sentence of ours against a question of somebody."""
STEEPNESS = 8.0
"""Of that part against the linear one."""

FRAMES = (
    "As a {who}, I need a model for this: {said}.",
    "We are a {firm}. Our users want the following: {said}. Recommend an API.",
    "Our {firm} wants to automate this: {said}.",
    "I am a {who} working on a project. {Said}. Which pretrained model should I use?",
    "Provide me with an API that can do this: {said}.",
    "Help a {who} with this: {said}.",
    "Find a model that can be used by a {firm}: {said}.",
    "Suggest a pretrained model. {Said}. Give the API to load it.",
    "Our {firm} offers this to customers: {said}.",
)
"""Round what is wanted people say much that tells nothing of the task; the classifier learns to pass over it."""

PEOPLE = [
    "journalist",
    "student",
    "teacher",
    "doctor",
    "farmer",
    "biologist",
    "developer",
    "photographer",
    "researcher",
    "lawyer",
    "musician",
    "traveller",
    "librarian",
    "architect",
]
FIRMS = ["start-up", "hospital", "shop", "bank", "newspaper", "university", "museum", "school", "studio", "insurer"]


@dataclass(frozen=True, slots=True)
class Example:
    """A question and its task; those of one group are never on both sides of a split."""

    text: str
    task: str
    group: str


def ours() -> list[Example]:
    """Sentences written for this purpose: short ones, as they are and as people say them at length, and long ones."""
    short = _written("examples.tsv")
    return [*short, *(long for at, each in enumerate(short) for long in _at_length(each, at)), *_written("wishes.tsv")]


def _written(file: str) -> list[Example]:
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    return [Example(text, task, text) for task, text in (line.split("\t") for line in lines)]


def _at_length(example: Example, at: int) -> list[Example]:
    """*example* in one of the frames; which one depends on where it stands, so that training is repeatable."""
    if len(example.text.split()) < SHORTEST_SAID:
        return []
    said = example.text.rstrip(".")
    who, firm = PEOPLE[at % len(PEOPLE)], FIRMS[at % len(FIRMS)]
    framed = FRAMES[at % len(FRAMES)].format(who=who, firm=firm, said=said, Said=said[:1].upper() + said[1:])
    return [Example(framed, example.task, example.group)]


def judged(file: Path) -> list[Example]:
    """Questions whose task somebody judged; templates that contain the task's name teach nothing and are left out."""
    queries = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Example(query["query"], query["predicate"]["task"], (query["relevant"] or [query["query"]])[0])
        for query in queries
        if query["predicate"] and "task" in query["predicate"] and not query["cls"].startswith("facet")
    ]


def train(examples: Sequence[Example]) -> Trained:
    """A classifier over meaning, words, cues and names of tasks."""
    from scipy.sparse import csr_array, hstack
    from sklearn.linear_model import LogisticRegression

    queries = [understand(example.text, Known()) for example in examples]
    vectors = _embedded([query.topic for query in queries])
    found = [features(query) for query in queries]
    of_ours = {example.group for example in ours()}
    ours_there = np.array([example.group in of_ours for example in examples])
    counts = np.where(ours_there, OURS_COUNT, 1.0)
    vocabulary = _vocabulary(found, ours_there)
    rows = _rows(found, vocabulary)
    tasks = [example.task for example in examples]
    fitted = LogisticRegression(C=REGULARISATION, max_iter=200).fit(
        hstack([csr_array(vectors * SCALE), rows]).tocsr(), tasks, sample_weight=counts
    )
    weights = fitted.coef_.T.astype(np.float32)
    right = np.array([[each == task for task in fitted.classes_] for each in tasks], np.float32)
    landmarks = vectors[[at for at, example in enumerate(examples) if example.text in of_ours]]
    usual = np.average(right, axis=0, weights=counts).astype(np.float32)
    near, facts = _near(vectors, landmarks, rows, right - usual, counts)
    return Trained(
        tuple(map(str, fitted.classes_)),
        weights[: vectors.shape[1]] * SCALE,
        landmarks,
        STEEPNESS * near,
        vocabulary,
        weights[vectors.shape[1] :] + STEEPNESS * facts,
        fitted.intercept_.astype(np.float32) + STEEPNESS * usual,
    )


@cache
def _model() -> MiniLm:
    return MiniLm(threads=2)


_VECTORS: dict[str, Floats] = {}
"""What was embedded before: cross-validation trains on most questions several times."""


def _embedded(texts: Sequence[str]) -> Floats:
    new = [text for text in dict.fromkeys(texts) if text not in _VECTORS]
    if new:
        _VECTORS.update(zip(new, _model().embed(new), strict=True))
    return np.array([_VECTORS[text] for text in texts])


def _vocabulary(found: Sequence[Mapping[str, float]], of_ours: Bools) -> dict[str, int]:
    seen = Counter(name for each in found for name in each)
    said = {name for each, ours_too in zip(found, of_ours, strict=True) if ours_too for name in each}
    known = {name for name in said if name.startswith("w:")}
    return {name: at for at, name in enumerate(sorted(known | {one for one in seen if seen[one] >= LEAST_SEEN}))}


def _rows(found: Sequence[Mapping[str, float]], vocabulary: Mapping[str, int]) -> Any:
    from scipy.sparse import csr_array

    there = [
        (value, row, vocabulary[name])
        for row, each in enumerate(found)
        for name, value in each.items()
        if name in vocabulary
    ]
    values, rows, columns = zip(*there, strict=True)
    return csr_array((np.array(values, np.float32), (rows, columns)), (len(found), len(vocabulary)))


def _near(vectors: Floats, landmarks: Floats, rows: Any, right: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Ridge regression on nearness to landmarks (Nyström's features of a Gaussian kernel) and on words and cues.

    It is solved by examples: they are fewer than the features.
    """
    from scipy.linalg import cholesky, solve, solve_triangular

    among = likeness(landmarks @ landmarks.T).astype(np.float64) + JITTER * np.eye(len(landmarks))
    root = cholesky(among, lower=True).astype(np.float32)
    alike = solve_triangular(root, likeness(vectors @ landmarks.T).T, lower=True)
    kernel = LANDMARKS_COUNT * (alike.T @ alike) + FACTS_COUNT * (rows @ rows.T).toarray()
    kernel[np.diag_indices(len(kernel))] += SMOOTHNESS / counts
    found = solve(kernel, right, assume_a="pos", overwrite_a=True).astype(np.float32)
    near = LANDMARKS_COUNT * solve_triangular(root.T, alike @ found, lower=False)
    return near.astype(np.float32), (FACTS_COUNT * (rows.T @ found)).astype(np.float32)


def write(model: Trained, file: Path) -> None:
    """Write *model* as half floats, its landmarks as bytes."""
    step = np.float32(np.abs(model.landmarks).max() / 127)
    np.savez_compressed(
        file,
        tasks=np.array(model.tasks),
        features=np.array(list(model.features)),
        meaning=model.meaning.astype(np.float16),
        landmarks=np.round(model.landmarks / step).astype(np.int8),
        step=step,
        near=model.near.astype(np.float16),
        weights=model.weights.astype(np.float16),
        bias=model.bias,
    )
