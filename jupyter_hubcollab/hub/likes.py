"""Who likes which repo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from ..access import Actor
from ..clock import utc_now
from ..errors import RepoNotFound
from ..names import RepoId
from ..storage.database import Database
from ..storage.schema import likes, repos
from .contributing import require_contribution
from .events import Events, RepoCounted
from .repos import Repos


class Likes:
    """The likes of all repos; each person likes a repo once."""

    def __init__(self, database: Database, repos: Repos, events: Events, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._repos = repos
        self._events = events
        self._now = now

    def add(self, actor: Actor, repo: RepoId) -> None:
        """Like a repo; a second time changes nothing."""
        self._change(actor, repo, "like")

    def remove(self, actor: Actor, repo: RepoId) -> None:
        """Like a repo no more."""
        self._change(actor, repo, "unlike")

    def users(self, actor: Actor, repo: RepoId) -> list[str]:
        """Who likes a repo, the first one first."""
        pk = self._repos.get(actor, repo).pk
        with self._database.read() as connection:
            query = select(likes.c.user).where(likes.c.repo_pk == pk).order_by(likes.c.at)
            return list(connection.execute(query).scalars())

    def of(self, actor: Actor, user: str) -> Sequence[tuple[RepoId, datetime]]:
        """What *user* likes, as far as *actor* may know of it, the newest first."""
        query = select(repos.c.namespace, repos.c.name, repos.c.kind, likes.c.at).join(likes)
        with self._database.read() as connection:
            rows = connection.execute(query.where(likes.c.user == user).order_by(likes.c.at.desc())).all()
        found = [(RepoId(row.namespace, row.name, row.kind), row.at) for row in rows]
        return tuple((id, at) for id, at in found if self._is_seen(actor, id))

    def _is_seen(self, actor: Actor, id: RepoId) -> bool:
        try:
            self._repos.get(actor, id)
        except RepoNotFound:
            return False
        return True

    def _change(self, actor: Actor, repo: RepoId, how: str) -> None:
        found = self._repos.get(actor, repo)
        require_contribution(actor, found)
        pk = found.pk
        mine = (likes.c.repo_pk == pk) & (likes.c.user == actor.name)
        with self._database.write() as connection:
            if how == "unlike":
                connection.execute(delete(likes).where(mine))
            elif connection.execute(select(likes.c.at).where(mine)).first() is None:
                connection.execute(insert(likes).values(repo_pk=pk, user=actor.name, at=self._now()))
            count = select(func.count()).where(likes.c.repo_pk == pk).scalar_subquery()
            connection.execute(update(repos).where(repos.c.pk == pk).values(likes=count))
        self._events.publish(RepoCounted(found.id, actor, found.private, found.owner, "like"))
