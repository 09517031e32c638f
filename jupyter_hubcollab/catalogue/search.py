"""Say what you need, get what fits, see why: models, datasets and spaces, of the hub and of catalogues of public ones.

Use: ``search = Search(folder, ours)``; ``search.listen(events)``; ``search.search(actor, "…")``. Nothing heavy is
loaded before the first search.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from .. import wire
from ..access import Actor
from ..errors import BadQuery, NotFound, RepoNotFound
from ..names import KINDS, RepoId, RepoKind
from .documents import HUB, Document, clean, key_of
from .embed import Embedder, MiniLm
from .meaning import Meaning
from .ours import HubRepos, State

if TYPE_CHECKING:
    from ..hub.events import CommitMade, Events, RepoChanged, RepoCounted, RepoDeleted
    from .answer import Asked, Ranked
    from .columns import Bools
    from .index import Index
    from .stores import Stored

_log = logging.getLogger(__name__)
MOST_HITS = 200


@dataclass(frozen=True, slots=True)
class Where:
    """Among what to search, and which of the understood conditions not to count."""

    kind: RepoKind = "model"
    source: str | None = None
    """'hub' or the name of a catalogue, None for all."""
    without: frozenset[str] = frozenset()


EVERYWHERE = Where()


class Search:
    """The index of the hub's repos and of the catalogue of public ones."""

    def __init__(
        self,
        folder: Path,
        ours: HubRepos,
        embedder: Callable[[], Embedder] = MiniLm,
        *,
        url: str = "",
        asker: Callable[[], Embedder] | None = None,
    ) -> None:
        """*folder* may be empty or gone: what it holds is made again; with a *url* it is in a PostgreSQL.

        *embedder* compares questions with documents; *asker* is the one from which the classifier of tasks has
        learned, None: the same.
        """
        self._file = folder / "catalogue.sqlite"
        self._url = url
        self._ours = ours
        self._make, self._make_asker = embedder, asker
        self._opening = threading.Lock()
        self._store: Stored | None = None
        self._index: Index | None = None
        self._meaning: Meaning | None = None
        self.on_news: list[Callable[[], None]] = []
        """Called after a repo of the hub was indexed, on a thread that may take its time."""

    def listen(self, events: Events) -> None:
        """Follow what happens on the hub from now on."""
        from ..hub.events import CommitMade, RepoChanged, RepoCounted, RepoDeleted

        events.on(CommitMade, self._on_commit)
        events.on(RepoChanged, self._on_change)
        events.on(RepoDeleted, self._on_deletion)
        events.on(RepoCounted, self._on_word)
        events.on_later(RepoCounted, self._on_count)
        events.on_later(CommitMade, self._tell)
        events.on_later(RepoChanged, self._tell)

    def close(self) -> None:
        """Stop embedding, keep the index for the next start, let the file go."""
        if self._meaning is not None:
            self._meaning.close()
        if self._index is not None:
            self._index.save()
        if self._store is not None:
            self._store.close()

    def search(
        self,
        actor: Actor,
        query: str,
        *,
        limit: int = 10,
        kind: str = "model",
        source: str | None = None,
        without: Collection[str] = (),
    ) -> wire.SearchReply:
        """What fits *query* best; an empty one lists the newest.

        *source* is 'hub' or the name of a catalogue, None for all; conditions whose key is in *without* are ignored.

        Raises:
            BadQuery: *limit* or *kind* makes no sense.
        """
        started = time.perf_counter()
        from .answer import answer

        where = Where(kind_of(kind), source, frozenset(without))
        asked = self._asked(actor, query, _checked(limit), where)
        found = answer(self.index(), asked, lambda: (time.perf_counter() - started) * 1000)
        return self._with_meaning(found, actor, where)

    def ranked(self, actor: Actor, query: str, where: Where) -> tuple[Asked, Ranked]:
        """All candidates for *query*, best first, and how they were asked for."""
        from .answer import rank

        index, asked = self.index(), self._asked(actor, query, 1, where)
        with index.lock:
            return asked, rank(index, asked)

    def like(
        self, actor: Actor, id: str, where: Where = EVERYWHERE, *, query: str = "", limit: int = 10
    ) -> wire.SearchReply:
        """What is most like the repo *id*, of the hub or of a catalogue, and fits *query* besides.

        Raises:
            RepoNotFound: there is none that *actor* may see.
        """
        return self.like_document(actor, self.known(actor, [id], where.kind)[0], where, query=query, limit=limit)

    def like_document(
        self, actor: Actor, document: Document, where: Where = EVERYWHERE, *, query: str = "", limit: int = 10
    ) -> wire.SearchReply:
        """What is most like *document*, which need not be in the index."""
        started = time.perf_counter()
        from .answer import answer

        asked = self._asked(actor, query, _checked(limit), where, document)
        found = answer(self.index(), asked, lambda: (time.perf_counter() - started) * 1000)
        return self._with_meaning(found, actor, where)

    def known(self, actor: Actor, ids: Sequence[str], kind: RepoKind = "model") -> list[Document]:
        """The documents of *ids* that *actor* may see, the hub's own before those of catalogues.

        Raises:
            RepoNotFound: there is no such repo for *actor*.
        """
        index = self.index()
        sources = [HUB, *sorted(index.columns.values("source") - {HUB})]
        keys = {id: [key_of(source, kind, id) for source in sources] for id in ids}
        seen = self.seen(actor, [key for each in keys.values() for key in each])
        for id, possible in keys.items():
            if not any(key in seen for key in possible):
                raise RepoNotFound(f"there is no {kind} {clean(id, 100)} on this hub or in its catalogue")
        return [next(seen[key] for key in possible if key in seen) for possible in keys.values()]

    def seen(self, actor: Actor, keys: Sequence[str]) -> dict[str, Document]:
        """The documents of *keys* that are there and that *actor* may see."""
        found = self.index().store.contents(keys)
        return {key: document for key, document in found.items() if self._is_seen(actor, document)}

    def visible(self, actor: Actor, source: str | None) -> Bools:
        """Which slots of the index *actor* may know of, those of *source* if one is named."""
        columns = self.index().columns
        seen = columns.visible(partial(self._ours.sees, actor), self._ours.shared_with(actor))
        return seen & columns.having("source", source) if source else seen

    def index(self) -> Index:
        """The index, opened and brought up to date with the hub at the first call."""
        with self._opening:
            if self._index is None:
                self._index = self._open_index()
                return self._index
        # Not under that lock: who holds the one of the index may ask for the index again.
        if self._index.catch_up() and self._meaning is not None:
            self._meaning.wake()
        return self._index

    def put(self, documents: list[Document]) -> None:
        """Add or replace documents, in one transaction."""
        self.index().put(documents)
        if self._meaning is not None:
            self._meaning.wake()

    def put_changed(self, documents: list[Document]) -> int:
        """Add or replace those that are not there in the same state; how many that were."""
        index = self.index()
        known = index.store.contents([document.key for document in documents])
        changed = [document for document in documents if known.get(document.key) != document]
        self.put(changed)
        return len(changed)

    def drop(self, keys: Collection[str]) -> None:
        """Forget documents of catalogues."""
        for key in keys:
            self.index().drop(key)

    def store(self) -> Stored:
        """The file, opened."""
        if self._store is None:
            from .stores import opened

            self._store = opened(self._file, self._url)
        return self._store

    def embed_all(self) -> int:
        """Give every document its vector now, in this thread; how many were missing."""
        self.index()
        assert self._meaning is not None
        return self._meaning.catch_up()

    def reindex(self) -> int:
        """Read all of the hub's repos anew; how many there are."""
        index = self.index()
        for key in index.store.keys(HUB):
            index.drop(key)
        return self._reconcile(index)

    def _with_meaning(self, found: wire.SearchReply, actor: Actor, where: Where) -> wire.SearchReply:
        """*found*, with how much of what *actor* may see is found by words alone as yet."""
        if self._meaning is None or not (self._meaning.is_reading or self._meaning.failed):
            return found
        index = self.index()
        with index.lock:
            among = self.visible(actor, where.source) & index.columns.of_kind(where.kind)
        total, stopped = int(among.sum()), bool(self._meaning.failed)
        unread = total if stopped else index.vectors.lacking(among)
        left = wire.MeaningUnread(unread=unread, total=total, stopped=stopped) if unread else None
        return msgspec.structs.replace(found, meaning=left)

    def _asked(self, actor: Actor, query: str, limit: int, where: Where, like: Document | None = None) -> Asked:
        from .answer import Asked

        return Asked(
            actor,
            clean(query),
            limit,
            where.source,
            where.without,
            partial(self._ours.sees, actor),
            where.kind,
            self._ours.shared_with(actor),
            like,
        )

    def _is_seen(self, actor: Actor, one: Document) -> bool:
        if not one.private or self._ours.sees(actor, one.namespace, one.owner):
            return True
        return f"{one.kind}:{one.id}".lower() in self._ours.shared_with(actor)

    def _open_index(self) -> Index:
        from .index import Index

        store = self.store()
        index = Index(store)
        self._reconcile(index)
        self._meaning = Meaning(store, self._make, index.embedded, index.save, use=index.use, asker=self._make_asker)
        index.meaning = self._meaning.of
        self._meaning.start()
        return index

    def _reconcile(self, index: Index) -> int:
        """Catch up with what happened on the hub while nobody listened."""
        states = self._ours.states()
        known = index.store.keys(HUB)
        wanted = {key_of(HUB, repo.kind, str(repo)): (repo, state) for repo, state in states.items()}
        for key in known.keys() - wanted.keys():
            index.drop(key)
        for key, (repo, state) in wanted.items():
            if key not in known or known[key].revision != state.mark:
                self._refresh(index, repo, state)
        return len(wanted)

    def _refresh(self, index: Index, repo: RepoId, state: State) -> None:
        try:
            document = self._ours.document(repo, state)
        except NotFound:
            index.drop(key_of(HUB, repo.kind, str(repo)))
            return
        index.put([document])

    def _on_commit(self, event: CommitMade) -> None:
        self._on_news(event.repo, event.owner)

    def _on_change(self, event: RepoChanged) -> None:
        if event.former is not None:
            self._forget(event.former)
        self._on_news(event.repo, event.owner)

    def _on_deletion(self, event: RepoDeleted) -> None:
        self._forget(event.repo)

    def _on_word(self, event: RepoCounted) -> None:
        if event.what != "download":  # who likes or reviews something sees it counted
            self._on_count(event)

    def _on_count(self, event: RepoCounted) -> None:
        if self._index is None:
            return
        key = key_of(HUB, event.repo.kind, str(event.repo))
        known = self._index.store.contents([key]).get(key)
        state = self._ours.states(event.repo).get(event.repo)
        if known is not None and state is not None and known.revision != state.mark:
            self._refresh(self._index, event.repo, state)

    def _on_news(self, repo: RepoId, owner: str) -> None:
        # Before the first search nothing is open; the first search catches up.
        if self._index is not None:
            self._refresh(self._index, repo, self._ours.states(repo).get(repo, State(owner, "")))
            if self._meaning is not None:
                self._meaning.wake()

    def _tell(self, _: object) -> None:
        for told in self.on_news:
            told()

    def _forget(self, repo: RepoId) -> None:
        if self._index is not None:
            self._index.drop(key_of(HUB, repo.kind, str(repo)))


def kind_of(text: str) -> RepoKind:
    """The kind that *text* names.

    Raises:
        BadQuery: there is no such kind.
    """
    for kind in KINDS:
        if text in (kind, f"{kind}s"):
            return kind
    raise BadQuery(f"'{text[:40]}' is no kind; use one of {', '.join(KINDS)}")


def _checked(limit: int) -> int:
    if not 1 <= limit <= MOST_HITS:
        raise BadQuery(f"limit takes a number from 1 to {MOST_HITS}")
    return limit
