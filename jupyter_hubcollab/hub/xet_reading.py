"""Files out of chunks: which chunks of which xorbs hold a range of a file, and what they decode to."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select

from ..errors import BlobNotFound
from ..storage.chunks import content_of
from ..storage.database import Database
from ..storage.merkle import XetHash
from ..storage.schema import xet_xorbs
from ..storage.xorbs import OpenXorb, XorbIndex, Xorbs
from .xet_shards import Term

_MOST_INDEXED_CHUNKS = 300_000
"""About 25 MB of indexes."""
_MOST_KEPT_BYTES = 16 << 20
_AT_ONCE = 1 << 20
"""Bytes that are decoded in one go: so many stay in a core's cache until they are sent."""


@dataclass(frozen=True, slots=True)
class Section:
    """Neighbouring chunks of a xorb that hold a part of a range."""

    xorb: XetHash
    start: int
    end: int
    size: int
    """Bytes of content."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """Neighbouring chunks of a xorb that are fetched at once, and where in the xorb they lie."""

    xorb: XetHash
    start: int
    end: int
    first_byte: int
    end_byte: int


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """How to put a range of a file together."""

    skipped: int
    """Bytes of the first section that come before the range."""
    sections: list[Section]
    fetches: list[Fetch]
    """Each section lies in exactly one; clients fail when two of one xorb overlap."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where chunks are read from, and to."""

    xorb: XetHash
    index: XorbIndex
    file: OpenXorb
    is_long: bool
    """Is it worth to look at the file where the system has it, instead of reading it?"""


