"""The index in memory over the one on disk: columns for conditions and signals, vectors for meaning, words on disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from .columns import Columns
from .documents import Document
from .intent import trained
from .meaning import NOTHING, Meant
from .postings import Postings
from .renown import renown
from .snapshot import Snapshot, Words, read, write
from .store import Row
from .stores import Stored, VectorIndex
from .terms import Known
from .vectors import Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

COMMON = 0.3
"""Share of documents from which on a word tells too little to look for."""
MOST_POSTINGS = 400_000
"""Occurrences that are scored in one search; bounds its time."""
MOST_TERMS = 24
SHORTEST_MISSPELT = 4
MANY = 50
"""Documents from which on a common word is left out."""
WORTH_SAVING = 1_000
"""Documents that are read at a start without anybody noticing."""
GROWN = 0.1
"""Share of new documents from which on it is worked out anew how well known all are."""
ROWS_AT_ONCE = 20_000
MOST_CONTINUED = 12
"""Words that a half-typed one may become."""
MOST_LOOKED_AT = 2_000


class Names:
    """The words in the names of all documents, to ask for one."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._columns.has("word", word)


def _no_meaning(_: str) -> Meant:
    return NOTHING


class Index:
    """Everything that a search reads; whoever reads or writes holds ``lock``."""

    def __init__(self, store: Stored) -> None:
        self.store = store
        self.lock = threading.RLock()
        self.columns = Columns()
        self.vectors: VectorIndex = store.vectors_there or Vectors(store.dimensions)
        self.postings = Postings()
        self.meaning: Callable[[str], Meant] = _no_meaning
        self.intent = trained()
        self._known: Known | None = None
        self._shares: dict[int, dict[str, float]] = {}
        self._told: tuple[tuple[str, ...] | None, list[tuple[str, float]]] = (None, [])
        self._state = store.state()
        self._last = 0
        self._unsaved = 0
        self._unweighed = 0
        """Documents that came since it was worked out how well known all are."""
        if (saved := read(store.snapshot, store.mark)) is None:
            self._load_new()
        else:
            self._restore(saved)

    def __len__(self) -> int:
        return int(self.columns.alive.sum())

    @property
    def newest(self) -> int:
        """The slot that was used last: another number as soon as a document comes or changes."""
        return self._last

    def slot(self, document: Document) -> int | None:
        """Where *document* is; None for one that was only made to be compared with."""
        return self.store.slot(document.key)

    def catch_up(self) -> bool:
        """See what another process has written; whether there was anything."""
        with self.lock:
            state = self.store.state()
            if state == self._state:
                return False
            self._state = state
            self._reread()
            return True

    def save(self) -> None:
        """Keep the index as it is for the next start, if much was worked out since the last one."""
        with self.lock:
            if self._unsaved < WORTH_SAVING:
                return
            self._weigh_if_grown()
            end = self._last + 1
            facts, arrays = self.columns.parts(end)
            segments, words = self.postings.parts(end)
            known = Words(
                mark=self.store.mark, embedder=self.store.embedder, last=self._last, word_segments=segments, **facts
            )
            write(self.store.snapshot, known, {**arrays, **words, **self.vectors.parts(end)})
            self._unsaved = 0
            if (saved := read(self.store.snapshot, self.store.mark)) is not None:
                # What stands on disk need not stand in memory.
                self._take(saved)

    def _take(self, saved: Snapshot) -> None:
        self.columns.restore(saved.words, saved.arrays)
        self.postings.restore(saved.words.word_segments, saved.arrays)
        if saved.words.embedder == self.store.embedder:
            self.vectors.restore(saved.arrays, saved.vectors)

    def _restore(self, saved: Snapshot) -> None:
        self._last = saved.words.last
        self._take(saved)
        self._reread()
        self._load_vectors()

    def use(self, embedder: str, dimensions: int) -> None:
        """From now on, vectors are those of *embedder*; what another one made is not looked at any more."""
        with self.lock:
            if self.store.use(embedder, dimensions):
                self.vectors = self.store.vectors_there or Vectors(dimensions)
                self._load_vectors()

    def _load_vectors(self) -> None:
        """Those that the store has and the memory has not."""
        self.vectors.load(self.store.vectors(self.vectors.unknown(self.columns.alive).tolist()))

    def _reread(self) -> None:
        """Let go what the store no longer has, load what it has since."""
        # No slot is used twice: as many as were there are the same.
        if self.store.count(self._last) < len(self):
            gone = self.columns.alive.copy()
            there = self.store.slots()
            gone[there[there < len(gone)]] = False
            for slot in np.flatnonzero(gone):
                self._forget(int(slot))
        self._load_new()

    def _load_new(self) -> None:
        """Load what the store has after the newest known slot, in bounded memory."""
        while rows := self.store.rows(after=self._last, most=ROWS_AT_ONCE):
            self._load(rows)
        self._weigh_if_grown()
        self._changed()

    def _weigh_if_grown(self) -> None:
        if self._unweighed >= max(WORTH_SAVING, GROWN * len(self)):
            self.columns.renown = renown(self.columns)
            self._unweighed = 0

    def _load(self, rows: list[Row]) -> None:
        self._last = max([self._last, *(row.slot for row in rows)])
        self._unsaved += len(rows)
        self._unweighed += len(rows)
        self.columns.load([(row.slot, row.facts) for row in rows])
        self.postings.load([(row.slot, row.words) for row in rows])
        self.vectors.load([(row.slot, row.vector) for row in rows if row.vector is not None])
        self._changed()

    def put(self, documents: list[Document]) -> None:
        """Add or replace documents."""
        with self.lock, self.store.writing():
            rows = [self.store.put(document) for document in documents]
            for row in rows:
                self._forget(row.replaced)
            # A document that came twice was replaced at once.
            gone = {row.replaced for row in rows}
            self._load([row for row in rows if row.slot not in gone])

    def drop(self, key: str) -> None:
        """Remove a document."""
        with self.lock:
            self._forget(self.store.drop(key))
            self._changed()

    def embedded(self, vectors: list[tuple[int, bytes]]) -> None:
        """Documents got their vectors."""
        with self.lock:
            alive = self.columns.alive
            # What another process has just written is read with its vector at the next search.
            self.vectors.load([(slot, vector) for slot, vector in vectors if slot < len(alive) and alive[slot]])
            self._unsaved += len(vectors)

    def known(self) -> Known:
        """The names by which the catalogue's things are recognised in a question."""
        with self.lock:
            if self._known is None:
                values = self.columns.values
                self._known = Known(
                    libraries=frozenset(values("library")),
                    datasets=frozenset(values("dataset")),
                    publishers=frozenset(values("publisher")),
                    name_words=Names(self.columns),
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
        # One search asks for the words of one question several times.
        told = self._told
        if told[0] != words:
            told = self._told = (words, self._telling(words))
        return told[1]

    def _telling(self, words: tuple[str, ...]) -> list[tuple[str, float]]:
        known = zip(words, self.postings.counts(words), strict=True)
        counts = {word: count for word, count in known if count}
        for word in words:
            if word not in counts and len(word) >= SHORTEST_MISSPELT and word.isascii():
                counts |= self._put_right(word)
        total = max(1, len(self))
        found: list[tuple[str, float]] = []
        spent = 0
        for word, count in sorted(counts.items(), key=lambda each: each[1]):
            spent += count
            if found and (spent > MOST_POSTINGS or count > COMMON * total > MANY or len(found) >= MOST_TERMS):
                break
            found.append((word, float(np.log1p(total / count))))
        return found

    def continued(self, begun: str) -> list[tuple[str, float]]:
        """Words in names that begin with *begun*, each with a little less than it would tell in full."""
        possible = set(islice(self.columns.begun("word", begun), MOST_LOOKED_AT))
        meant = sorted(possible, key=lambda word: (-self.postings.count(word), word))[:MOST_CONTINUED]
        total = max(1, len(self))
        return [
            (word, 0.7 * float(np.log1p(total / max(1, self.postings.count(word))))) for word in meant if word != begun
        ]

    def _put_right(self, word: str) -> dict[str, int]:
        possible = _misspelt(word)
        counts = zip(possible, self.postings.counts(possible), strict=True)
        near = {meant: count for meant, count in counts if count and self.columns.has("word", meant)}
        best = max(near, key=near.__getitem__, default=None)
        return {best: near[best]} if best is not None else {}

    def _changed(self) -> None:
        self._known = None
        self._told = (None, [])
        self._shares.clear()

    def _forget(self, slot: int | None) -> None:
        if slot is not None:
            self.columns.drop(slot)
            self.vectors.drop(slot)


def _misspelt(word: str) -> list[str]:
    """All words that one slip of the finger makes of *word*."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    dropped = [left + right[1:] for left, right in cuts if right]
    swapped = [left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1]
    changed = [left + letter + right[1:] for left, right in cuts if right for letter in letters]
    added = [left + letter + right for left, right in cuts for letter in letters]
    return list({*dropped, *swapped, *changed, *added} - {word})
