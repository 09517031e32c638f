"""Say what you need, get the models that fit, see why.

Use: ``search = Search(folder, ours)``; ``search.listen(events)``; ``search.search(actor, "…")``. Nothing heavy is
loaded before the first search.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .. import wire
from ..access import Actor
from ..errors import BadQuery, NotFound, RepoNotFound
from ..names import RepoId
from .documents import HUB, Document, clean
from .embed import Embedder, MiniLm
from .meaning import Meaning
from .ours import HubModels, State

if TYPE_CHECKING:
    from ..hub.events import CommitMade, Events, RepoChanged, RepoDeleted
    from .index import Index
    from .store import Store

_log = logging.getLogger(__name__)
MOST_HITS = 200


class Search:
    """The index of the hub's models and of the catalogue of public ones."""

    def __init__(self, folder: Path, ours: HubModels, embedder: Callable[[], Embedder] = MiniLm) -> None:
        """*folder* may be empty or gone: what it holds is made again."""
        self._file = folder / "catalogue.sqlite"
        self._ours = ours
        self._make = embedder
        self._opening = threading.Lock()
        self._store: Store | None = None
        self._index: Index | None = None
        self._meaning: Meaning | None = None

    def listen(self, events: Events) -> None:
        """Follow what happens on the hub from now on."""
        from ..hub.events import CommitMade, RepoChanged, RepoDeleted

        events.on(CommitMade, self._on_commit)
        events.on(RepoChanged, self._on_change)
        events.on(RepoDeleted, self._on_deletion)

    def close(self) -> None:
        """Stop embedding, keep the index for the next start, let the file go."""
        if self._meaning is not None:
            self._meaning.close()
        if self._index is not None:
            self._index.save()
        if self._store is not None:
            self._store.close()

    def search(
        self, actor: Actor, query: str, *, limit: int = 10, source: str | None = None, without: Collection[str] = ()
    ) -> wire.SearchReply:
        """The models that fit *query* best; an empty one lists the newest.

        *source* is 'hub' or the name of a catalogue, None for all; conditions whose key is in *without* are ignored.

        Raises:
            BadQuery: *limit* makes no sense.
        """
        started = time.perf_counter()
        from .answer import Asked, answer

        index = self.index()
        asked = Asked(actor, clean(query), _checked(limit), source, frozenset(without), partial(self._ours.sees, actor))
        return answer(index, asked, lambda: (time.perf_counter() - started) * 1000)

    def like(self, actor: Actor, id: str, *, limit: int = 10, source: str | None = None) -> wire.SearchReply:
        """The models that are most like the model *id*, of the hub or of a catalogue.

        Raises:
            RepoNotFound: there is none that *actor* may see.
        """
        started = time.perf_counter()
        from .answer import Asked, answer

        index = self.index()
        known = index.store.contents([f"{each}:{id}" for each in (HUB, *sorted(index.columns.values("source")))])
        sees = partial(self._ours.sees, actor)
        seen = [one for one in known.values() if not one.private or sees(one.namespace, one.owner)]
        if not seen:
            raise RepoNotFound(f"there is no model {clean(id, 100)} on this hub or in its catalogue")
        asked = Asked(actor, "", _checked(limit), source, frozenset(), sees, seen[0])
        return answer(index, asked, lambda: (time.perf_counter() - started) * 1000)

    def index(self) -> Index:
        """The index, opened and brought up to date with the hub at the first call."""
        with self._opening:
            if self._index is None:
                self._index = self._open_index()
            elif self._index.catch_up() and self._meaning is not None:
                self._meaning.wake()
            return self._index

    def put(self, documents: list[Document]) -> None:
        """Add or replace models, in one transaction."""
        self.index().put(documents)
        if self._meaning is not None:
            self._meaning.wake()

    def put_changed(self, documents: list[Document]) -> int:
        """Add or replace those models that are not there in the same state; how many that were."""
        index = self.index()
        known = index.store.contents([document.key for document in documents])
        changed = [document for document in documents if known.get(document.key) != document]
        self.put(changed)
        return len(changed)

    def store(self) -> Store:
        """The file, opened."""
        if self._store is None:
            from .store import Store

            self._store = Store(self._file)
        return self._store

    def embed_all(self) -> int:
        """Give every document its vector now, in this thread; how many were missing."""
        self.index()
        assert self._meaning is not None
        return self._meaning.catch_up()

    def reindex(self) -> int:
        """Read all of the hub's models anew; how many there are."""
        index = self.index()
        for key in index.store.keys(HUB):
            index.drop(key)
        return self._reconcile(index)

    def _open_index(self) -> Index:
        from .index import Index

        store = self.store()
        index = Index(store)
        self._reconcile(index)
        self._meaning = Meaning(store, self._make, index.embedded, index.save)
        index.meaning = self._meaning.of
        self._meaning.start()
        return index

    def _reconcile(self, index: Index) -> int:
        """Catch up with what happened on the hub while nobody listened."""
        states = self._ours.states()
        known = index.store.keys(HUB)
        wanted = {f"{HUB}:{repo}": (repo, state) for repo, state in states.items()}
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
            index.drop(f"{HUB}:{repo}")
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

    def _on_news(self, repo: RepoId, owner: str) -> None:
        # Before the first search nothing is open; the first search catches up.
        if repo.kind == "model" and self._index is not None:
            self._refresh(self._index, repo, self._ours.states().get(repo, State(owner, "")))
            if self._meaning is not None:
                self._meaning.wake()

    def _forget(self, repo: RepoId) -> None:
        if repo.kind == "model" and self._index is not None:
            self._index.drop(f"{HUB}:{repo}")


def _checked(limit: int) -> int:
    if not 1 <= limit <= MOST_HITS:
        raise BadQuery(f"limit takes a number from 1 to {MOST_HITS}")
    return limit
