"""Looking after a hub's storage: is it whole (fsck), what can go (gc), what can be worked out again (reindex).

All of it may run while the hub is in use.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pygit2
from sqlalchemy import Row, delete, insert, select

from ..errors import RepoNotFound
from ..names import DEFAULT_BRANCH, Digest, repo_id
from ..storage.bare import BareRepos
from ..storage.database import Database
from ..storage.pooled import PooledBlobs
from ..storage.schema import repo_blobs, repos, uploads
from .files import Entry, walk
from .identity import read_identity
from .index import index_blobs, index_head
from .refs import HEADS

GRACE = timedelta(hours=24)
"""What is younger may belong to an upload that goes on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    repo: str
    what: str


@dataclass(frozen=True, slots=True)
class Freed:
    """What a collection removed."""

    blobs: int
    size_bytes: int


def _now() -> datetime:
    return datetime.now(UTC)


class Upkeep:
    """Looks after the storage of a hub in *folder*."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        bare: BareRepos,
        blobs: PooledBlobs,
        *,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._folder = folder
        self._database = database
        self._bare = bare
        self._blobs = blobs
        self._now = now

    def fsck(self) -> Iterator[Finding]:
        """Everything that is broken: refs that lead nowhere, objects and blobs that are missing, a stale index."""
        for row in self._rows():
            name = f"{row.kind} {row.namespace}/{row.name}"
            try:
                git = self._bare.open(row.storage)
            except RepoNotFound:
                yield Finding(name, f"its repository {row.storage} is gone; restore it, or delete the repo")
                continue
            yield from (Finding(name, what) for what in self._broken(git, row.head))

    def verify_blobs(self) -> Iterator[Finding]:
        """Read every whole blob again; those whose bytes have changed."""
        import hashlib

        for digest in self._blobs.whole.digests():
            content = hashlib.sha256()
            for piece in self._blobs.whole.read(digest):
                content.update(piece)
            if content.hexdigest() != digest:
                yield Finding("", f"the blob {digest} has changed on disk; restore it from a backup")

    def gc(self, grace: timedelta = GRACE) -> Freed:
        """Remove whole blobs that no commit reaches, and what crashes left; younger than *grace* stays."""
        before = self._now() - grace
        reached = {entry.digest for row in self._rows() for entry in self._entries(row) if entry.digest is not None}
        freed, size = 0, 0
        for digest in list(self._blobs.whole.digests()):
            if digest not in reached:
                found = self._remove(digest, before)
                freed, size = freed + (found is not None), size + (found or 0)
        self._remove_leftovers(before)
        return Freed(freed, size)

    def reindex(self) -> Iterator[str]:
        """Work out again what git knows better, repo by repo; a repo that the index has lost comes back."""
        for storage in self._bare.all():
            fields = read_identity(self._bare.path(storage))
            if fields is None:
                continue
            git = self._bare.open(storage)
            entries = list(_all_entries(git))
            with self._database.write() as connection:
                pk = connection.execute(select(repos.c.pk).where(repos.c.storage == storage)).scalar()
                if pk is None:
                    row = _row(fields, storage, self._now())
                    pk = connection.execute(insert(repos).values(**row).returning(repos.c.pk)).scalar_one()
                index_head(connection, pk, git, _changed_at(git))
                named = [(one.path, one.digest, one.size) for one in entries if one.digest is not None]
                index_blobs(connection, pk, named, self._now())
            yield f"{fields['kind']} {fields['namespace']}/{fields['name']}"

    def _rows(self) -> list[Row[Any]]:
        with self._database.read() as connection:
            return list(connection.execute(select(repos)).all())

    def _broken(self, git: pygit2.Repository, head: str | None) -> Iterator[str]:
        main = git.references.get(HEADS + DEFAULT_BRANCH)
        if main is None or str(main.target) != head:
            yield "the index is behind git; run jupyter hubcollab reindex"
        try:
            entries = list(_all_entries(git))
        except (KeyError, ValueError, pygit2.GitError) as error:
            yield f"an object of git is missing or damaged ({error}); restore it from a backup"
            return
        for entry in entries:
            if entry.digest is not None and not self._blobs.has(entry.digest):
                yield f"'{entry.path}' needs the blob {entry.digest}, which is gone; restore it from a backup"
            elif entry.digest is not None and self._blobs.size(entry.digest) != entry.size:
                yield f"'{entry.path}' says {entry.size} bytes, but the blob {entry.digest} has another size"

    def _entries(self, row: Row[Any]) -> Iterator[Entry]:
        try:
            git = self._bare.open(row.storage)
        except RepoNotFound:  # deleted meanwhile
            return
        yield from _all_entries(git)

    def _remove(self, digest: Digest, before: datetime) -> int | None:
        """Remove a blob unless somebody named or sent it lately; its size if it went.

        A commit first notes in the index what it names, then looks whether it is there: so either we see its note
        here, or it sees that the blob is gone.
        """
        with self._database.write() as connection:
            named = select(repo_blobs.c.digest).where(repo_blobs.c.digest == digest, repo_blobs.c.added_at > before)
            sent = select(uploads.c.digest).where(uploads.c.digest == digest, uploads.c.at > before)
            path = self._blobs.path(digest)
            if path is None or connection.execute(named.union(sent)).first() is not None:
                return None
            if path.stat().st_mtime > before.timestamp():
                return None
            size = path.stat().st_size
            connection.execute(delete(uploads).where(uploads.c.digest == digest))
            connection.execute(delete(repo_blobs).where(repo_blobs.c.digest == digest))
            self._blobs.whole.remove(digest)
            return size

    def _remove_leftovers(self, before: datetime) -> None:
        """Remove what a crash left of uploads and of repos that were being made or deleted."""
        for left in [*(self._folder / "blobs" / "incoming").glob("*"), *(self._folder / "repos" / "making").glob("*")]:
            if left.stat().st_mtime < before.timestamp():
                shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _all_entries(git: pygit2.Repository) -> Iterator[Entry]:
    """The files of all commits that any ref reaches; a tree that many commits share is walked once."""
    tips = [git.references[name].peel(pygit2.Commit).id for name in git.references]
    if not tips:
        return
    walker = git.walk(tips[0])
    for tip in tips[1:]:
        walker.push(tip)
    seen: set[str] = set()
    for commit in walker:
        if str(commit.tree_id) in seen:
            continue
        seen.add(str(commit.tree_id))
        for entry in walk(git, commit.tree):
            if entry.oid not in seen:
                seen.add(entry.oid)
                yield entry


def _changed_at(git: pygit2.Repository) -> datetime:
    main = git.references.get(HEADS + DEFAULT_BRANCH)
    return datetime.fromtimestamp(main.peel(pygit2.Commit).commit_time if main is not None else 0, UTC)


def _row(fields: dict[str, Any], storage: str, now: datetime) -> dict[str, Any]:
    id = repo_id(f"{fields['namespace']}/{fields['name']}", fields["kind"])
    return {
        "storage": storage,
        "kind": id.kind,
        "namespace": id.namespace,
        "name": id.name,
        "key": id.key,
        "owner": fields["owner"],
        "private": fields["private"],
        "created_at": now,
        "updated_at": now,
    }
