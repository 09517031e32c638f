"""Results by example, and what they say of the difference between two versions: a paired bootstrap.

A version may hold ``evaluation/[DATASET/[SPLIT/]]METRIC.jsonl`` (or ``.parquet``): a row for each example with its
``id`` and its ``score``; the metric is the mean of the scores. ``docs/versions.md`` says more.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import wire
from ..errors import BadInput
from ..names import file_word

FOLDER = "evaluation/"
LARGEST = 64 << 20
"""Bytes; a larger file is not read."""
MOST_EXAMPLES = 1_000_000
CONFIDENCE = 0.95
RESAMPLES = 2_000
FEWEST = 10
"""Of fewer common examples nothing is said."""
_MOST_DRAWN = 20_000
_PATH = re.compile(r"evaluation/(?:(?P<dataset>[^/]+)/(?:(?P<split>[^/]+)/)?)?(?P<metric>[^/]+)\.(?:jsonl|parquet)")

Scores = Mapping[str, float]


def is_about(said: tuple[str, str | None, str | None], name: str, dataset: str | None, split: str | None) -> bool:
    """Does a file that says metric, data set and split hold the results of this number? What it leaves out fits all."""
    wanted = [None if one is None else file_word(one) for one in (name, dataset, split)]
    return said[0] == wanted[0] and said[1] in (None, wanted[1]) and said[2] in (None, wanted[2])


@dataclass(frozen=True, slots=True)
class About:
    """What a file of results is about."""

    metric: str
    dataset: str | None
    split: str | None


def about(path: str) -> About | None:
    """What a file holds by its path; None where it is no file of results."""
    found = _PATH.fullmatch(path)
    return About(found["metric"], found["dataset"], found["split"]) if found else None


def read(path: str, content: bytes) -> Scores:
    """The score of each example.

    Raises:
        BadInput: the file is not what its name says, or has too many rows.
    """
    rows = _parquet(path, content) if path.endswith(".parquet") else _jsonl(path, content)
    found: dict[str, float] = {}
    for id, score in rows:
        if isinstance(score, bool | int | float) and math.isfinite(score):
            found[str(id)] = float(score)
        if len(found) > MOST_EXAMPLES:
            raise BadInput(f"'{path}' has more than {MOST_EXAMPLES:,} examples")
    return found


def mean(scores: Scores) -> float | None:
    """The metric that the scores make."""
    return math.fsum(scores.values()) / len(scores) if scores else None


def interval(before: Scores, after: Scores) -> wire.Interval | None:
    """Between which bounds the mean score changed, over the examples that both have; None where they are too few."""
    import numpy as np

    common = sorted(before.keys() & after.keys())
    if len(common) < FEWEST:
        return None
    change = np.array([after[id] - before[id] for id in common])
    low, high = _bounds(change)
    return wire.Interval(
        low=low,
        high=high,
        confidence=CONFIDENCE,
        examples=len(common),
        better=int(np.sum(change > 0)),
        worse=int(np.sum(change < 0)),
    )


def _bounds(change: Any) -> tuple[float, float]:
    """Percentiles of the means of resamples; the same question has always the same answer."""
    import numpy as np

    random = np.random.default_rng(0)
    count = len(change)
    values, counts = np.unique(change, return_counts=True)
    if len(values) <= 1_000:  # as with right and wrong: how often each is drawn says it all
        means = random.multinomial(count, counts / count, size=RESAMPLES) @ values / count
    elif count <= _MOST_DRAWN:
        means = np.array([change[random.integers(0, count, count)].mean() for _ in range(RESAMPLES)])
    else:  # of so many the means are normally distributed, as resampling would show at length
        half = 1.959964 * float(change.std(ddof=1)) / math.sqrt(count)
        return float(change.mean()) - half, float(change.mean()) + half
    edge = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [edge, 1 - edge])
    return float(low), float(high)


def _jsonl(path: str, content: bytes) -> Iterable[tuple[object, object]]:
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield row["id"], row["score"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadInput(f'\'{path}\', line {number}: a row is {{"id": …, "score": …}}') from error


def _parquet(path: str, content: bytes) -> Iterable[tuple[object, object]]:
    try:
        import pyarrow  # type: ignore[import-untyped]
        import pyarrow.parquet  # type: ignore[import-untyped]
    except ImportError as error:
        raise BadInput(f"'{path}' cannot be read here: pip install pyarrow, or write .jsonl") from error

    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content))
        if file.metadata.num_rows > MOST_EXAMPLES:
            raise BadInput(f"'{path}' has more than {MOST_EXAMPLES:,} examples")
        found = file.read(columns=["id", "score"])
        return list(zip(found["id"].to_pylist(), found["score"].to_pylist(), strict=True))
    except (pyarrow.ArrowException, KeyError, OSError) as error:
        raise BadInput(f"'{path}' is no Parquet file with the columns id and score") from error
