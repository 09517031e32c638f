"""Trains the classifier that guesses the task of a question; for ``scripts/intent`` and for cross-validation."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
REGULARISATION = 3.0
SMOOTHNESS = 0.7
JITTER = 0.01
LANDMARKS_COUNT, FACTS_COUNT = 8.0, 0.3
"""Of nearness to landmarks and of words and cues, in the part that is fitted to both."""
OURS_COUNT = 0.5
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
    """Sentences written for this purpose, as they are and as people say them at length."""
    written = [Example(text, task, text) for task, text in _written()]
    return [*written, *(long for at, each in enumerate(written) for long in _at_length(each, at))]


def _written() -> list[tuple[str, str]]:
    lines = (FOLDER / "examples.tsv").read_text(encoding="utf-8").splitlines()
    return [(task, text) for task, text in (line.split("\t") for line in lines)]


def _at_length(example: Example, at: int) -> list[Example]:
    """*example* in two of the frames; which ones depends on where it stands, so that training is repeatable."""
    said = example.text.rstrip(".")
    return [
        Example(
            FRAMES[(at * 2 + more) % len(FRAMES)].format(
                who=PEOPLE[at % len(PEOPLE)], firm=FIRMS[at % len(FIRMS)], said=said, Said=said[:1].upper() + said[1:]
            ),
            example.task,
            example.group,
        )
        for more in (0, 1)
    ]


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
    from sklearn.linear_model import LogisticRegression

    queries = [understand(example.text, Known()) for example in examples]
    vectors = MiniLm(threads=2).embed([query.topic for query in queries])
    found = [features(query) for query in queries]
    seen = Counter(name for each in found for name in each)
    vocabulary = {
        name: at for at, name in enumerate(sorted(name for name, count in seen.items() if count >= LEAST_SEEN))
    }
    rows = np.zeros((len(examples), len(vocabulary)), np.float32)
    for row, each in zip(rows, found, strict=True):
        for name, value in each.items():
            if name in vocabulary:
                row[vocabulary[name]] = value
    fitted = LogisticRegression(C=REGULARISATION, max_iter=200).fit(
        np.hstack([vectors * SCALE, rows]), [example.task for example in examples]
    )
    weights = fitted.coef_.T.astype(np.float32)
    right = np.array([[example.task == task for task in fitted.classes_] for example in examples], np.float32)
    of_ours = {text for _, text in _written()}
    ours_there = np.array([example.group in of_ours for example in examples])
    landmarks = vectors[[at for at, example in enumerate(examples) if example.text in of_ours]]
    near, facts = _near(likeness(vectors @ landmarks.T), likeness(landmarks @ landmarks.T), rows, right, ours_there)
    return Trained(
        tuple(map(str, fitted.classes_)),
        weights[: vectors.shape[1]] * SCALE,
        landmarks,
        STEEPNESS * near,
        vocabulary,
        weights[vectors.shape[1] :] + STEEPNESS * facts,
        fitted.intercept_.astype(np.float32) + STEEPNESS * right.mean(axis=0),
    )


def _near(alike: Floats, among: Floats, rows: Floats, right: Floats, of_ours: Bools) -> tuple[Floats, Floats]:
    """Ridge regression on nearness to landmarks (Nyström's features of a Gaussian kernel) and on words and cues."""
    sizes, axes = np.linalg.eigh(among.astype(np.float64) + JITTER * np.eye(len(among)))
    root = (axes / np.sqrt(sizes)) @ axes.T * LANDMARKS_COUNT**0.5
    features = np.hstack([alike @ root, rows * FACTS_COUNT**0.5])
    weighted = features * np.where(of_ours, OURS_COUNT, 1.0)[:, None]
    found = np.linalg.solve(
        weighted.T @ features + SMOOTHNESS * np.eye(features.shape[1]), weighted.T @ (right - right.mean(axis=0))
    )
    near, facts = found[: len(among)], found[len(among) :]
    return (root @ near).astype(np.float32), (facts * FACTS_COUNT**0.5).astype(np.float32)


def write(model: Trained, file: Path) -> None:
    """Write *model* as half floats."""
    np.savez_compressed(
        file,
        tasks=np.array(model.tasks),
        features=np.array(list(model.features)),
        meaning=model.meaning.astype(np.float16),
        landmarks=model.landmarks.astype(np.float16),
        near=model.near.astype(np.float16),
        weights=model.weights.astype(np.float16),
        bias=model.bias,
    )
