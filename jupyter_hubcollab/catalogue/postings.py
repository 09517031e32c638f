"""Words of all documents in memory, scored by BM25 over weighted fields; exact under any filter, and cheap to add to.

A word is its 32-bit hash. The bulk is in sorted segments; what is added later waits in a small tail.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

    Rows = list[tuple[int, bytes]]

SATURATION = 1.2
LENGTH = 0.6
"""How much a long card is held against it."""
STEPS = 4
"""Weights are stored in quarters."""
LONGEST_TAIL = 2_000
LONGEST_MERGED = 16_000_000
"""Occurrences in a segment that was made of two: merging takes 20 bytes of memory for each."""
_SEGMENT = ("hashes", "ends", "slots", "weights")
_ROW = 5
"""Bytes of one word of one document: hash and weight."""


def hashed(word: str) -> int:
    """*word* as a number."""
    return zlib.crc32(word.encode(errors="replace"))


def packed(fields: Iterable[tuple[float, Sequence[str]]]) -> bytes:
    """The words of a document with their weights: hashes first, then weights."""
    weights: defaultdict[int, float] = defaultdict(float)
    for weight, words in fields:
        for word in words:
            weights[hashed(word)] += weight
    hashes = np.fromiter(weights, np.uint32, len(weights))
    steps = np.minimum(np.fromiter(weights.values(), np.float64, len(weights)) * STEPS, 255).astype(np.uint8)
    return hashes.tobytes() + steps.tobytes()


@dataclass(frozen=True, slots=True)
class Segment:
    """Words in the order of their hashes, and the documents of each."""

    hashes: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    slots: NDArray[np.uint32]
    weights: NDArray[np.uint8]

    @staticmethod
    def of(hashes: NDArray[np.uint32], slots: NDArray[np.uint32], weights: NDArray[np.uint8]) -> Segment:
        """A segment of single occurrences."""
        order = np.argsort(hashes, kind="stable")
        hashes = hashes[order]
        last = np.flatnonzero(np.append(hashes[1:] != hashes[:-1], np.ones(min(1, len(hashes)), np.bool_)))
        return Segment(hashes[last], (last + 1).astype(np.uint32), slots[order], weights[order])

    def __len__(self) -> int:
        return len(self.slots)

    def spans(self, asked: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the documents of each word *asked* begin and end."""
        if not len(self.hashes):
            return np.zeros(len(asked), np.int64), np.zeros(len(asked), np.int64)
        at = np.minimum(np.searchsorted(self.hashes, asked), len(self.hashes) - 1)
        begins = np.where(at > 0, self.ends[at - 1], 0).astype(np.int64)
        return begins, np.where(self.hashes[at] == asked, self.ends[at], begins).astype(np.int64)

    def spelled_out(self) -> NDArray[np.uint32]:
        """The hash of each occurrence."""
        return np.repeat(self.hashes, np.diff(self.ends, prepend=np.uint32(0)))


