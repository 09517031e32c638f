"""Which commits those who listen have heard of: what a crash kept from them is told after the next start.

A commit is there once git has it; webhooks, gates, search and panels hear of it a moment later. When all have, that is
noted, on another thread and without waiting for the disk. After a server that did not end well refs are compared with
the notes, and what is unlike is told: once at least, and twice only if the crash came between telling and noting. What
leaves nothing in git was noted before (`untold`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import pygit2
from sqlalchemy import Row, delete, insert, select

from ..access import Actor
from ..errors import RepoNotFound
from ..names import DEFAULT_BRANCH, RepoId, RepoKind
from ..storage.bare import BareRepos
from ..storage.database import Database
from ..storage.schema import repos, told_refs
from .events import CommitMade, Events, RepoChanged
from .refs import HEADS, TAGS
from .signatures import actor_of
from .untold import KINDS, Promised, broken, keep

_MADE = ""
"""Stands for a ref: that the repo was made is told."""
Missed = CommitMade | RepoChanged
_FIELDS = ("pk", "storage", "kind", "namespace", "name", "owner", "private")
_REPOS = select(*(repos.c[name] for name in _FIELDS)).order_by(repos.c.pk)


class Told:
    """Notes what was told, and tells what was missed."""

    def __init__(self, database: Database, bare: BareRepos, events: Events) -> None:
        self._database = database
        self._bare = bare
        self._events = events
        self.is_behind = False
        """Did the last server die, and was nobody told since what they have missed?"""

    def begin(self) -> None:
        """Note from now on what is told; call it when all others listen, as they are to hear first."""
        self._events.on_later(CommitMade, self._note_commit)
        self._events.on_later(RepoChanged, self._note_making)
        for kind in KINDS.values():
            self._events.on_later(kind, self._keep)
        with self._database.read() as connection:
            is_first = connection.execute(select(told_refs.c.ref).limit(1)).first() is None
        if is_first:  # nobody took notes: all that is there counts as told
            self._note_all()
        elif self.is_behind:
            for _, missed in self._missed():
                self._events.publish(missed)
        if self.is_behind:
            with self._database.read() as connection:
                promised = broken(connection)
            for one in promised:
                self._events.publish(one)
        self.is_behind = False

    def _note_commit(self, event: CommitMade) -> None:
        self._note(event.repo, _noted(event))

    def _note_making(self, event: RepoChanged) -> None:
        if event.is_new:
            self._note(event.repo, _noted(event))

    def _keep(self, event: Promised) -> None:
        with self._database.write_derived() as connection:
            keep(connection, event)

    def _note(self, repo: RepoId, refs: Mapping[str, str]) -> None:
        with self._database.write_derived() as connection:
            pk = connection.execute(select(repos.c.pk).where(repos.c.key == repo.key)).scalar()
            if pk is None:  # deleted or renamed meanwhile
                return
            old = (told_refs.c.repo_pk == pk) & told_refs.c.ref.in_(refs)
            connection.execute(delete(told_refs).where(old))
            rows = [{"repo_pk": pk, "ref": ref, "commit": commit} for ref, commit in refs.items()]
            connection.execute(insert(told_refs), rows)

    def _note_all(self) -> None:
        rows = [
            {"repo_pk": pk, "ref": ref, "commit": commit}
            for pk, missed in self._missed()
            for ref, commit in _noted(missed).items()
        ]
        with self._database.write_derived() as connection:
            if rows:
                connection.execute(insert(told_refs), rows)

    def _missed(self) -> Iterator[tuple[int, Missed]]:
        with self._database.read() as connection:
            rows = connection.execute(_REPOS).all()
            notes = connection.execute(select(told_refs)).all()
        told: dict[int, dict[str, str]] = {}
        for note in notes:
            told.setdefault(note.repo_pk, {})[note.ref] = note.commit
        for row in rows:
            try:
                git = self._bare.open(row.storage)
            except RepoNotFound:  # deleted meanwhile, or damaged, which fsck tells
                continue
            for missed in _missed_of(row, git, told.get(row.pk, {})):
                yield row.pk, missed


def _missed_of(row: Row[Any], git: pygit2.Repository, told: Mapping[str, str]) -> Iterator[Missed]:
    id, owner = RepoId(row.namespace, row.name, cast(RepoKind, row.kind)), Actor(row.owner, row.owner)
    if _MADE not in told:
        yield RepoChanged(id, owner, row.private, row.owner, None, is_new=True)
    for name, tip in _tips(git, told):
        former = told.get(name)
        is_first = former is None and name == HEADS + DEFAULT_BRANCH and not tip.parent_ids
        if str(tip.id) != former and not is_first:
            tag = name.removeprefix(TAGS) if name.startswith(TAGS) else None
            actor = actor_of(tip.author, owner)
            yield CommitMade(id, name, str(tip.id), actor, tag, row.private, row.owner, None if tag else former)


def _tips(git: pygit2.Repository, told: Iterable[str]) -> Iterator[tuple[str, pygit2.Commit]]:
    """Branches and tags; of pull requests those that had commits, as their opening is told otherwise."""
    for name in list(git.references):
        if name.startswith((HEADS, TAGS)) or name in told:
            try:
                yield name, git.references[name].peel(pygit2.Commit)
            except (pygit2.GitError, ValueError, KeyError):  # a tag of a file, or gone meanwhile
                continue


def _noted(event: Missed) -> dict[str, str]:
    if isinstance(event, RepoChanged):
        return {_MADE: ""}
    return {event.ref: event.commit} | ({TAGS + event.tag: event.commit} if event.tag is not None else {})
