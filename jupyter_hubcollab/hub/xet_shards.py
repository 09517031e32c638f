"""Shards: how a client tells which chunks of which xorbs make up which files.

48 bytes of header, then records of 48 bytes: for each file a head, its terms, a proof for each term, and its SHA-256;
a record of ones ends the files. What follows (chunks by xorb) we know better ourselves, and leave unread. In a shard of
ours there are no files, but chunks by xorb, and a foot that says by which key their hashes were keyed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..errors import BadRequestBody, TooLarge
from ..names import Digest
from ..storage.merkle import HASH_BYTES, XetHash, raw, shown

LARGEST_SHARD = 64 << 20
RECORD_BYTES = 48
_MAGIC = b"HFRepoMetaData\x00Ui\x67Ej\x7b\x81\x57\x83\xa5\xbd\xd9\x5c\xcd\xd1\x4a\xa9"
_VERSION = 2
_HEAD = struct.Struct("<32sII8x")
_TERM = struct.Struct("<32s4xIII")
_LAST = b"\xff" * HASH_BYTES
_HAS_PROOFS, _HAS_DIGEST = 1 << 31, 1 << 30
_ENTRY = struct.Struct("<32s4I")
_FOOT = struct.Struct("<9Q32s12Q")
_FOOT_VERSION = 1

Chunk = tuple[bytes, int]
"""A keyed hash, and the bytes of content."""
BLANK: Chunk = (bytes(HASH_BYTES), 0)
"""Stands for a chunk of which nothing is told."""


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a file: the chunks of a xorb from *start* up to *end*."""

    xorb: XetHash
    size: int
    """Bytes of content."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ShardFile:
    """A file as a shard describes it; nothing of it is checked yet."""

    hash: XetHash
    terms: bytes
    """For `terms_of`."""
    proofs: bytes
    """A record for each term, whose first 32 bytes are the hash of its chunk hashes."""
    digest: Digest | None


def terms_of(records: bytes) -> Iterator[Term]:
    """The terms in *records*, in the order of the file."""
    for xorb, size, start, end in _TERM.iter_unpack(records):
        yield Term(shown(xorb), size, start, end)


def proofs_of(records: bytes) -> Iterator[bytes]:
    """The hashes that prove knowledge of the chunks, one for each term."""
    for at in range(0, len(records), RECORD_BYTES):
        yield records[at : at + HASH_BYTES]


def files_of(shard: bytes) -> Iterator[ShardFile]:
    """The files that *shard* describes.

    Raises:
        BadRequestBody: it is no shard, is cut off, or has a file without proofs.
    """
    if len(shard) > LARGEST_SHARD:
        raise TooLarge(f"a shard has at most {LARGEST_SHARD >> 20} MiB")
    if shard[:HASH_BYTES] != _MAGIC or int.from_bytes(shard[32:40], "little") != _VERSION:
        raise BadRequestBody("this is no shard of version 2; upgrade your client")
    records = _Records(shard)
    while True:
        head, flags, count = _HEAD.unpack(records.take(1))
        if head == _LAST:
            return
        if not flags & _HAS_PROOFS:
            raise BadRequestBody(
                "the shard has a file without verification hashes, which prove that you have its bytes"
            )
        terms, proofs = records.take(count), records.take(count)
        digest = Digest(shown(records.take(1)[:HASH_BYTES])) if flags & _HAS_DIGEST else None
        yield ShardFile(shown(head), terms, proofs, digest)


def shard_of(
    xorbs: Iterable[tuple[XetHash, Sequence[Chunk]]], key: bytes, *, made_at: datetime, good_until: datetime
) -> bytes:
    """A shard that tells the chunks of *xorbs*, whose hashes were keyed with *key*."""
    end = _LAST + bytes(RECORD_BYTES - HASH_BYTES)
    records, stored = [], 0
    for xorb, chunks in xorbs:
        begin = 0
        records.append(_ENTRY.pack(raw(xorb), 0, len(chunks), sum(size for _, size in chunks), 0))
        for hashed, size in chunks:
            records.append(_ENTRY.pack(hashed, begin, size, 0, 0))
            begin += size
        stored += begin
    files_at, xorbs_at = RECORD_BYTES, 2 * RECORD_BYTES
    foot_at = xorbs_at + (len(records) + 1) * RECORD_BYTES
    lookups = (foot_at, 0) * 3  # none: who reads a shard can make them
    times = int(made_at.timestamp()), int(good_until.timestamp())
    foot = _FOOT.pack(_FOOT_VERSION, files_at, xorbs_at, *lookups, key, *times, *(0,) * 6, 0, 0, stored, foot_at)
    return b"".join((_MAGIC, struct.pack("<QQ", _VERSION, _FOOT.size), end, *records, end, foot))


class _Records:
    """A shard, read record by record."""

    def __init__(self, shard: bytes) -> None:
        self._shard = shard
        self._at = RECORD_BYTES

    def take(self, count: int) -> bytes:
        """The next records."""
        end = self._at + count * RECORD_BYTES
        if end > len(self._shard):
            raise BadRequestBody("the shard is cut off; upload it again")
        taken = self._shard[self._at : end]
        self._at = end
        return taken