class Reading:
    """Reads from xorbs; keeps the indexes in use, and the chunks that readers of ranges come back to."""

    def __init__(self, database: Database, xorbs: Xorbs) -> None:
        self._database = database
        self._xorbs = xorbs
        self._lock = threading.Lock()
        self._indexes: OrderedDict[XetHash, XorbIndex] = OrderedDict()
        self._indexed_chunks = 0
        self._kept: OrderedDict[tuple[XetHash, int], bytes] = OrderedDict()
        self._kept_bytes = 0

    def index(self, xorb: XetHash) -> XorbIndex:
        """Where the chunks of a xorb lie.

        Raises:
            BlobNotFound: there is no such xorb.
        """
        with self._lock:
            found = self._indexes.get(xorb)
            if found is not None:
                self._indexes.move_to_end(xorb)
                return found
        with self._database.read() as connection:
            packed = connection.execute(select(xet_xorbs.c.chunks).where(xet_xorbs.c.hash == xorb)).scalar()
        if packed is None:
            raise BlobNotFound(f"the xorb {xorb} was not uploaded here; upload it first")
        index = XorbIndex.unpacked(packed)
        self._remember(xorb, index)
        return index

    def forget(self, xorb: XetHash) -> None:
        """Do not rely on a xorb any more."""
        with self._lock:
            gone = self._indexes.pop(xorb, None)
            self._indexed_chunks -= len(gone) if gone is not None else 0

    def pieces(self, terms: Iterable[Term], start: int, end: int) -> Iterator[bytes]:
        """The bytes of a file from *start* up to *end*; only the chunks that hold them are decoded."""
        for part in self.parts(terms, start, end):
            yield b"".join(part)

    def parts(self, terms: Iterable[Term], start: int, end: int) -> Iterator[Sequence[bytes | memoryview]]:
        """The same in parts, each of which is good until the next one is asked for."""
        for term, begin, stop in _touched(terms, start, end):
            index = self.index(term.xorb)
            base = index.offsets[term.start]
            with self._xorbs.open(term.xorb) as xorb:
                yield from self._content(
                    _Place(term.xorb, index, xorb, end - start > _AT_ONCE), base + begin, base + stop
                )

    def reconstruction(self, terms: Iterable[Term], start: int, end: int) -> Reconstruction:
        """The sections that hold a range that is not empty."""
        skipped = 0
        sections: list[Section] = []
        for term, begin, stop in _touched(terms, start, end):
            index = self.index(term.xorb)
            base = index.offsets[term.start]
            first, last = index.at(base + begin), index.at(base + stop - 1) + 1
            if not sections:
                skipped = base + begin - index.offsets[first]
            sections.append(Section(term.xorb, first, last, index.content_size(first, last)))
        return Reconstruction(skipped, sections, [self._fetch(*one) for one in _joined(sections)])

    def _fetch(self, xorb: XetHash, start: int, end: int) -> Fetch:
        return Fetch(xorb, start, end, *self.index(xorb).span(start, end))

    def _content(self, place: _Place, begin: int, end: int) -> Iterator[list[bytes | memoryview]]:
        """The content of a xorb from *begin* up to *end*, about a megabyte at once."""
        index, at = place.index, begin
        while at < end:
            first = index.at(at)
            last = min(index.at(min(at + _AT_ONCE, end) - 1) + 1, len(index))
            chunks = self._decoded(place, first, last)
            skipped, stop = at - index.offsets[first], min(index.offsets[last], end)
            if skipped or stop < index.offsets[last]:
                self._keep_edges(place.xorb, first, chunks)
                chunks[-1] = memoryview(chunks[-1])[: stop - index.offsets[last - 1]]
                chunks[0] = memoryview(chunks[0])[skipped:]
            yield chunks
            at = stop

    def _decoded(self, place: _Place, first: int, last: int) -> list[bytes | memoryview]:
        with self._lock:
            kept = [self._kept.get((place.xorb, chunk)) for chunk in range(first, last)] if last - first <= 2 else []
        if kept and None not in kept:
            return [chunk for chunk in kept if chunk is not None]
        begin, end = place.index.span(first, last)
        packed = place.file.view(begin, end) if place.is_long else None
        if packed is None:
            packed = memoryview(bytearray(end - begin))
            place.file.read_into(packed, begin)
        ends = [stop - begin for stop in place.index.ends[first:last]]
        return [content_of(packed[at:stop]) for at, stop in pairwise([0, *ends])]

    def _keep_edges(self, xorb: XetHash, first: int, chunks: Sequence[bytes | memoryview]) -> None:
        """Keep the first and last chunk of a range that ends inside of them: the next range begins there."""
        with self._lock:
            for at in {0, len(chunks) - 1}:
                content = bytes(chunks[at])
                self._kept_bytes += len(content) - len(self._kept.pop((xorb, first + at), b""))
                self._kept[xorb, first + at] = content
            while self._kept_bytes > _MOST_KEPT_BYTES:
                self._kept_bytes -= len(self._kept.popitem(last=False)[1])

    def _remember(self, xorb: XetHash, index: XorbIndex) -> None:
        with self._lock:
            if xorb not in self._indexes:
                self._indexes[xorb] = index
                self._indexed_chunks += len(index)
            while self._indexed_chunks > _MOST_INDEXED_CHUNKS and len(self._indexes) > 1:
                self._indexed_chunks -= len(self._indexes.popitem(last=False)[1])


def _touched(terms: Iterable[Term], start: int, end: int) -> Iterator[tuple[Term, int, int]]:
    """The terms that hold a part of a range, and which part of each."""
    position = 0
    for term in terms:
        if position >= end:
            return
        if position + term.size > start:
            yield term, max(start - position, 0), min(end - position, term.size)
        position += term.size


def _joined(sections: list[Section]) -> list[tuple[XetHash, int, int]]:
    """The chunks of all sections by xorb, with those that overlap or touch as one."""
    joined: list[tuple[XetHash, int, int]] = []
    for xorb, start, end in sorted({(one.xorb, one.start, one.end) for one in sections}):
        if joined and joined[-1][0] == xorb and start <= joined[-1][2]:
            joined[-1] = (xorb, joined[-1][1], max(end, joined[-1][2]))
        else:
            joined.append((xorb, start, end))
    return joined
