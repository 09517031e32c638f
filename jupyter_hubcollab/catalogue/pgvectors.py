"""Vectors that stay in PostgreSQL: what `Vectors` does in memory, pgvector does there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..clock import Lately

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .pgstore import PgStore
    from .rows import Rows

    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_COUNTED_EVERY_S = 10
"""How often it is asked what lacks a vector, while some do."""


class PgVectors:
    """What `Vectors` does in memory, done by the database."""

    def __init__(self, store: PgStore, now: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._lacking = Lately(store.without_vector, seconds=_COUNTED_EVERY_S, now=now)

    def load(self, rows: list[tuple[int, bytes]]) -> None:
        """Nothing to do: the database has them."""

    def drop(self, slot: int) -> None:
        """Nothing to do: the vector went with its document."""

    def nearness(self, query: Floats, slots: Slots) -> Floats:
        """Cosine of *query* with each of *slots*; 0 for those without a vector."""
        found = dict(self._store.cosines(query, slots, None))
        return np.array([found.get(slot, 0.0) for slot in slots.tolist()], np.float32)

    def nearest(self, query: Floats, slots: Slots, most: int) -> Slots:
        """The *most* of *slots* that are nearest to *query*."""
        return np.array([slot for slot, _ in self._store.cosines(query, slots, most)], np.int64)

    def unknown(self, alive: Bools) -> Slots:
        """None that a server would have to read."""
        return np.flatnonzero(alive)[:0]

    def lacking(self, alive: Bools) -> int:
        """How many of the *alive* have no vector yet, or had none some seconds ago."""
        slots = self._lacking.value()
        return int(alive[slots[slots < len(alive)]].sum())

    def parts(self, end: int) -> dict[str, Any]:  # noqa: ARG002 -- as `Vectors` has it
        """Nothing for a snapshot."""
        return {}

    def restore(self, arrays: Mapping[str, NDArray[Any]], rows: Rows | None) -> None:
        """Nothing was kept."""
