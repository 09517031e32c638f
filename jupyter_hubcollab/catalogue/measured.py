"""Results that cards state, by metric: the bulk in arrays, as a snapshot gives it, what came later in lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Slots = NDArray[np.uint32]


def _is_called(written: str, name: str) -> bool:
    """Whether 'test wer' is a 'wer'; 'map' is no 'mape', and to be right among five answers is no accuracy."""
    if written in ("mape", "smape") or written.startswith("top5"):
        return written == name
    return written.endswith(name) or written.startswith(name)


class Measured:
    """Slots and values by metric."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Slots, Floats]] = {}
        self._later: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)

    def add(self, metric: str, slot: int, value: float) -> None:
        """The document in *slot* states *value*."""
        self._later[metric].append((slot, value))

    def best(self, name: str, capacity: int, better: np.ufunc) -> Floats:
        """The best value of a metric for each of *capacity* slots, NaN where none is; *better* of two is kept."""
        found = np.full(capacity, np.nan, np.float32)
        for written in {*self._known, *self._later}:
            if _is_called(written, name):
                better.at(found, *self._of(written))
        return found

    def parts(self) -> tuple[list[str], dict[str, NDArray[Any]]]:
        """Names and arrays that `of` takes."""
        names = sorted({*self._known, *self._later})
        each = [self._of(name) for name in names]
        return names, {
            "metric_ends": np.cumsum([len(slots) for slots, _ in each], dtype=np.uint32),
            "metric_slots": np.concatenate([np.zeros(0, np.uint32), *(slots for slots, _ in each)]),
            "metric_values": np.concatenate([np.zeros(0, np.float32), *(values for _, values in each)]),
        }

    @staticmethod
    def of(names: list[str], arrays: Mapping[str, NDArray[Any]]) -> Measured:
        """What `parts` gave."""
        made, begin = Measured(), 0
        for name, end in zip(names, arrays["metric_ends"].tolist(), strict=True):
            made._known[name] = (arrays["metric_slots"][begin:end], arrays["metric_values"][begin:end])
            begin = end
        return made

    def _of(self, name: str) -> tuple[Slots, Floats]:
        slots, values = self._known.get(name, (np.zeros(0, np.uint32), np.zeros(0, np.float32)))
        later = self._later.get(name, [])
        return (
            np.concatenate([slots, np.array([slot for slot, _ in later], np.uint32)]),
            np.concatenate([values, np.array([value for _, value in later], np.float32)]),
        )
