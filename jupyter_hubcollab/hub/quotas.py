"""How much the repos of a namespace hold, and how much they may: each content counts once, however often it is named.

Counted are the blobs that commits ever named, and the small files that they brought. Bytes that were uploaded and that
no commit names yet are kept in mind until one does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from ..access import Actor, Namespace, require_scope
from ..clock import utc_now
from ..errors import AccessDenied, BadInput, NotFound, QuotaExceeded
from ..names import Digest, RepoId, RepoKind
from ..storage.database import Database
from ..storage.schema import namespaces as namespace_table
from ..storage.schema import repo_blobs, repos
from .namespaces import Namespaces
from .repos import Repo
from .rules import Rules

_FORGOTTEN_AFTER = timedelta(hours=24)
"""Then the collector of garbage has removed what nobody named."""
_MOST_ASKED = 500


@dataclass(frozen=True, slots=True)
class Share:
    """What one repo names; what it shares with others is in their shares, too."""

    id: RepoId
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Use:
    """What the repos of a namespace hold together."""

    namespace: str
    used_bytes: int
    quota_bytes: int | None
    shares: Sequence[Share]


class Quotas:
    """The storage of all namespaces."""

    def __init__(
        self, database: Database, spaces: Namespaces, rules: Rules, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._spaces = spaces
        self._rules = rules
        self._now = now
        self._lock = threading.Lock()
        self._arrived: dict[str, tuple[int, datetime]] = {}

    def of(self, space: Namespace) -> int | None:
        """How many bytes *space* may hold; None: no limit."""
        if space.quota_bytes is not None:
            return space.quota_bytes
        standard = self._rules.organisation_quota_bytes if space.is_organisation else self._rules.person_quota_bytes
        return standard or None

    def use(self, actor: Actor, name: str) -> Use:
        """What a namespace holds, for its members; others may not know.

        Raises:
            NotFound: *actor* is no member of a namespace of this name.
        """
        space = self._spaces.of(name)
        if actor.name not in space.members and not self._spaces.may_manage(actor, name):
            raise NotFound(f"you are no member of '{name}'")
        key = func.lower(repos.c.namespace)
        mine = (key == name.lower()) & self._spaces.seen_by(actor)
        named = select(func.coalesce(func.sum(repo_blobs.c.size_bytes), 0)).where(repo_blobs.c.repo_pk == repos.c.pk)
        share = (named.scalar_subquery() + repos.c.text_bytes).label("share")
        query = select(repos.c.kind, repos.c.namespace, repos.c.name, share).where(mine).order_by(share.desc())
        with self._database.read() as connection:
            used = _used(connection, name)
            rows = connection.execute(query).all()
        shares = tuple(Share(RepoId(row.namespace, row.name, _kind(row.kind)), int(row.share)) for row in rows)
        return Use(space.name, used, self.of(space), shares)

    def set(self, actor: Actor, name: str, quota_bytes: int) -> None:
        """Let a namespace hold so much; 0: as the setting says. For the owner of the server.

        Raises:
            AccessDenied: *actor* is somebody else.
        """
        require_scope(actor, "write")
        if actor.name != self._rules.owner:
            raise AccessDenied("quotas are set by the owner of the server")
        if quota_bytes < 0 or self._spaces.known(name) is None:
            raise BadInput("a quota is a number of bytes, for somebody who is known")
        key = namespace_table.c.key == name.lower()
        with self._database.write() as connection:
            connection.execute(namespace_table.update().where(key).values(quota_bytes=quota_bytes or None))
        self._spaces.changed()

    def require_room(self, repo: Repo, blobs: Sequence[tuple[Digest, int]], *, more: int = 0) -> None:
        """Make sure that *repo* may name *blobs*, and keep *more* bytes besides.

        Raises:
            QuotaExceeded: its namespace would hold too much.
        """
        quota = self.of(repo.space)
        if quota is None:
            return
        with self._database.read() as connection:
            used = _used(connection, repo.id.namespace)
            known = _known(connection, repo.id.namespace, [digest for digest, _ in blobs])
        fresh = {digest: size for digest, size in blobs if digest not in known}
        self._refuse(repo, used, sum(fresh.values()) + more, quota)

    def require_room_to_send(self, repo: Repo, size: int) -> None:
        """Make sure that *size* bytes may come for *repo*, besides what came and is not named yet.

        Raises:
            QuotaExceeded: they would never fit.
        """
        quota = self.of(repo.space)
        if quota is None:
            return
        with self._database.read() as connection:
            used = _used(connection, repo.id.namespace)
        self._refuse(repo, used + self._waiting(repo), size, quota)

    def note_arrival(self, repo: Repo, size: int) -> None:
        """Keep in mind that bytes came for *repo* that no commit names yet."""
        if self.of(repo.space) is None:
            return
        with self._lock:
            waiting = self._arrived.get(repo.id.namespace.lower(), (0, self._now()))[0]
            self._arrived[repo.id.namespace.lower()] = (waiting + size, self._now())

    def note_commit(self, namespace: str) -> None:
        """What came is named now, or was sent in vain; it is counted where it is kept."""
        with self._lock:
            self._arrived.pop(namespace.lower(), None)

    def require_move(self, repo: Repo, namespace: str) -> None:
        """Make sure that *repo* fits into another namespace.

        Raises:
            QuotaExceeded: it does not.
        """
        space = self._spaces.of(namespace)
        quota = self.of(space)
        if quota is None:
            return
        mine = select(repo_blobs.c.digest, repo_blobs.c.size_bytes).where(repo_blobs.c.repo_pk == repo.pk)
        with self._database.read() as connection:
            used = _used(connection, namespace)
            blobs = {Digest(row.digest): int(row.size_bytes) for row in connection.execute(mine).all()}
            known = _known(connection, namespace, list(blobs))
        self._refuse(repo, used, sum(size for digest, size in blobs.items() if digest not in known), quota)

    def _waiting(self, repo: Repo) -> int:
        with self._lock:
            waiting, at = self._arrived.get(repo.id.namespace.lower(), (0, self._now()))
        return waiting if self._now() - at < _FORGOTTEN_AFTER else 0

    def _refuse(self, repo: Repo, used: int, more: int, quota: int) -> None:
        if more > 0 and used + more > quota:
            raise QuotaExceeded(
                f"'{repo.id.namespace}' may keep {quota:,} bytes and has {used:,}; {more:,} more do not fit: "
                "delete repos that nobody needs, or ask the owner of the server for a larger quota"
            )


def _used(connection: Connection, namespace: str) -> int:
    """Bytes that the repos of a namespace hold, each content once."""
    key = func.lower(repos.c.namespace) == namespace.lower()
    each = (
        select(repo_blobs.c.digest, func.max(repo_blobs.c.size_bytes).label("size"))
        .join(repos, repos.c.pk == repo_blobs.c.repo_pk)
        .where(key)
        .group_by(repo_blobs.c.digest)
        .subquery()
    )
    blobs = connection.execute(select(func.coalesce(func.sum(each.c.size), 0))).scalar_one()
    texts = connection.execute(select(func.coalesce(func.sum(repos.c.text_bytes), 0)).where(key)).scalar_one()
    return int(blobs) + int(texts)


def _known(connection: Connection, namespace: str, digests: Sequence[Digest]) -> set[Digest]:
    """Those of *digests* that a repo of the namespace names already."""
    found: set[Digest] = set()
    key = func.lower(repos.c.namespace) == namespace.lower()
    query = select(repo_blobs.c.digest).join(repos, repos.c.pk == repo_blobs.c.repo_pk).where(key)
    for start in range(0, len(digests), _MOST_ASKED):
        asked = repo_blobs.c.digest.in_(digests[start : start + _MOST_ASKED])
        found.update(Digest(one) for one in connection.execute(query.where(asked)).scalars())
    return found


def _kind(text: str) -> RepoKind:
    return "dataset" if text == "dataset" else "space" if text == "space" else "model"
