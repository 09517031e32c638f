"""Vectors of all documents in memory: one byte a number, one bit a number to look first. Exact under any filter.

Graph indexes lose half of the answers under a selective filter; a scan does not. Up to `SCANNED` candidates every
vector is compared; above, the bits pick the `RESCORED` nearest, and those are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]

DIMENSIONS = 384
SCANNED = 3_000
RESCORED = 1_500


def packed(vector: Floats) -> bytes:
    """A unit vector as it is stored: its largest number as float32, then one byte a number."""
    largest = np.float32(max(float(np.abs(vector).max()), 1e-9))
    return largest.tobytes() + np.round(vector / largest * 127).astype(np.int8).tobytes()


class Vectors:
    """Rows by slot; rows that were never set are far from everything."""

    def __init__(self, capacity: int = 1024) -> None:
        self._mapped = np.zeros((0, DIMENSIONS), np.int8)
        """Of the first slots, as a snapshot gives them."""
        self._bytes = np.zeros((capacity, DIMENSIONS), np.int8)
        """Of the slots after those."""
        self._bits = np.zeros((DIMENSIONS // 64, capacity), np.uint64)
        self._scale = np.zeros(capacity, np.float32)

    def load(self, rows: list[tuple[int, bytes]]) -> None:
        """Set many rows at once."""
        if not rows:
            return
        slots = np.array([slot for slot, _ in rows])
        self._grow(int(slots.max()))
        raw = np.frombuffer(b"".join(vector for _, vector in rows), np.uint8).reshape(len(rows), DIMENSIONS + 4)
        self._scale[slots] = np.ascontiguousarray(raw[:, :4]).view(np.float32)[:, 0] / 127
        self._set(slots, raw[:, 4:].view(np.int8))
        self._bits[:, slots] = _bits(raw[:, 4:].view(np.int8)).T

    def drop(self, slot: int) -> None:
        """Make a row far from everything."""
        if slot < len(self._scale):
            self._scale[slot] = 0

    def nearness(self, query: Floats, slots: Slots) -> Floats:
        """Cosine of *query* with each of *slots*; 0 for those without a vector."""
        known = slots < len(self._scale)
        found = np.zeros(len(slots), np.float32)
        inside = slots[known]
        found[known] = (self._of(inside) @ query) * self._scale[inside]
        return found

    def unknown(self, alive: NDArray[np.bool_]) -> Slots:
        """Those of the *alive* that have no vector."""
        slots = np.flatnonzero(alive)
        missing: Slots = slots[
            (slots >= len(self._scale)) | (self._scale[np.minimum(slots, len(self._scale) - 1)] == 0)
        ]
        return missing

    def parts(self, end: int) -> dict[str, NDArray[Any]]:
        """Arrays that `restore` takes, of the slots below *end*."""
        self._grow(end)
        rest = self._bytes[: end - len(self._mapped)]
        return {
            "vectors": np.concatenate([self._mapped, rest]) if len(rest) else self._mapped,
            "bits": self._bits[:, :end],
            "scale": self._scale[:end],
        }

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take what `parts` gave; nothing was loaded before."""
        self._mapped, self._bits, self._scale = arrays["vectors"], arrays["bits"], arrays["scale"]
        self._bytes = np.zeros((0, DIMENSIONS), np.int8)

    def nearest(self, query: Floats, slots: Slots, most: int) -> Slots:
        """The *most* of *slots* that are nearest to *query*, in no order."""
        slots = slots[slots < len(self._scale)]
        slots = slots[self._scale[slots] > 0]
        if len(slots) > SCANNED:
            slots = slots[np.argpartition(self._apart(query, slots), RESCORED)[:RESCORED]]
        if len(slots) <= most:
            return slots
        near = self.nearness(query, slots)
        return slots[np.argpartition(-near, most)[:most]]

    def _apart(self, query: Floats, slots: Slots) -> NDArray[np.uint16]:
        """In how many bits each of *slots* differs from *query*."""
        asked = _bits(np.sign(query)[None].astype(np.int8))[0]
        # Picking rows costs more than comparing all, unless few are picked.
        few = len(slots) * 4 < len(self._scale)
        apart = np.zeros(len(slots) if few else len(self._scale), np.uint16)
        for word, bits in zip(asked, self._bits, strict=True):
            apart += np.bitwise_count((bits[slots] if few else bits) ^ word)
        return apart if few else apart[slots]

    def _of(self, slots: Slots) -> Floats:
        first = len(self._mapped)
        if not first:
            return self._bytes[slots].astype(np.float32)
        rows = np.empty((len(slots), DIMENSIONS), np.float32)
        mapped = slots < first
        rows[mapped] = self._mapped[slots[mapped]]
        rows[~mapped] = self._bytes[slots[~mapped] - first]
        return rows

    def _set(self, slots: Slots, rows: NDArray[np.int8]) -> None:
        mapped = slots < len(self._mapped)
        self._mapped[slots[mapped]] = rows[mapped]
        self._bytes[slots[~mapped] - len(self._mapped)] = rows[~mapped]

    def _grow(self, slot: int) -> None:
        if slot < len(self._scale):
            return
        more = max(slot + 1, len(self._scale) * 5 // 4) - len(self._scale)
        self._bytes = np.concatenate([self._bytes, np.zeros((more, DIMENSIONS), np.int8)])
        self._bits = np.concatenate([self._bits, np.zeros((DIMENSIONS // 64, more), np.uint64)], axis=1)
        self._scale = np.concatenate([self._scale, np.zeros(more, np.float32)])


def _bits(rows: NDArray[np.int8]) -> NDArray[np.uint64]:
    return np.packbits(rows > 0, axis=1).view(np.uint64)
