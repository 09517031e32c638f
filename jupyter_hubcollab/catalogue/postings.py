"""Words of all documents in memory, scored by BM25 over weighted fields; exact under any filter, and cheap to add to.

A word is its 32-bit hash. The bulk is sorted arrays, made at loading; what is added later waits in a small tail.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


class Postings:
    """Which documents have a word, and how much it weighs there."""

    def __init__(self) -> None:
        self._hashes = np.zeros(0, np.uint32)
        self._slots = np.zeros(0, np.uint32)
        self._weights = np.zeros(0, np.uint8)
        self._lengths = np.zeros(1024, np.float32)
        self._tail: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self._waiting: Rows = []

    def load(self, rows: Rows) -> None:
        """Add the packed words of documents."""
        if not rows:
            return
        self._grow(max(slot for slot, _ in rows))
        if len(rows) + len(self._waiting) > LONGEST_TAIL:
            self._merge([*self._waiting, *rows])
            self._tail.clear()
            self._waiting = []
            return
        for slot, words in rows:
            hashes, weights = _parts(words)
            self._lengths[slot] = weights.sum(dtype=np.float32)
            for hash_, weight in zip(hashes.tolist(), weights.tolist(), strict=True):
                self._tail[hash_].append((slot, weight))
        self._waiting.extend(rows)

    def parts(self, end: int) -> dict[str, NDArray[Any]]:
        """Arrays that `restore` takes, of the slots below *end*."""
        self._merge(self._waiting)
        self._tail.clear()
        self._waiting = []
        return {
            "word_hashes": self._hashes,
            "word_slots": self._slots,
            "word_weights": self._weights,
            "lengths": self._lengths[:end],
        }

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take what `parts` gave; nothing was loaded before."""
        self._hashes, self._slots = arrays["word_hashes"], arrays["word_slots"]
        self._weights, self._lengths = arrays["word_weights"], arrays["lengths"]

    def count(self, word: str) -> int:
        """In how many documents *word* is, also deleted ones."""
        start, end = self._span(hashed(word))
        return end - start + len(self._tail.get(hashed(word), ()))

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
        start, end = self._span(hash_)
        slots, weights = self._slots[start:end], self._weights[start:end].astype(np.float32)
        if added := self._tail.get(hash_):
            slots = np.concatenate([slots, np.array([slot for slot, _ in added], np.uint32)])
            weights = np.concatenate([weights, np.array([weight for _, weight in added], np.float32)])
        return slots, weights

    def _span(self, hash_: int) -> tuple[int, int]:
        asked = np.uint32(hash_)
        return int(np.searchsorted(self._hashes, asked)), int(np.searchsorted(self._hashes, asked, side="right"))

    def _merge(self, rows: Rows) -> None:
        if not rows:
            return
        parts = [_parts(words) for _, words in rows]
        counts = np.array([len(hashes) for hashes, _ in parts])
        hashes = np.concatenate([self._hashes, *(hashes for hashes, _ in parts)])
        weights = np.concatenate([self._weights, *(weights for _, weights in parts)])
        slots = np.concatenate([self._slots, np.repeat(np.array([slot for slot, _ in rows], np.uint32), counts)])
        for (slot, _), (_, each) in zip(rows, parts, strict=True):
            self._lengths[slot] = each.sum(dtype=np.float32)
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._slots, self._weights = hashes[order], slots[order], weights[order]

    def _grow(self, slot: int) -> None:
        if slot >= len(self._lengths):
            more = max(slot + 1, len(self._lengths) * 5 // 4) - len(self._lengths)
            self._lengths = np.concatenate([self._lengths, np.zeros(more, np.float32)])


def _parts(words: bytes) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    count = len(words) // _ROW
    return np.frombuffer(words, np.uint32, count), np.frombuffer(words, np.uint8, count, count * 4)
