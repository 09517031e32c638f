"""What was measured of a model that is published: numbers, and results by example, from which intervals are worked out.

A number is ``0.97`` or ``{"value": 3.2, "unit": "ms", "split": "test", "higher_is_better": False}``. Results by example
are the scores of a metric: ``{"accuracy": {"img-1": 1, "img-2": 0}}``, a list in a fixed order, or a DataFrame with the
columns id and score. They become ``evaluation/[DATASET/]METRIC.jsonl``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import wire
from ..errors import BadInput
from ..names import file_word

_KEYS = {"value", "unit", "dataset", "split", "higher_is_better"}


def metrics_of(values: Mapping[str, Any], dataset: str | None) -> list[wire.MetricGiven]:
    """*values* as the hub takes them.

    Raises:
        BadInput: one is no finite number, or says something that is not known.
    """
    return [_given(str(name), value, dataset) for name, value in values.items()]


def _given(name: str, said: Any, dataset: str | None) -> wire.MetricGiven:
    fields: dict[str, Any] = dict(said) if isinstance(said, Mapping) else {"value": said}
    foreign = sorted(map(str, fields.keys() - _KEYS))
    if foreign or "value" not in fields:
        raise BadInput(
            f"the metric {name} says {', '.join(foreign) or 'no value'}; it takes {', '.join(sorted(_KEYS))}"
        )
    try:
        value = float(fields.pop("value"))
    except (TypeError, ValueError) as error:
        raise BadInput(f"a metric is a number, as in metrics={{'accuracy': 0.97}}: {error}") from error
    if not math.isfinite(value):
        raise BadInput(f"the metric {name} is {value}; leave it out or measure it again")
    return wire.MetricGiven(name=name, value=value, **{"dataset": dataset, **fields})


def example_files(examples: Mapping[str, Any] | None, dataset: str | None, folder: Path) -> list[tuple[str, Path]]:
    """Write the results by example into *folder*; their paths in the version, and the files."""
    found = []
    for number, (metric, scores) in enumerate((examples or {}).items()):
        parts = [file_word(part) for part in (dataset, metric) if part]
        file = folder / f"examples-{number}.jsonl"
        with file.open("w", encoding="utf-8") as target:
            for id, score in _rows(metric, scores):
                target.write(json.dumps({"id": id, "score": score}, ensure_ascii=False) + "\n")
        found.append((f"evaluation/{'/'.join(parts)}.jsonl", file))
    return found


def _rows(metric: str, scores: Any) -> Iterable[tuple[str, float]]:
    if hasattr(scores, "columns") and {"id", "score"} <= set(scores.columns):
        pairs: Iterable[tuple[Any, Any]] = zip(scores["id"], scores["score"], strict=True)
    elif isinstance(scores, Mapping):
        pairs = scores.items()
    else:
        pairs = enumerate(scores)
    for id, score in pairs:
        try:
            value = float(score)
        except (TypeError, ValueError) as error:
            raise BadInput(f"the score of example {id} of {metric} is no number: {error}") from error
        if not math.isfinite(value):
            raise BadInput(f"the score of example {id} of {metric} is {value}; leave the example out")
        yield str(id), value