class Postings:
    """Which documents have a word, and how much it weighs there."""

    def __init__(self) -> None:
        self._segments: list[Segment] = []
        self._lengths = np.zeros(1024, np.float32)
        self._tail: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self._waiting: Rows = []

    def load(self, rows: Rows) -> None:
        """Add the packed words of documents."""
        if not rows:
            return
        self._grow(max(slot for slot, _ in rows))
        if len(rows) + len(self._waiting) > LONGEST_TAIL:
            self._settle([*self._waiting, *rows])
            return
        for slot, words in rows:
            hashes, weights = _parts(words)
            self._lengths[slot] = weights.sum(dtype=np.float32)
            for hash_, weight in zip(hashes.tolist(), weights.tolist(), strict=True):
                self._tail[hash_].append((slot, weight))
        self._waiting.extend(rows)

    def parts(self, end: int) -> tuple[int, dict[str, NDArray[Any]]]:
        """How many segments there are, and arrays that `restore` takes, of the slots below *end*."""
        self._settle(self._waiting)
        arrays = {"lengths": self._lengths[:end]}
        for at, segment in enumerate(self._segments):
            arrays |= {f"words{at}_{part}": getattr(segment, part) for part in _SEGMENT}
        return len(self._segments), arrays

    def restore(self, segments: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take what `parts` gave in place of what is here."""
        parts = [[arrays[f"words{at}_{part}"] for part in _SEGMENT] for at in range(segments)]
        self._segments = [Segment(*each) for each in parts]
        self._lengths = arrays["lengths"]

    def count(self, word: str) -> int:
        """In how many documents *word* is, also deleted ones."""
        return self.counts([word])[0]

    def counts(self, words: Sequence[str]) -> list[int]:
        """The same for many words."""
        asked = np.fromiter(map(hashed, words), np.uint32, len(words))
        found = np.zeros(len(words), np.int64)
        for segment in self._segments:
            begins, ends = segment.spans(asked)
            found += ends - begins
        return [
            known + len(self._tail.get(hash_, ())) for known, hash_ in zip(found.tolist(), asked.tolist(), strict=True)
        ]

    def scores(self, words: Sequence[tuple[str, float]], capacity: int) -> Floats:
        """For each of *capacity* slots how well the document matches *words*, each given with how much it tells."""
        total = np.zeros(capacity, np.float32)
        mean = float(self._lengths.sum() / max(1, np.count_nonzero(self._lengths))) or 1.0
        for word, telling in words:
            slots, weights = self._of(hashed(word))
            heavy = weights * (1 / STEPS)
            long = SATURATION * (1 - LENGTH + LENGTH * self._lengths[slots] / mean)
            total[slots] += np.float32(telling * (SATURATION + 1)) * heavy / (heavy + long)
        return total

    def _of(self, hash_: int) -> tuple[NDArray[np.uint32], Floats]:
        added = self._tail.get(hash_, [])
        slots = [np.array([slot for slot, _ in added], np.uint32)]
        weights = [np.array([weight for _, weight in added], np.float32)]
        asked = np.array([hash_], np.uint32)
        for segment in self._segments:
            [begin], [end] = segment.spans(asked)
            slots.append(segment.slots[begin:end])
            weights.append(segment.weights[begin:end].astype(np.float32))
        return np.concatenate(slots), np.concatenate(weights)

    def _settle(self, rows: Rows) -> None:
        """Put *rows* into a segment, and with it what waited."""
        if rows:
            parts = [_parts(words) for _, words in rows]
            for (slot, _), (_, each) in zip(rows, parts, strict=True):
                self._lengths[slot] = each.sum(dtype=np.float32)
            counts = np.array([len(hashes) for hashes, _ in parts])
            slots = np.repeat(np.array([slot for slot, _ in rows], np.uint32), counts)
            hashes = np.concatenate([hashes for hashes, _ in parts])
            self._segments.append(Segment.of(hashes, slots, np.concatenate([weights for _, weights in parts])))
        self._tail.clear()
        self._waiting = []
        while len(self._segments) > 1 and _belong_together(*self._segments[-2:]):
            last, before = self._segments.pop(), self._segments.pop()
            hashes = np.concatenate([before.spelled_out(), last.spelled_out()])
            slots = np.concatenate([before.slots, last.slots])
            self._segments.append(Segment.of(hashes, slots, np.concatenate([before.weights, last.weights])))

    def _grow(self, slot: int) -> None:
        if slot >= len(self._lengths):
            more = max(slot + 1, len(self._lengths) * 5 // 4) - len(self._lengths)
            self._lengths = np.concatenate([self._lengths, np.zeros(more, np.float32)])


def _belong_together(before: Segment, last: Segment) -> bool:
    """As long as each is half of the one before it, they are few, and each occurrence is moved few times."""
    return 2 * len(last) >= len(before) and len(before) + len(last) <= LONGEST_MERGED


def _parts(words: bytes) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    count = len(words) // _ROW
    return np.frombuffer(words, np.uint32, count), np.frombuffer(words, np.uint8, count, count * 4)
