"""Files out of chunks: which chunks of which xorbs hold a range of a file, and what they decode to."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from ..errors import BlobNotFound
from ..storage.chunks import HEADER_BYTES, chunk_header, unpacked
from ..storage.database import Database
from ..storage.merkle import XetHash
from ..storage.schema import xet_xorbs
from ..storage.xorbs import XorbIndex, Xorbs
from .xet_shards import Term

_MOST_INDEXED_CHUNKS = 300_000
"""About 25 MB of indexes."""
_MOST_KEPT_BYTES = 16 << 20
_AT_ONCE = 2 << 20
"""Bytes that are decoded in one go: each costs a hop to a thread."""


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
        for term, begin, stop in _touched(terms, start, end):
            index = self.index(term.xorb)
            base = index.offsets[term.start]
            yield from self._content(term.xorb, index, base + begin, base + stop)

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

    def _content(self, xorb: XetHash, index: XorbIndex, begin: int, end: int) -> Iterator[bytes]:
        """The content of a xorb from *begin* up to *end*, about two megabytes at once."""
        at = begin
        while at < end:
            first = index.at(at)
            last = min(index.at(min(at + _AT_ONCE, end) - 1) + 1, len(index))
            decoded = b"".join(self._decoded(xorb, index, first, last))
            skipped = at - index.offsets[first]
            stop = min(index.offsets[last], end)
            self._keep_edges(xorb, (first, last), index, decoded if stop < index.offsets[last] or skipped else b"")
            yield decoded[skipped : stop - index.offsets[first]] if len(decoded) != stop - at else decoded
            at = stop

    def _decoded(self, xorb: XetHash, index: XorbIndex, first: int, last: int) -> Iterator[bytes | memoryview]:
        with self._lock:
            kept = [self._kept.get((xorb, chunk)) for chunk in range(first, last)] if last - first <= 2 else [None]
        if all(chunk is not None for chunk in kept):
            yield from (chunk for chunk in kept if chunk is not None)
            return
        begin, end = index.span(first, last)
        packed = memoryview(self._xorbs.read(xorb, begin, end))
        at = 0
        for chunk in range(first, last):
            stop = index.ends[chunk] - begin
            yield unpacked(chunk_header(packed[at : at + HEADER_BYTES]), packed[at + HEADER_BYTES : stop])
            at = stop

    def _keep_edges(self, xorb: XetHash, chunks: tuple[int, int], index: XorbIndex, decoded: bytes) -> None:
        """Keep the first and last chunk of a range that ends inside of them: the next range begins there."""
        if not decoded:
            return
        first, last = chunks
        base = index.offsets[first]
        with self._lock:
            for chunk in {first, last - 1}:
                content = decoded[index.offsets[chunk] - base : index.offsets[chunk + 1] - base]
                self._kept_bytes += len(content) - len(self._kept.pop((xorb, chunk), b""))
                self._kept[xorb, chunk] = content
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
