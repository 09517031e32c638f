"""Fills the catalogue from public sources; see `sources` for what they are.

`sync(catalogue, "hub:https://…")` reads on where it stopped last time, writes only what has changed, forgets what its
source no longer has, and counts what makes no sense. A server that runs meanwhile sees it at its next search.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from .sources import Options, Source, opened

if TYPE_CHECKING:
    from .documents import Document
    from .stores import Stored


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did."""

    read: int = 0
    changed: int = 0
    broken: int = 0
    removed: int = 0


class Catalogue(Protocol):
    """What is filled: a `Search`, or the file behind one."""

    def put_changed(self, documents: list[Document]) -> int:
        """Add or replace those that are not there in the same state; how many that were."""
        ...

    def drop(self, keys: Collection[str]) -> None:
        """Forget documents."""
        ...

    def store(self) -> Stored:
        """The file."""
        ...


class OnDisk:
    """The file of the catalogue without an index in memory; the server that has one catches up by itself."""

    def __init__(self, store: Stored) -> None:
        self._store = store

    def store(self) -> Stored:
        """The file."""
        return self._store

    def put_changed(self, documents: list[Document]) -> int:
        """Add or replace those that are not there in the same state; how many that were."""
        with self._store.writing():
            known = self._store.contents([document.key for document in documents])
            changed = [document for document in documents if known.get(document.key) != document]
            for document in changed:
                self._store.put(document)
        return len(changed)

    def drop(self, keys: Collection[str]) -> None:
        """Forget documents."""
        with self._store.writing():
            for key in keys:
                self._store.drop(key)


PLAIN = Options()


def sync(
    catalogue: Catalogue,
    source: str,
    *,
    limit: int | None = None,
    options: Options = PLAIN,
    anew: bool = False,
    tell: Callable[[Synced], None] = lambda _: None,
) -> Synced:
    """Read at most *limit* entries of *source*; *tell* hears after each batch how far it is.

    *anew* forgets where an earlier reading stopped.

    Raises:
        BadQuery: this kind of source is not known.
        EntryNotFound: there is no such file, or it cannot be read.
        UpstreamUnavailable: another hub does not answer; the next sync goes on where this one stopped.
    """
    done = Synced()
    for one in opened(source, options):
        left = None if limit is None else limit - done.read
        if left is None or left > 0:
            done = _read(catalogue, one, left, done, anew=anew, tell=tell)
    return done


def _read(
    catalogue: Catalogue,
    source: Source,
    limit: int | None,
    done: Synced,
    *,
    anew: bool,
    tell: Callable[[Synced], None],
) -> Synced:
    store = catalogue.store()
    position = "" if anew else store.progress(source.name) or ""
    for batch in source.batches(position, limit):
        done = replace(
            done,
            read=done.read + batch.read,
            changed=done.changed + catalogue.put_changed(batch.documents),
            broken=done.broken + batch.broken,
        )
        store.set_progress(source.name, batch.position)
        tell(done)
    if limit is None and (remaining := source.remaining()) is not None:
        name, keys = remaining
        gone = store.keys(name).keys() - keys
        catalogue.drop(gone)
        done = replace(done, removed=done.removed + len(gone))
    return done
