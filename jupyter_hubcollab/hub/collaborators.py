"""Collaborators: people with a role in one repo alone, whatever they are in its namespace.

``read`` sees the repo and its files, also where it is private or gated; ``write`` changes them; ``admin`` also decides
about settings and other collaborators. `access.role` adds this to what the namespace gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from ..access import ANONYMOUS, Actor, Scope, require, require_scope
from ..clock import utc_now
from ..errors import BadInput, NotFound, TooLarge
from ..names import RepoId
from ..storage.database import Database
from ..storage.schema import collaborators
from .events import Events, RepoChanged
from .namespaces import Namespaces
from .repos import Repo, Repos
from .untold import Promised, promise

MOST = 1000


@dataclass(frozen=True, slots=True)
class Collaborator:
    """Somebody with a role in one repo."""

    user: str
    role: Scope
    since: datetime


class Collaborators:
    """The collaborators of all repos."""

    def __init__(
        self,
        database: Database,
        repos: Repos,
        namespaces: Namespaces,
        events: Events,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._repos = repos
        self._namespaces = namespaces
        self._events = events
        self._now = now

    def list(self, actor: Actor, id: RepoId) -> Sequence[Collaborator]:
        """Those of a repo, by name; for who may write to it.

        Raises:
            AccessDenied: *actor* only reads it.
        """
        repo = self._repos.get(actor, id)
        require(actor, "write", repo)
        query = select(collaborators).where(collaborators.c.repo_pk == repo.pk).order_by(collaborators.c.user)
        with self._database.read() as connection:
            return tuple(Collaborator(row.user, cast(Scope, row.role), row.at) for row in connection.execute(query))

    def put(self, actor: Actor, id: RepoId, user: str, role: Scope) -> Collaborator:
        """Let somebody in, or give them another role.

        Raises:
            AccessDenied: *actor* does not administer the repo.
            BadInput: that is nobody's name.
        """
        repo = self._administered(actor, id)
        if not user.strip() or len(user) > 200 or not user.isprintable() or user == ANONYMOUS:
            raise BadInput("name the person by the name that Jupyter knows them by")
        mine = collaborators.c.repo_pk == repo.pk
        with self._database.write() as connection:
            changed = update(collaborators).where(_of(repo, user)).values(role=role)
            if not connection.execute(changed).rowcount:
                if connection.execute(select(func.count()).where(mine)).scalar_one() >= MOST:
                    raise TooLarge(f"a repo has at most {MOST} collaborators; put it into an organization")
                row = {"repo_pk": repo.pk, "user": user, "role": role, "at": self._now()}
                connection.execute(insert(collaborators).values(**row))
            since = connection.execute(select(collaborators.c.at).where(_of(repo, user))).scalar_one()
            news = promise(connection, RepoChanged(repo.id, actor, repo.private, repo.owner, None))
        self._tell(news)
        return Collaborator(user, role, since)

    def drop(self, actor: Actor, id: RepoId, user: str) -> None:
        """Take somebody's role away; everybody may give up their own.

        Raises:
            NotFound: they have none.
        """
        repo = self._repos.get(actor, id) if user == actor.name else self._administered(actor, id)
        require_scope(actor, "write")
        with self._database.write() as connection:
            if not connection.execute(delete(collaborators).where(_of(repo, user))).rowcount:
                raise NotFound(f"'{user}' is no collaborator of {repo.id}")
            news = promise(connection, RepoChanged(repo.id, actor, repo.private, repo.owner, None))
        self._tell(news)

    def _administered(self, actor: Actor, id: RepoId) -> Repo:
        repo = self._repos.get(actor, id)
        require(actor, "admin", repo)
        return repo

    def _tell(self, news: Promised) -> None:
        self._namespaces.changed()
        self._events.publish(news)


def _of(repo: Repo, user: str) -> ColumnElement[bool]:
    return (collaborators.c.repo_pk == repo.pk) & (collaborators.c.user == user)
