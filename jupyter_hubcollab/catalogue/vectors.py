"""Vectors of all documents in memory: one byte a number, one bit a number to look first. Exact under any filter.

Graph indexes lose half of the answers under a selective filter; a scan does not. Up to `SCANNED` candidates every
vector is compared; above, the bits pick the `RESCORED` nearest, and those are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .rows import Rows
from .snapshot import Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]

SCANNED = 3_000
RESCORED = 1_500
COMPARED = 16_384
"""Rows whose bits are compared at once: as many as the caches of a processor hold."""
FAR_APART = 9_999
"""Bits in which what has no vector differs from everything."""


def packed(vector: Floats) -> bytes:
    """A unit vector as it is stored: its largest number as float32, then one byte a number."""
    largest = np.float32(max(float(np.abs(vector).max()), 1e-9))
    return largest.tobytes() + np.round(vector / largest * 127).astype(np.int8).tobytes()


class Vectors:
    """Rows by slot; slots that have none are far from everything."""

    def __init__(self, dimensions: int, capacity: int = 1024) -> None:
        self._dimensions = dimensions
        self._on_disk: Rows | None = None
        """The first rows, as a snapshot gives them."""
        self._bytes = np.zeros((1, dimensions), np.int8)
        """The rows after those; not all are in use. The first of all stands for slots that have none."""
        self._used = 1
        """Rows in both."""
        self._rows = np.zeros(capacity, np.uint32)
        """By slot."""
        self._bits = np.zeros((_words(dimensions), capacity), np.uint64)
        self._scale = np.zeros(capacity, np.float32)

    @property
    def _first(self) -> int:
        """The first row that is in memory."""
        return len(self._on_disk) if self._on_disk else 0

    def load(self, rows: list[tuple[int, bytes]]) -> None:
        """Set many rows at once."""
        if not rows:
            return
        slots = np.array([slot for slot, _ in rows])
        self._grow(int(slots.max()), len(rows))
        raw = np.frombuffer(b"".join(vector for _, vector in rows), np.uint8).reshape(len(rows), self._dimensions + 4)
        numbers = raw[:, 4:].view(np.int8)
        self._scale[slots] = np.ascontiguousarray(raw[:, :4]).view(np.float32)[:, 0] / 127
        self._bits[:, slots] = _bits(numbers).T
        self._rows[slots] = np.arange(self._used, self._used + len(rows))
        first = self._used - self._first
        self._bytes[first : first + len(rows)] = numbers
        self._used += len(rows)

    def drop(self, slot: int) -> None:
        """Make a row far from everything."""
        if slot < len(self._scale):
            self._scale[slot] = 0

    def nearness(self, query: Floats, slots: Slots) -> Floats:
        """Cosine of *query* with each of *slots*; 0 for those without a vector."""
        known = slots < len(self._scale)
        found = np.zeros(len(slots), np.float32)
        inside = slots[known]
        # Not by BLAS: for so little it starts threads, and waits for them on a machine that has other work.
        found[known] = np.einsum("ij,j->i", self._of(inside), query) * self._scale[inside]
        return found

    def unknown(self, alive: NDArray[np.bool_]) -> Slots:
        """Those of the *alive* that have no vector."""
        slots, scale = np.flatnonzero(alive), self._scale
        missing: Slots = slots[(slots >= len(scale)) | (scale[np.minimum(slots, len(scale) - 1)] == 0)]
        return missing

    def lacking(self, alive: NDArray[np.bool_]) -> int:
        """How many of the *alive* have no vector; needs no lock: what comes meanwhile is counted or not."""
        return len(self.unknown(alive))

    def parts(self, end: int) -> dict[str, Any]:
        """What `restore` takes, of the slots below *end*."""
        self._grow(end, 0)
        kept = self._bytes[: self._used - self._first]
        return {
            "vectors": Pieces((self._on_disk.whole(), kept) if self._on_disk else (kept,)),
            "rows": self._rows[:end],
            "bits": self._bits[:, :end],
            "scale": self._scale[:end],
        }

    def restore(self, arrays: Mapping[str, NDArray[Any]], rows: Rows | None) -> None:
        """Take what `parts` gave in place of what is here."""
        self._on_disk = rows
        self._bytes, self._used = np.zeros((0, self._dimensions), np.int8), self._first
        self._rows, self._bits, self._scale = arrays["rows"], arrays["bits"], arrays["scale"]

    def nearest(self, query: Floats, slots: Slots, most: int) -> Slots:
        """The *most* of *slots* that are nearest to *query*, in no order."""
        if len(slots) and slots.max() >= len(self._scale):
            slots = slots[slots < len(self._scale)]
        if len(slots) > SCANNED:
            slots = self._likeliest(query, slots)
        slots = slots[self._scale[slots] > 0]
        if len(slots) <= most:
            return slots
        near = self.nearness(query, slots)
        return slots[np.argpartition(-near, most)[:most]]

    def _likeliest(self, query: Floats, slots: Slots) -> Slots:
        """The `RESCORED` of *slots* that differ from *query* in the fewest bits."""
        asked = _bits(np.sign(query)[None].astype(np.int8))[0]
        # Picking rows costs more than comparing all, unless few are picked.
        if len(slots) * 4 < len(self._scale):
            apart = _apart(asked, self._bits[:, slots])
            apart[self._scale[slots] == 0] = FAR_APART
        else:
            apart = _apart(asked, self._bits)
            apart[self._scale == 0] = FAR_APART
            apart = apart[slots]
        furthest = np.partition(apart, RESCORED)[RESCORED]
        nearer, equal = np.flatnonzero(apart < furthest), np.flatnonzero(apart == furthest)
        chosen: Slots = slots[np.concatenate([nearer, equal[: RESCORED - len(nearer)]])]
        return chosen

    def _of(self, slots: Slots) -> Floats:
        places = self._rows[slots]
        if self._on_disk is None:
            return self._bytes[places].astype(np.float32)
        found = np.empty((len(slots), self._dimensions), np.float32)
        inside = places < self._first
        found[inside] = self._on_disk.pick(places[inside])
        found[~inside] = self._bytes[places[~inside] - self._first]
        return found

    def _grow(self, slot: int, rows: int) -> None:
        if (short := self._used - self._first + rows - len(self._bytes)) > 0:
            more = max(short, len(self._bytes) // 4)
            self._bytes = np.concatenate([self._bytes, np.zeros((more, self._dimensions), np.int8)])
        if slot < len(self._scale):
            return
        more = max(slot + 1, len(self._scale) * 5 // 4) - len(self._scale)
        self._rows = np.concatenate([self._rows, np.zeros(more, np.uint32)])
        self._bits = np.concatenate([self._bits, np.zeros((len(self._bits), more), np.uint64)], axis=1)
        self._scale = np.concatenate([self._scale, np.zeros(more, np.float32)])


def _apart(asked: NDArray[np.uint64], bits: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """In how many bits each column of *bits* differs from *asked*."""
    apart = np.empty(bits.shape[1], np.uint16)
    for start in range(0, len(apart), COMPARED):
        differing = np.bitwise_count(bits[:, start : start + COMPARED] ^ asked[:, None])
        np.sum(differing, axis=0, dtype=np.uint16, out=apart[start : start + COMPARED])
    return apart


def _bits(rows: NDArray[np.int8]) -> NDArray[np.uint64]:
    packed_rows = np.packbits(rows > 0, axis=1)
    missing = _words(rows.shape[1]) * 8 - packed_rows.shape[1]
    whole = np.pad(packed_rows, ((0, 0), (0, missing))) if missing else packed_rows
    return whole.view(np.uint64)


def _words(dimensions: int) -> int:
    """Numbers of 64 bits that hold a bit for each of *dimensions*."""
    return -(-dimensions // 64)
