"""The index in memory over the one on disk: columns for conditions and signals, vectors for meaning, words on disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from .columns import Columns
from .documents import Document
from .embed import MiniLm
from .store import Store
from .terms import Known
from .vectors import Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RARE = 0.15
"""Share of documents from which on a word tells too little to look for."""
MOST_POSTINGS = 40_000
"""Occurrences that are scored in one search; bounds its time."""
MOST_TERMS = 10


def _no_meaning(_: str) -> Floats | None:
    return None


class Index:
    """Everything that a search reads; whoever reads or writes holds ``lock``."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.lock = threading.RLock()
        self.columns = Columns()
        self.vectors = Vectors()
        self.documents: dict[int, Document] = {}
        self.slots: dict[str, int] = {}
        self.meaning: Callable[[str], Floats | None] = _no_meaning
        self._known: Known | None = None
        self._counts: dict[str, int] = {}
        self._shares: dict[int, dict[str, float]] = {}
        rows = store.rows()
        self._load(rows)

    def _load(self, rows: list[tuple[int, Document, bytes | None]]) -> None:
        self.columns.load((slot, document) for slot, document, _ in rows)
        self.vectors.load([(slot, vector) for slot, _, vector in rows if vector is not None])
        for slot, document, _ in rows:
            self.documents[slot] = document
            self.slots[document.key] = slot
        self._known = None

    def put(self, documents: list[Document]) -> None:
        """Add or replace documents."""
        with self.lock, self.store.writing():
            for document in documents:
                self._forget(self.slots.pop(document.key, None))
                self._load([self.store.put(document, MiniLm.id)])

    def drop(self, key: str) -> None:
        """Remove a document."""
        with self.lock:
            self.store.drop(key)
            self._forget(self.slots.pop(key, None))

    def embedded(self, vectors: list[tuple[int, bytes]]) -> None:
        """Documents got their vectors."""
        with self.lock:
            self.vectors.load([(slot, vector) for slot, vector in vectors if slot in self.documents])

    def known(self) -> Known:
        """The names by which the catalogue's things are recognised in a question."""
        with self.lock:
            if self._known is None:
                values = self.columns.values
                self._known = Known(
                    libraries=frozenset(values("library")),
                    datasets=frozenset(values("dataset")),
                    publishers=frozenset(values("publisher")),
                    name_words=frozenset(values("word")),
                )
            return self._known

    def shares(self, among: NDArray[np.bool_]) -> dict[str, float]:
        """The share that each task has *among* some documents."""
        key = hash(among.tobytes())
        if key not in self._shares:
            counted = self.columns.counted("task", among)
            whole = sum(counted.values()) or 1
            self._shares = {key: {task: count / whole for task, count in counted.items() if count}}
        return self._shares[key]

    def telling(self, words: tuple[str, ...]) -> list[tuple[str, float]]:
        """The rarest of *words*, each with how much it tells; misspelt ones put right."""
        counts = self._count(words)
        total = max(1, len(self.documents))
        found: list[tuple[str, float]] = []
        spent = 0
        for word in sorted(counts, key=lambda word: counts[word]):
            count = counts[word]
            if len(found) >= MOST_TERMS or (found and (spent + count > MOST_POSTINGS or count > RARE * total > 50)):
                break
            spent += count
            found.append((word, float(np.log1p(total / count))))
        return found

    def _count(self, words: tuple[str, ...]) -> dict[str, int]:
        fresh = [word for word in words if word not in self._counts]
        if fresh:
            if len(self._counts) > 50_000:
                self._counts.clear()
            counted = self.store.counts(fresh)
            self._counts |= {word: counted.get(word, 0) for word in fresh}
        counts = {word: self._counts[word] for word in words if self._counts[word]}
        for word in words:
            if word not in counts and len(word) >= 4 and word.isascii():
                counts |= dict([max(near.items(), key=lambda each: each[1])]) if (near := self.store.counts(_misspelt(word))) else {}
        return counts

    def _forget(self, slot: int | None) -> None:
        self._counts.clear()
        self._shares.clear()
        if slot is not None:
            self.columns.drop(slot)
            self.vectors.drop(slot)
            self.documents.pop(slot, None)


def _misspelt(word: str) -> list[str]:
    """All words that one slip of the finger makes of *word*."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    dropped = [left + right[1:] for left, right in cuts if right]
    swapped = [left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1]
    changed = [left + letter + right[1:] for left, right in cuts if right for letter in letters]
    added = [left + letter + right for left, right in cuts for letter in letters]
    return list({*dropped, *swapped, *changed, *added} - {word})
