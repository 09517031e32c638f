"""Judged questions and the measures of an answer."""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Row = tuple["Question", Mapping[str, float]]
Record = Mapping[str, Any]
DEPTH = 10
DRAWS = 2_000
_FACTS = ("task", "license", "library", "source")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, who asked it, and what a right answer is."""

    cls: str
    text: str
    relevant: tuple[str, ...]
    predicate: Mapping[str, Any]
    pool: str | None
    leaked: bool
    """The author of the question wrote the only description of the right model, too."""

    @property
    def is_facet(self) -> bool:
        """Whether the question is about constraints."""
        return self.cls.startswith("facet")

    @property
    def group(self) -> str:
        """Questions of one group share their answer."""
        return (self.relevant or (self.text,))[0]


def lines(file: Path) -> list[Any]:
    """The objects of a JSON lines file, packed or not; broken lines are skipped."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as text:
        return [found for line in text if (found := _parsed(line)) is not None]


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def questions(file: Path) -> list[Question]:
    """The judged questions of *file*."""
    return [
        Question(
            each["cls"],
            each["query"],
            tuple(each["relevant"]),
            each["predicate"] or {},
            each.get("pool"),
            bool(each.get("desc_leak")),
        )
        for each in lines(file)
    ]


def meets(record: Record, predicate: Mapping[str, Any]) -> bool:
    """Whether a model is what *predicate* asks for."""
    return (
        all(record.get(fact) == predicate[fact] for fact in _FACTS if fact in predicate)
        and ("language" not in predicate or predicate["language"] in record.get("languages", ()))
        and _at_most(record.get("params"), predicate.get("max_params"))
        and _at_most(record.get("size_bytes"), predicate.get("max_bytes"))
    )


def _at_most(value: float | None, limit: float | None) -> bool:
    return limit is None or (value is not None and value <= limit)


def ndcg(gains: Sequence[bool], possible: int) -> float:
    """How near the order of *gains* is to the best one with *possible* right answers."""
    best = sum(1 / math.log2(place + 2) for place in range(min(possible, DEPTH)))
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains[:DEPTH])) / best if best else 0.0


def measured(
    question: Question, found: Sequence[str], catalogue: Mapping[str, Record], possible: int
) -> dict[str, float]:
    """The measures that apply to *question*."""
    values = {"empty": float(not found)}
    if question.relevant and not question.leaked:
        hits = [id in question.relevant for id in found[:DEPTH]]
        values |= {
            "known_ndcg@10": ndcg(hits, len(question.relevant)),
            "known_recall@10": sum(hits) / len(question.relevant),
        }
    if question.predicate:
        met = [meets(catalogue[id], question.predicate) for id in found[:DEPTH] if id in catalogue]
        values["facet_ndcg@10" if question.is_facet else "task_ndcg@10"] = ndcg(met, possible)
    return values


def interval(rows: Iterable[Row], name: str) -> tuple[float, float]:
    """Between what the mean of a measure lies in 95 % of the draws of right answers, each with all its questions.

    A few models are the answer to many questions: to draw questions would make the figure look surer than it is.
    """
    gathered: defaultdict[str, list[float]] = defaultdict(list)
    for question, values in rows:
        if name in values:
            gathered[question.group].append(values[name])
    if not gathered:
        return 0.0, 0.0
    sums, counts = np.array([[sum(values), len(values)] for values in gathered.values()]).T
    drawn = np.random.default_rng(0).integers(0, len(sums), (DRAWS, len(sums)))
    low, high = np.percentile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def summed_up(rows: Iterable[Row]) -> dict[str, dict[str, float]]:
    """Means by class and over all, with the number of questions that each is of."""
    gathered: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for question, values in rows:
        for name, value in values.items():
            for group in ("overall", question.cls):
                gathered[group][name].append(value)
    return {
        group: {name: round(sum(values) / len(values), 4) for name, values in sorted(measures.items())}
        | {f"n_{name}": len(values) for name, values in sorted(measures.items())}
        for group, measures in sorted(gathered.items())
    }
