"""Whose blobs are whose: knowing a SHA-256 is no proof of having the bytes, and must not give them away.

Built as ``Held(database, blobs, partials, namespaces.opened_to)``: a repo whose files one may read shows its blobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, delete, insert, select

from ..clock import utc_now
from ..names import Digest
from ..storage.schema import repo_blobs, repos, uploads

if TYPE_CHECKING:
    from ..access import Actor
    from ..storage.blobs import Blobs, Incoming
    from ..storage.database import Database
    from ..storage.partials import Partials

MOST_ASKED = 400
_FRESH = timedelta(minutes=30)
"""What was noted since need not be noted again; the collector waits for longer."""


class Held:
    """Knows which blobs a person may name in a publication."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        partials: Partials,
        readable: Callable[[Actor], ColumnElement[bool]],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._partials = partials
        self._readable = readable
        self._now = now

    def missing(self, actor: Actor, digests: Iterable[Digest]) -> list[Digest]:
        """Those of *digests* that *actor* must send: not here, or not from a place that *actor* may read.

        The others stay: the collector of garbage leaves them alone for as long as if they had been sent now.
        """
        asked = list(dict.fromkeys(digests))
        known: set[str] = set()
        with self._database.read() as connection:
            for start in range(0, len(asked), MOST_ASKED):
                some = asked[start : start + MOST_ASKED]
                sent = select(uploads.c.digest).where(uploads.c.user == actor.name, uploads.c.digest.in_(some))
                readable = self._readable(actor)
                seen = select(repo_blobs.c.digest).join(repos, repos.c.pk == repo_blobs.c.repo_pk)
                known |= set(
                    connection.execute(sent.union(seen.where(readable, repo_blobs.c.digest.in_(some)))).scalars()
                )
        self._keep(actor, [digest for digest in asked if digest in known])
        return [digest for digest in asked if digest not in known or not self._blobs.has(digest)]

    def _keep(self, actor: Actor, digests: list[Digest]) -> None:
        """Take note that *actor*, who may have these, counts on them."""
        now, stale = self._now(), set(digests)
        mine = uploads.c.user == actor.name
        with self._database.read() as connection:
            for start in range(0, len(digests), MOST_ASKED):
                some = uploads.c.digest.in_(digests[start : start + MOST_ASKED])
                fresh = select(uploads.c.digest).where(mine, some, uploads.c.at > now - _FRESH)
                stale -= {Digest(one) for one in connection.execute(fresh).scalars()}
        if stale:
            with self._database.write() as connection:
                for digest in stale:
                    connection.execute(delete(uploads).where(mine, uploads.c.digest == digest))
                rows = [{"digest": digest, "user": actor.name, "at": now} for digest in stale]
                connection.execute(insert(uploads), rows)

    def incoming(self) -> Incoming:
        """Begin to receive a blob."""
        return self._blobs.incoming()

    def finish(self, actor: Actor, incoming: Incoming, expected: Digest) -> None:
        """Keep a blob that *actor* has sent.

        Raises:
            DigestMismatch: other bytes came than announced.
        """
        try:
            incoming.finish(expected)
        finally:
            incoming.abort()
        self.note(actor, expected)

    def received(self, actor: Actor, expected: Digest) -> int:
        """How many bytes of a blob *actor* has sent in parts so far."""
        return self._partials.received(actor.name, expected)

    def add_part(self, actor: Actor, expected: Digest, part: bytes, *, offset: int, total: int) -> int:
        """Take a part of a blob; how many bytes are here now. The last one makes it a blob that *actor* has sent.

        Raises:
            DigestMismatch: other bytes came than announced.
        """
        there = self._partials.add(actor.name, expected, part, offset=offset, total=total)
        if there == total:
            self.note(actor, expected)
        return there

    def note(self, actor: Actor, expected: Digest) -> None:
        """Take note that *actor* has sent a blob."""
        row = {"digest": expected, "user": actor.name, "at": self._now()}
        with self._database.write() as connection:
            mine = (uploads.c.digest == expected) & (uploads.c.user == actor.name)
            connection.execute(delete(uploads).where(mine))
            connection.execute(insert(uploads).values(**row))
