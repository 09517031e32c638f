"""Repos: made, found, listed, renamed, deleted."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pygit2
from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..access import Actor, Namespace, Scope, may_read, require, require_scope
from ..clock import utc_now
from ..errors import RepoExists, RepoNotFound
from ..names import Digest, RepoId, RepoKind
from ..storage.bare import BareRepos
from ..storage.database import Database
from ..storage.schema import discussion_events, repo_blobs, repo_names, repos
from . import listed
from .events import Events, RepoChanged, RepoCounted, RepoDeleted
from .identity import write_identity
from .listing import Gate, Listing, Order
from .namespaces import Namespaces
from .objects import written
from .pointers import ATTRIBUTES, DEFAULT_ATTRIBUTES
from .signatures import signature
from .untold import promise

__all__ = ["Gate", "Listing", "Order", "Repo", "Repos"]

_ONE_DOWNLOAD = timedelta(minutes=5)
_MOST_DOWNLOADS = 100_000


@dataclass(frozen=True)
class Repo:
    """A repo as the index knows it."""

    id: RepoId
    owner: str
    private: bool
    created_at: datetime
    updated_at: datetime
    downloads: int
    likes: int
    head: str | None
    """Commit of ``main``."""
    gated: Gate = ""
    size_bytes: int = 0
    """Of the files of ``main``."""
    files: int | None = None
    """Of ``main``; None where nobody has counted them."""
    pk: int = 0
    storage: str = ""
    card_json: str = field(default="{}", repr=False)
    space: Namespace = field(default=Namespace(""), repr=False)
    shared: Mapping[str, Scope] = field(default_factory=dict, repr=False)
    """Its collaborators and their roles."""
    weights_json: str = field(default="", repr=False)
    """What the weights of ``main`` say, as `weights.Facts` in JSON; empty where nobody has asked yet."""

    @property
    def weights(self) -> dict[str, Any]:
        """What the weights of ``main`` say, as far as it is known."""
        return cast("dict[str, Any]", json.loads(self.weights_json or "{}"))

    @property
    def has_weights(self) -> bool:
        """Did ``main`` have weights when they were last looked at?"""
        return bool(self.weights.get("formats"))

    @property
    def card(self) -> dict[str, Any]:
        """Front matter of the README.md of ``main``."""
        return cast("dict[str, Any]", json.loads(self.card_json))


@dataclass(frozen=True, slots=True)
class NamedBlob:
    """A blob that a commit named, and the first path that it had."""

    digest: Digest
    path: str
    size: int
    added_at: datetime


class Repos:
    """All repos of this hub."""

    def __init__(
        self,
        database: Database,
        bare: BareRepos,
        events: Events,
        namespaces: Namespaces,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._namespaces = namespaces
        self._bare = bare
        self._events = events
        self._now = now
        self._lock = threading.Lock()
        self.move_checks: list[Callable[[Repo, str], None]] = []
        """Asked before a repo goes to another namespace; they raise to keep it where it is."""
        self._downloads: dict[tuple[int, str], datetime] = {}

    def create(self, actor: Actor, id: RepoId, *, private: bool = False) -> Repo:
        """Make a repo with one commit that holds a ``.gitattributes``; *actor* owns it.

        Raises:
            RepoExists: a repo of this name exists, in whatever case.
            AccessDenied: the namespace is somebody else's.
        """
        require_scope(actor, "write")
        self._namespaces.enter(actor, id.namespace)
        with self._database.read() as connection:
            if _taken(connection, id):
                raise _exists(id)
        now = self._now()
        first = _FirstCommit(actor, now)
        storage = self._bare.create(id.kind, first)
        row = {**_named(id), "storage": storage, "owner": actor.name, "private": private, "head": first.id}
        row |= {"size_bytes": len(DEFAULT_ATTRIBUTES), "text_bytes": len(DEFAULT_ATTRIBUTES), "files": 1}
        write_identity(self._bare.path(storage), id, actor.name, private)
        try:
            with self._database.write() as connection:
                if _taken(connection, id):
                    raise _exists(id)
                connection.execute(insert(repos).values(**row, created_at=now, updated_at=now))
        except BaseException:
            self._bare.remove(storage)
            raise
        repo = self.get(actor, id)
        self._changed(actor, repo, first=first.id)
        return repo

    def get(self, actor: Actor, id: RepoId) -> Repo:
        """The repo of this name, or that had this name before it was renamed.

        Raises:
            RepoNotFound: there is none that *actor* may see.
        """
        with self._database.read() as connection:
            row = connection.execute(_BY_KEY, {"wanted": id.key}).one_or_none()
            repo = None if row is None else self._repo(row)
            if repo is None or not may_read(actor, repo):
                # Asked also of a repo that is not for them: how long the answer takes must not tell that there is one.
                row = connection.execute(_BY_FORMER_KEY, {"wanted": id.key}).one_or_none()
                repo = None if row is None else self._repo(row)
        if repo is None or not may_read(actor, repo):
            # Its name now is no business of somebody who may only know what it was called.
            raise _missing(id)
        require(actor, "read", repo)
        return repo

    def list(
        self,
        actor: Actor,
        *,
        kind: RepoKind = "model",
        owner: str | None = None,
        search: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Sequence[Repo]:
        """Repos that *actor* may see, the last changed first."""
        return self.select(actor, Listing(kind, owner=owner, search=search, limit=limit, offset=offset))

    def select(self, actor: Actor, listing: Listing) -> Sequence[Repo]:
        """Repos that *actor* may see, as *listing* asks."""
        with self._database.read() as connection:
            rows = listed.page(connection, self._namespaces.seen_by(actor), listing, self._now())
        return tuple(self._repo(row) for row in rows)

    def tags(self, actor: Actor, kind: RepoKind) -> Sequence[str]:
        """The words by which repos that *actor* may see can be filtered, the most frequent first."""
        with self._database.read() as connection:
            return listed.tags(connection, self._wanted(actor, Listing(kind)))

    def trending(self, actor: Actor, kind: RepoKind) -> dict[int, int]:
        """How often repos that *actor* may see were liked in the last days, by their key in the index."""
        wanted = self._wanted(actor, Listing(kind))
        with self._database.read() as connection:
            return {row.pk: liked for row, liked in listed.trending(connection, wanted, self._now())}

    def count(self, actor: Actor, listing: Listing) -> int:
        """How many repos *listing* would give without its limit."""
        with self._database.read() as connection:
            return connection.execute(
                select(func.count()).select_from(repos).where(self._wanted(actor, listing))
            ).scalar_one()

    def delete(self, actor: Actor, id: RepoId) -> None:
        """Delete a repo with its history.

        Raises:
            AccessDenied: *actor* is not its owner.
        """
        repo = self.get(actor, id)
        require(actor, "admin", repo)
        self._bare.mark(repo.storage)
        with self._database.write() as connection:
            # A later repo may get the same number, and must not find what was said here.
            connection.execute(delete(discussion_events).where(discussion_events.c.repo_pk == repo.pk))
            connection.execute(delete(repos).where(repos.c.pk == repo.pk))
            news = promise(connection, RepoDeleted(repo.id, actor, repo.private, repo.owner))
        self._bare.retire(repo.storage, self._now())
        self._events.publish(news)
        if repo.shared:
            self._namespaces.changed()

    def recover(self) -> None:
        """Finish deletions that a crash cut off, or forget them; called once at start."""
        for storage in self._bare.marked():
            with self._database.read() as connection:
                row = connection.execute(select(repos.c.pk).where(repos.c.storage == storage)).first()
            if row is None:
                self._bare.retire(storage, self._now())
            else:
                self._bare.unmark(storage)

    def set_private(self, actor: Actor, id: RepoId, private: bool) -> Repo:
        """Hide a repo from all but its owner, or show it."""
        return self._set(actor, id, {"private": private})

    def set_gated(self, actor: Actor, id: RepoId, gated: Gate) -> Repo:
        """Ask readers for a request before they get files: granted at once, by hand, or not needed."""
        return self._set(actor, id, {"gated": gated})

    def rename(self, actor: Actor, id: RepoId, to: RepoId) -> Repo:
        """Give a repo another name; the old one leads to it until somebody takes it.

        Raises:
            RepoExists: the name is taken.
            AccessDenied: *actor* may not make repos in the other namespace.
        """
        repo = self.get(actor, id)
        require(actor, "admin", repo)
        if to.namespace.lower() != repo.id.namespace.lower():
            self._namespaces.enter(actor, to.namespace)
            for check in self.move_checks:
                check(repo, to.namespace)
        try:
            with self._database.write() as connection:
                if to.key != repo.id.key and _taken(connection, to):
                    raise _exists(to)
                connection.execute(delete(repo_names).where(repo_names.c.key.in_([repo.id.key, to.key])))
                connection.execute(update(repos).where(repos.c.pk == repo.pk).values(**_named(to)))
                if to.key != repo.id.key:
                    connection.execute(insert(repo_names).values(key=repo.id.key, repo_pk=repo.pk))
                promise(connection, RepoChanged(to, actor, repo.private, repo.owner, repo.id))
        except IntegrityError as error:
            raise _exists(to) from error
        if repo.shared:
            self._namespaces.changed()
        renamed = self.get(actor, to)
        self._changed(actor, renamed, repo.id)
        return renamed

    def count_download(self, repo: Repo, actor: Actor) -> None:
        """Add one to the counter that listings sort by; the many files of one download count once."""
        if not self._is_new_download(repo.pk, actor.name):
            return
        with self._database.write() as connection:
            counted = update(repos).where(repos.c.pk == repo.pk).values(downloads=repos.c.downloads + 1)
            connection.execute(counted)
        self._events.publish(RepoCounted(repo.id, actor, repo.private, repo.owner, "download"))

    def _is_new_download(self, pk: int, user: str) -> bool:
        now = self._now()
        with self._lock:
            last = self._downloads.get((pk, user))
            if last is not None and now - last < _ONE_DOWNLOAD:
                return False
            if len(self._downloads) > _MOST_DOWNLOADS:
                self._downloads.clear()
            self._downloads[pk, user] = now
            return True

    def blobs_named(self, repo: Repo, digests: Sequence[Digest]) -> set[Digest]:
        """Those of *digests* that a commit of *repo* ever named."""
        found: set[Digest] = set()
        with self._database.read() as connection:
            for start in range(0, len(digests), 500):
                asked = repo_blobs.c.digest.in_(digests[start : start + 500])
                query = select(repo_blobs.c.digest).where(repo_blobs.c.repo_pk == repo.pk, asked)
                found.update(connection.execute(query).scalars())
        return found

    def named_blobs(self, actor: Actor, id: RepoId) -> Sequence[NamedBlob]:
        """All blobs that commits of a repo ever named, the newest first."""
        repo = self.get(actor, id)
        query = select(repo_blobs).where(repo_blobs.c.repo_pk == repo.pk).order_by(repo_blobs.c.added_at.desc())
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(NamedBlob(row.digest, row.path, row.size_bytes, row.added_at) for row in rows)

    def used_bytes(self, repo: Repo) -> int:
        """What a repo that was found before holds: all blobs that it ever named, and its small files."""
        query = select(func.coalesce(func.sum(repo_blobs.c.size_bytes), 0)).where(repo_blobs.c.repo_pk == repo.pk)
        with self._database.read() as connection:
            small = connection.execute(select(repos.c.text_bytes).where(repos.c.pk == repo.pk)).scalar()
            return int(connection.execute(query).scalar_one()) + (small or 0)

    def _set(self, actor: Actor, id: RepoId, values: dict[str, object]) -> Repo:
        repo = self.get(actor, id)
        require(actor, "admin", repo)
        with self._database.write() as connection:
            connection.execute(update(repos).where(repos.c.pk == repo.pk).values(values))
            private = bool(values.get("private", repo.private))
            promise(connection, RepoChanged(repo.id, actor, private, repo.owner, None))
        changed = self.get(actor, repo.id)
        self._changed(actor, changed)
        return changed

    def _wanted(self, actor: Actor, listing: Listing) -> ColumnElement[bool]:
        return and_(self._namespaces.seen_by(actor), *listed.asked(listing))

    def _repo(self, row: Row[Any]) -> Repo:
        return Repo(
            RepoId(row.namespace, row.name, cast(RepoKind, row.kind)),
            row.owner,
            row.private,
            row.created_at,
            row.updated_at,
            row.downloads,
            row.likes,
            row.head,
            cast(Gate, row.gated),
            row.size_bytes,
            row.files,
            row.pk,
            row.storage,
            row.card,
            self._namespaces.of(row.namespace),
            self._namespaces.shared(row.storage),
            row.weights or "",
        )

    def _changed(self, actor: Actor, repo: Repo, former: RepoId | None = None, first: str = "") -> None:
        write_identity(self._bare.path(repo.storage), repo.id, repo.owner, repo.private, repo.gated)
        self._events.publish(RepoChanged(repo.id, actor, repo.private, repo.owner, former, repo.head == first))


class _FirstCommit:
    """Fills a new repository; remembers the commit."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self._signature = signature(actor, at)
        self.id = ""

    def __call__(self, repo: pygit2.Repository) -> None:
        builder = repo.TreeBuilder()
        builder.insert(ATTRIBUTES, repo.create_blob(DEFAULT_ATTRIBUTES.encode()), pygit2.enums.FileMode.BLOB)
        made = repo.create_commit(
            "refs/heads/main", self._signature, self._signature, "initial commit", builder.write(), []
        )
        self.id = written(repo, made)


# Every request asks one of these: put together once, they cost half as much.
_BY_KEY = select(repos).where(repos.c.key == bindparam("wanted"))
_BY_FORMER_KEY = (
    select(repos).join(repo_names, repo_names.c.repo_pk == repos.c.pk).where(repo_names.c.key == bindparam("wanted"))
)


def _missing(id: RepoId) -> RepoNotFound:
    return RepoNotFound(f"there is no {id.kind} {id} on this hub")


def _taken(connection: Connection, id: RepoId) -> bool:
    return connection.execute(select(repos.c.pk).where(repos.c.key == id.key)).one_or_none() is not None


def _exists(id: RepoId) -> RepoExists:
    return RepoExists(f"A {id.kind} repository called {id} already exists; choose another name")


def _named(id: RepoId) -> dict[str, str]:
    return {"kind": id.kind, "namespace": id.namespace, "name": id.name, "key": id.key}
