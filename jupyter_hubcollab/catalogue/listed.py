"""Which documents have a term: the bulk in one array, as a snapshot gives it, what came later in lists."""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]


class Listed:
    """Slots by term, a term being ``field:value``."""

    def __init__(
        self, terms: list[str] | None = None, ends: Numbers | None = None, slots: Numbers | None = None
    ) -> None:
        """What a snapshot kept: *terms*, where the *slots* of each end."""
        self._terms = terms or []
        self._ends = np.zeros(0, np.uint32) if ends is None else ends
        self._slots = np.zeros(0, np.uint32) if slots is None else slots
        self._place = {term: at for at, term in enumerate(self._terms)}
        self._later: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._fields: defaultdict[str, set[str]] = defaultdict(set)
        for term in self._terms:
            self._note(term)

    def add(self, term: str, slot: int) -> None:
        """The document in *slot* has *term*."""
        if term not in self._place and term not in self._later:
            self._note(term)
        self._later[term].append(slot)

    def of(self, term: str) -> Numbers:
        """The slots of *term*, also of documents that are gone."""
        at = self._place.get(term)
        first = self._slots[self._begin(at) : self._ends[at]] if at is not None else self._slots[:0]
        if (later := self._later.get(term)) is None:
            return first
        # A copy: an array that somebody looks into cannot grow.
        return np.concatenate([first, np.frombuffer(later.tobytes(), np.uint32)])

    def values(self, field: str) -> set[str]:
        """The values of *field*."""
        return self._fields[field]

    def parts(self) -> tuple[list[str], Numbers, Numbers]:
        """What a snapshot keeps."""
        terms = list(dict.fromkeys([*self._terms, *self._later]))
        lists = [self.of(term) for term in terms]
        ends = np.cumsum([len(each) for each in lists], dtype=np.uint32)
        return terms, ends, np.concatenate([self._slots[:0], *lists])

    def _begin(self, at: int) -> int:
        return int(self._ends[at - 1]) if at else 0

    def _note(self, term: str) -> None:
        field, _, value = term.partition(":")
        self._fields[field].add(value)
