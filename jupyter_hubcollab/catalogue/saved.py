"""Searches that people keep: private, durable, and looked at again whenever something on the hub changes.

What matches is what a search would show on its first page, meets every condition that was understood, and is about the
words. What came or changed since the search was kept, and matches for the first time, is fresh until its owner looks;
what only rose among the hits, because a meaning was computed or downloads grew, is no news.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Row, delete, func, insert, select, update

from .. import wire
from ..access import ANONYMOUS, Actor, require_scope
from ..clock import utc_now
from ..errors import AccessDenied, BadQuery, NotFound
from ..names import RepoKind
from ..storage.schema import saved_searches
from .comparing import listed
from .documents import clean
from .search import Search, Where

if TYPE_CHECKING:
    from ..storage.database import Database
    from .answer import Ranked

MOST_KEPT = 100
"""Of one person."""
FIRST = 20
NEAR = 0.35
"""Cosine from which on a repo without a common word is about the same."""
LIKELY = 0.3
MOST_KNOWN = 500
LONGEST_NAME = 200


class Wanted(msgspec.Struct, frozen=True):
    """What is searched for again."""

    query: str
    kind: RepoKind
    source: str | None
    without: tuple[str, ...]
    index: str = ""
    """The mark of the index that was searched; slots of another one tell nothing."""
    newest: int = 0
    """The last slot of the index when the search was kept: what stands behind it is new."""

    @property
    def where(self) -> Where:
        """Among what."""
        return Where(self.kind, self.source, frozenset(self.without))


class SavedSearches:
    """The searches of all people, each seen by its owner only."""

    def __init__(
        self,
        database: Database,
        search: Search,
        publish: Callable[[object], None],
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._search = search
        self._publish = publish
        self._now = now
        self._looking = threading.Lock()
        self._looked_at = -1

    def kept(self, actor: Actor) -> wire.SavedSearchList:
        """The searches that *actor* keeps, the newest first, with what is fresh."""
        _require_login(actor)
        for row in self._rows(actor.name):
            self._look(row)
        return wire.SavedSearchList(searches=[self._shown(actor, row) for row in self._rows(actor.name)])

    def save(self, actor: Actor, given: wire.NewSavedSearch) -> wire.SavedSearch:
        """Keep a search; what matches already is not fresh.

        Raises:
            BadQuery: it is empty, or *actor* keeps too many.
        """
        _require_login(actor)
        require_scope(actor, "write")
        query = clean(given.query, 1000)
        if not query:
            raise BadQuery("there is nothing to keep: the search is empty")
        wanted = self._as_of_now(Wanted(query, given.kind, given.source, tuple(given.without[:50])))
        row = {
            "id": secrets.token_hex(12),
            "user": actor.name,
            "name": clean(given.name, LONGEST_NAME) or query[:LONGEST_NAME],
            "asked": msgspec.json.encode(wanted).decode(),
            "known": msgspec.json.encode(list(self._matching(actor, wanted).values())).decode(),
            "fresh": "[]",
            "created_at": self._now(),
        }
        with self._database.write() as connection:
            mine = select(func.count()).where(saved_searches.c.user == actor.name)
            if connection.execute(mine).scalar_one() >= MOST_KEPT:
                raise BadQuery(f"you keep {MOST_KEPT} searches; delete one first")
            connection.execute(insert(saved_searches).values(row))
        return self._shown(actor, self._row(actor, str(row["id"])))

    def delete(self, actor: Actor, id: str) -> None:
        """Keep a search no longer."""
        self._row(actor, id)
        require_scope(actor, "write")
        with self._database.write() as connection:
            connection.execute(delete(saved_searches).where(saved_searches.c.id == id))

    def seen(self, actor: Actor, id: str) -> None:
        """Its owner has looked: nothing is fresh any more."""
        self._row(actor, id)
        with self._database.write() as connection:
            connection.execute(update(saved_searches).where(saved_searches.c.id == id).values(fresh="[]"))

    def look(self) -> None:
        """Search again for everybody, if the index is another one than last time; tell those who have news."""
        with self._looking:
            rows = self._rows(None)
            if not rows:
                return
            newest = self._search.index().newest
            if newest == self._looked_at:
                return
            self._looked_at = newest
            for row in rows:
                self._look(row)

    def _look(self, row: Row[Any]) -> None:
        actor = Actor(row.user, row.user)
        known = msgspec.json.decode(row.known, type=list[str])
        wanted = msgspec.json.decode(row.asked, type=Wanted)
        if wanted.index != self._search.index().store.mark:
            self._begin_anew(row, wanted)
            return
        matching = self._matching(actor, wanted)
        new = [key for slot, key in matching.items() if slot > wanted.newest and key not in set(known)]
        if not new:
            return
        fresh = list(dict.fromkeys([*new, *msgspec.json.decode(row.fresh, type=list[str])]))[:MOST_KNOWN]
        values = {
            "known": msgspec.json.encode([*new, *known][:MOST_KNOWN]).decode(),
            "fresh": msgspec.json.encode(fresh).decode(),
        }
        with self._database.write() as connection:
            # Two that look at once find the same: who comes second changes nothing and tells nobody.
            same = (saved_searches.c.id == row.id) & (saved_searches.c.known == row.known)
            if connection.execute(update(saved_searches).where(same).values(values)).rowcount == 0:
                return
        told = self._shown(actor, self._row(actor, row.id))
        self._publish(wire.SavedSearchNews(to=row.user, search=told))

    def _as_of_now(self, wanted: Wanted) -> Wanted:
        index = self._search.index()
        return msgspec.structs.replace(wanted, index=index.store.mark, newest=index.newest)

    def _begin_anew(self, row: Row[Any], wanted: Wanted) -> None:
        """The index was made again: what is in it now is not news."""
        asked = msgspec.json.encode(self._as_of_now(wanted)).decode()
        with self._database.write() as connection:
            connection.execute(update(saved_searches).where(saved_searches.c.id == row.id).values(asked=asked))

    def _matching(self, actor: Actor, wanted: Wanted) -> dict[int, str]:
        """The keys of what matches, by slot."""
        index = self._search.index()
        with index.lock:
            _, ranked = self._search.ranked(actor, wanted.query, wanted.where)
            return {slot: document.key for slot, document in index.store.documents(_close(ranked)).items()}

    def _rows(self, user: str | None) -> list[Row[Any]]:
        asked = select(saved_searches).order_by(saved_searches.c.created_at.desc())
        if user is not None:
            asked = asked.where(saved_searches.c.user == user)
        with self._database.read() as connection:
            return list(connection.execute(asked).all())

    def _row(self, actor: Actor, id: str) -> Row[Any]:
        found = next((row for row in self._rows(actor.name) if row.id == id), None)
        if found is None:
            raise NotFound("you keep no such search")
        return found

    def _shown(self, actor: Actor, row: Row[Any]) -> wire.SavedSearch:
        wanted = msgspec.json.decode(row.asked, type=Wanted)
        fresh = msgspec.json.decode(row.fresh, type=list[str])
        seen = self._search.seen(actor, fresh) if fresh else {}
        return wire.SavedSearch(
            id=row.id,
            name=row.name,
            query=wanted.query,
            kind=wanted.kind,
            source=wanted.source,
            without=list(wanted.without),
            created_at=row.created_at,
            fresh=[listed(seen[key], actor) for key in fresh if key in seen],
        )


def _require_login(actor: Actor) -> None:
    if actor.name == ANONYMOUS:
        raise AccessDenied("log in to keep searches")


def _close(ranked: Ranked) -> list[int]:
    """The slots of the first hits that meet every condition and are about the words."""
    from .filters import MET

    meant = [found for condition, found in ranked.conditions if not condition.guessed]
    evidence = ranked.evidence
    place = {slot: at for at, slot in enumerate(evidence.slots.tolist())}
    about_anything = bool(meant) and not ranked.query.words
    return [
        slot
        for slot in ranked.slots[:FIRST].tolist()
        if all(found[slot] == MET for found in meant)
        and (
            about_anything
            or evidence.words[place[slot]] > 0
            or evidence.meaning[place[slot]] >= NEAR
            or evidence.task[place[slot]] >= LIKELY
        )
    ]
