"""Deduplication among repos: whoever sends a chunk of a file that they may read is told what lies beside it here.

So another machine of theirs, or another repo, sends only what is new. Clients ask for the first chunk of a file and for
every chunk whose hash ends in ten zero bits, so only those are looked up. The answer names chunks by hashes that are
keyed for this person: they say nothing to who does not have the bytes. Chunks that the file does not have are blank.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from blake3 import blake3
from sqlalchemy import ColumnElement, Connection, Select, insert, select

from ..access import Actor
from ..clock import utc_now
from ..errors import BlobNotFound
from ..storage.database import Database
from ..storage.merkle import HASH_BYTES, XetHash, raw
from ..storage.schema import repo_blobs, repos, xet_chunks, xet_files
from .namespaces import Namespaces
from .signing import Signer
from .xet_reading import Reading
from .xet_shards import BLANK, Chunk, shard_of, terms_of

_MOST_TOLD = 16_384
"""Chunks: a gibibyte. A client that has more in common with the file asks again further on."""
_MOST_LOOKED_AT = 32
"""Of the files with a chunk so many of the newest, and of the oldest: millions may begin with the same bytes."""
_GOOD_FOR = timedelta(days=7)


class Sharing:
    """Knows which chunks of which files somebody need not send."""

    def __init__(
        self,
        database: Database,
        reading: Reading,
        namespaces: Namespaces,
        signer: Signer,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._reading = reading
        self._namespaces = namespaces
        self._signer = signer
        self._now = now

    def around(self, actor: Actor, chunk: XetHash) -> bytes | None:
        """A shard of the chunks beside *chunk* in a file that *actor* may read; None if there is no such file."""
        with self._database.read() as connection:
            found = connection.execute(_holding(raw(chunk), readable(self._namespaces, actor))).first()
        if found is None:
            return None
        # The same for each answer: a client hashes every chunk once for each key that it has.
        key = hashlib.sha256(self._signer.name_for("chunks", actor.name).encode()).digest()
        now = self._now()
        try:
            told = [(xorb, self._chunks(xorb, spans, key)) for xorb, spans in _from(found.terms, found.position)]
        except BlobNotFound:  # collected as garbage a moment ago
            return None
        return shard_of(told, key, made_at=now, good_until=now + _GOOD_FOR)

    def _chunks(self, xorb: XetHash, spans: Iterable[tuple[int, int]], key: bytes) -> list[Chunk]:
        index = self._reading.index(xorb)
        chunks = [BLANK] * max(end for _, end in spans)
        for start, end in spans:
            chunks[start:end] = [(blake3(hashed, key=key).digest(), size) for hashed, size in index.nodes(start, end)]
        return chunks


def readable(namespaces: Namespaces, actor: Actor) -> ColumnElement[bool]:
    """The rows of ``xet_files`` that are in a repo whose files *actor* may read, as SQL."""
    named = select(repo_blobs.c.digest).join(repos, repos.c.pk == repo_blobs.c.repo_pk)
    mine = repo_blobs.c.digest == xet_files.c.digest
    return named.where(mine, namespaces.opened_to(actor)).correlate(xet_files).exists()


def noted(reading: Reading, file: XetHash, terms: bytes) -> list[dict[str, Any]]:
    """The rows of ``xet_chunks`` for a file."""
    rows: dict[bytes, dict[str, Any]] = {}
    before = 0
    for term in terms_of(terms):
        hashes = reading.index(term.xorb).hashes[term.start * HASH_BYTES : term.end * HASH_BYTES]
        for at in [*([] if before else [0]), *_asked_for(hashes)]:
            chunk = hashes[at * HASH_BYTES : (at + 1) * HASH_BYTES]
            rows.setdefault(chunk, {"chunk": chunk, "file": file, "position": before + at})
        before += term.end - term.start
    return list(rows.values())


def note_chunks(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Keep what `noted` gave; an empty file has no chunks."""
    if rows:
        connection.execute(insert(xet_chunks), rows)


def _asked_for(hashes: bytes) -> Iterator[int]:
    """Which of these hashes end in ten zero bits."""
    low, high = hashes[24::HASH_BYTES], hashes[25::HASH_BYTES]
    at = low.find(0)
    while at >= 0:
        if high[at] & 3 == 0:
            yield at
        at = low.find(0, at + 1)


def _holding(chunk: bytes, among: ColumnElement[bool]) -> Select[Any]:
    """The newest of the files *among* which one has *chunk*; as much is looked at for whoever asks."""
    rows = select(xet_chunks.c.id).where(xet_chunks.c.chunk == chunk).limit(_MOST_LOOKED_AT)
    newest, oldest = rows.order_by(xet_chunks.c.id.desc()).subquery(), rows.order_by(xet_chunks.c.id).subquery()
    looked_at = xet_chunks.c.id.in_(select(newest.c.id).union(select(oldest.c.id)))
    query = select(xet_files.c.terms, xet_chunks.c.position).join(xet_chunks, xet_chunks.c.file == xet_files.c.hash)
    return query.where(looked_at, among).order_by(xet_chunks.c.id.desc()).limit(1)


def _from(terms: bytes, position: int) -> Iterator[tuple[XetHash, list[tuple[int, int]]]]:
    """The xorbs of a file from its chunk *position* on, and which of their chunks are its own."""
    spans: dict[XetHash, list[tuple[int, int]]] = {}
    ahead: dict[XetHash, None] = {}
    before = 0
    for term in terms_of(terms):
        spans.setdefault(term.xorb, []).append((term.start, term.end))
        before += term.end - term.start
        if before > position:
            ahead.setdefault(term.xorb)
    told = 0
    for xorb in ahead:
        if told >= _MOST_TOLD:
            return
        told += max(end for _, end in spans[xorb])
        yield xorb, spans[xorb]
