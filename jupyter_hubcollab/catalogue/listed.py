"""Which documents have a term: the bulk in sorted segments, as a snapshot gives them, what came later in lists.

A million models have a million words in their names: as strings of Python they would take more memory than all facts.
"""

from __future__ import annotations

import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Numbers = NDArray[np.uint32]

MOST_LATER = 20_000
"""Entries that wait in lists."""
LONGEST_MERGED = 8_000_000
"""Entries of a segment that was made of two: their terms are in memory meanwhile."""
_NOTHING = np.zeros(0, np.uint32)
_AFTER_ALL = b"\xff"
"""Sorts behind whatever goes on a text."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Terms in the order of their bytes, and the slots of each."""

    text: Bytes
    """All terms, one after the other."""
    text_ends: Numbers
    slots: Numbers
    slot_ends: Numbers

    @staticmethod
    def of(lists: Sequence[tuple[bytes, Numbers]]) -> Segment:
        """A segment of terms with their slots; a term may come more than once."""
        ordered = sorted(lists, key=lambda each: each[0])
        terms, counts = [], []
        for term, group in groupby(ordered, key=lambda each: each[0]):
            terms.append(term)
            counts.append(sum(len(slots) for _, slots in group))
        return Segment(
            np.frombuffer(b"".join(terms), np.uint8),
            np.cumsum([len(term) for term in terms], dtype=np.uint32),
            np.concatenate([np.zeros(0, np.uint32), *(slots for _, slots in ordered)]),
            np.cumsum(counts, dtype=np.uint32),
        )

    def __len__(self) -> int:
        return len(self.text_ends)

    def term(self, at: int) -> bytes:
        """The term in place *at*."""
        return self.text[_begin(self.text_ends, at) : self.text_ends[at]].tobytes()

    def place(self, term: bytes) -> int:
        """Where *term* is, or would be."""
        first, last = 0, len(self)
        while first < last:
            middle = (first + last) // 2
            if self.term(middle) < term:
                first = middle + 1
            else:
                last = middle
        return first

    def of_term(self, term: bytes) -> Numbers:
        """The slots of *term*."""
        at = self.place(term)
        if at == len(self) or self.term(at) != term:
            return self.slots[:0]
        return self._of(at)

    def between(self, first: bytes, end: bytes) -> Iterator[bytes]:
        """The terms from *first* on, before *end*."""
        return (self.term(at) for at in range(self.place(first), self.place(end)))

    def said(self, first: bytes, end: bytes) -> tuple[Numbers, Numbers, Numbers]:
        """Of the terms from *first* on, before *end*: the hash of each, how many slots it has, and all their slots."""
        terms = range(self.place(first), self.place(end))
        begin, ends = _begin(self.slot_ends, terms.start), self.slot_ends[terms.start : terms.stop]
        hashes = np.fromiter((zlib.crc32(self.term(at)) for at in terms), np.uint32, len(terms))
        counts = np.diff(ends, prepend=np.uint32(begin))
        return hashes, counts, self.slots[begin : begin + int(counts.sum())]

    def lists(self) -> Iterator[tuple[bytes, Numbers]]:
        """All terms with their slots."""
        return ((self.term(at), self._of(at)) for at in range(len(self)))

    def _of(self, at: int) -> Numbers:
        return self.slots[_begin(self.slot_ends, at) : self.slot_ends[at]]


class Listed:
    """Slots by term, a term being ``field:value``."""

    def __init__(self, segments: Iterable[Segment] = ()) -> None:
        """What a snapshot kept."""
        self._segments = list(segments)
        self._later: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._waiting = 0
        self._fields: dict[str, set[str]] = {}
        """Values of those fields that somebody asked for."""

    def add(self, term: str, slot: int) -> None:
        """The document in *slot* has *term*."""
        field, _, value = term.partition(":")
        if field in self._fields:
            self._fields[field].add(value)
        self._later[term].append(slot)
        self._waiting += 1

    def settle(self) -> None:
        """Put what waits in lists into segments, if it is much."""
        if self._waiting > MOST_LATER:
            self._settle()

    def of(self, term: str) -> Numbers:
        """The slots of *term*, also of documents that are gone."""
        found = [segment.of_term(_spelled(term)) for segment in self._segments]
        if (later := self._later.get(term)) is not None:
            # A copy: an array that somebody looks into cannot grow.
            found.append(np.frombuffer(later.tobytes(), np.uint32))
        return found[0] if len(found) == 1 else np.concatenate([np.zeros(0, np.uint32), *found])

    def has(self, field: str, value: str) -> bool:
        """Whether any document says *value* in *field*."""
        term = f"{field}:{value}"
        return term in self._later or any(len(segment.of_term(_spelled(term))) for segment in self._segments)

    def values(self, field: str) -> set[str]:
        """The values of *field*; of a field with very many ask for those you mean."""
        if field not in self._fields:
            self._fields[field] = set(self.begun(field, ""))
        return self._fields[field]

    def begun(self, field: str, begun: str) -> Iterator[str]:
        """Values of *field* that begin with *begun*."""
        first = _spelled(f"{field}:{begun}")
        for segment in self._segments:
            for term in segment.between(first, first + _AFTER_ALL):
                yield _read(term)
        for later in self._later:
            if later.startswith(f"{field}:{begun}"):
                yield later.partition(":")[2]

    def said(self, field: str) -> tuple[Numbers, Numbers]:
        """Each time that a document says something in *field*: a number for what it says, and its slot."""
        self._settle()
        first = _spelled(f"{field}:")
        parts = [(_NOTHING,) * 3, *(segment.said(first, first + _AFTER_ALL) for segment in self._segments)]
        hashes, counts, slots = (np.concatenate(each) for each in zip(*parts, strict=True))
        _, values = np.unique(hashes, return_inverse=True)
        return np.repeat(values.astype(np.uint32), counts), slots

    def parts(self) -> list[Segment]:
        """What a snapshot keeps."""
        self._settle()
        return self._segments

    def _settle(self) -> None:
        if self._later:
            lists = [(_spelled(term), np.frombuffer(slots, np.uint32)) for term, slots in self._later.items()]
            self._segments.append(Segment.of(lists))
            self._later.clear()
            self._waiting = 0
        while len(self._segments) > 1 and _belong_together(*self._segments[-2:]):
            last, before = self._segments.pop(), self._segments.pop()
            self._segments.append(Segment.of([*before.lists(), *last.lists()]))


def _belong_together(before: Segment, last: Segment) -> bool:
    """As long as each is half of the one before it, they are few, and each entry is moved few times."""
    entries = len(before.slots) + len(last.slots)
    return 2 * len(last.slots) >= len(before.slots) and entries <= LONGEST_MERGED


def _begin(ends: Numbers, at: int) -> int:
    return int(ends[at - 1]) if at else 0


def _spelled(term: str) -> bytes:
    return term.encode(errors="replace")


def _read(term: bytes) -> str:
    return term.decode(errors="replace").partition(":")[2]
