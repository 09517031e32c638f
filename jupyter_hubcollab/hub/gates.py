"""Gated repos: everybody sees them, their files are for those who asked and were accepted.

A gate that is ``auto`` accepts at once, one that is ``manual`` waits for a member of the namespace who may write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from ..access import ANONYMOUS, Actor, passes_gate, require, require_scope
from ..clock import utc_now
from ..errors import AccessDenied, BadInput, Conflict, GatedRepo, NotFound
from ..names import RepoId
from ..storage.database import Database
from ..storage.schema import access_requests
from .repos import Repo, Repos

Status = Literal["pending", "accepted", "rejected"]
_LONGEST = 4000
_MOST_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """Somebody who wants, has, or was refused the files of a gated repo."""

    user: str
    display_name: str
    status: Status
    message: str
    reason: str
    decided_by: str | None
    at: datetime


class Gates:
    """The access requests of all repos."""

    def __init__(self, database: Database, repos: Repos, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._repos = repos
        self._now = now

    def is_open(self, actor: Actor, repo: Repo) -> bool:
        """May *actor* read the files of *repo*?"""
        if passes_gate(actor, repo):
            return True
        mine = (access_requests.c.repo_pk == repo.pk) & (access_requests.c.user == actor.name)
        with self._database.read() as connection:
            return connection.execute(select(access_requests.c.status).where(mine)).scalar() == "accepted"

    def require_open(self, actor: Actor, repo: Repo) -> None:
        """Let *actor* read the files of *repo*, or say no.

        Raises:
            GatedRepo: they have to ask first, or were refused.
        """
        if not self.is_open(actor, repo):
            raise GatedRepo(
                f"Access to {repo.id.kind} {repo.id} is restricted and you are not in the authorized list: "
                "ask for it on its page, then download again"
            )

    def mine(self, actor: Actor, repo: Repo) -> AccessRequest | None:
        """The request that *actor* made."""
        with self._database.read() as connection:
            row = connection.execute(select(access_requests).where(_of(repo, actor.name))).one_or_none()
        return None if row is None else _request(row)

    def ask(self, actor: Actor, id: RepoId, message: str = "") -> AccessRequest:
        """Ask for the files; asked again, a request stays what it is.

        Raises:
            BadInput: the repo has no gate, or *actor* has the files anyway.
        """
        require_scope(actor, "write")
        repo = self._repos.get(actor, id)
        if actor.name == ANONYMOUS:
            raise AccessDenied("log in to ask for access")
        if passes_gate(actor, repo):
            raise BadInput(f"you may read the files of {repo.id} already")
        if len(message) > _LONGEST:
            raise BadInput(f"say it in {_LONGEST} characters")
        known = self.mine(actor, repo)
        if known is not None and (known.status != "pending" or repo.gated != "auto"):
            return known
        status: Status = "accepted" if repo.gated == "auto" else "pending"
        return self._put(repo, actor.name, status, display_name=actor.display_name, message=message, decided_by=None)

    def take_back(self, actor: Actor, id: RepoId) -> None:
        """Forget what *actor* asked, or what they were given."""
        require_scope(actor, "write")
        repo = self._repos.get(actor, id)
        known = self.mine(actor, repo)
        if known is None or known.status == "rejected":
            raise NotFound(f"you have no request for {repo.id} that could be taken back")
        self._remove(repo, actor.name)

    def list(self, actor: Actor, id: RepoId, status: Status | None = None) -> Sequence[AccessRequest]:
        """The requests for a repo, the last first; for those who decide."""
        repo = self._deciding(actor, id)
        wanted = access_requests.c.repo_pk == repo.pk
        if status is not None:
            wanted &= access_requests.c.status == status
        query = select(access_requests).where(wanted).order_by(access_requests.c.at.desc()).limit(_MOST_LISTED)
        with self._database.read() as connection:
            return tuple(_request(row) for row in connection.execute(query).all())

    def pending(self, repo: Repo) -> int:
        """How many requests wait for a decision."""
        waiting = (access_requests.c.repo_pk == repo.pk) & (access_requests.c.status == "pending")
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(access_requests).where(waiting)).scalar_one()

    def decide(self, actor: Actor, id: RepoId, user: str, status: Status, reason: str = "") -> AccessRequest:
        """Accept, reject, or set back the request of *user*.

        Raises:
            NotFound: they have not asked.
            Conflict: that is what was decided.
        """
        repo = self._deciding(actor, id)
        with self._database.read() as connection:
            row = connection.execute(select(access_requests).where(_of(repo, user))).one_or_none()
        if row is None:
            raise NotFound(f"'{user}' has not asked for access to {repo.id}")
        if row.status == status:
            raise Conflict(f"the request of '{user}' for {repo.id} is {status} already")
        return self._put(repo, user, status, reason=reason[:_LONGEST], decided_by=actor.name)

    def grant(self, actor: Actor, id: RepoId, user: str) -> AccessRequest:
        """Give the files to somebody, whether they asked or not.

        Raises:
            Conflict: they have them.
        """
        repo = self._deciding(actor, id)
        if not user.strip() or len(user) > 200 or not user.isprintable() or user == ANONYMOUS:
            raise BadInput("name the person who is to have access")
        with self._database.read() as connection:
            row = connection.execute(select(access_requests).where(_of(repo, user))).one_or_none()
        if row is not None and row.status == "accepted":
            raise Conflict(f"'{user}' has access to {repo.id} already")
        return self._put(repo, user, "accepted", reason="", decided_by=actor.name)

    def forget(self, actor: Actor, id: RepoId, user: str) -> None:
        """Remove a request, and with it what was granted.

        Raises:
            NotFound: there is none.
        """
        self._remove(self._deciding(actor, id), user)

    def _deciding(self, actor: Actor, id: RepoId) -> Repo:
        repo = self._repos.get(actor, id)
        require(actor, "write", repo)
        return repo

    def _put(self, repo: Repo, user: str, status: Status, **values: str | None) -> AccessRequest:
        values |= {"status": status}
        with self._database.write() as connection:
            changed = update(access_requests).where(_of(repo, user)).values(**values, at=self._now())
            if not connection.execute(changed).rowcount:
                row = {"repo_pk": repo.pk, "user": user, "display_name": user, "at": self._now(), **values}
                connection.execute(insert(access_requests).values(**row))
            return _request(connection.execute(select(access_requests).where(_of(repo, user))).one())

    def _remove(self, repo: Repo, user: str) -> None:
        with self._database.write() as connection:
            if not connection.execute(delete(access_requests).where(_of(repo, user))).rowcount:
                raise NotFound(f"'{user}' has not asked for access to {repo.id}")


def _of(repo: Repo, user: str) -> ColumnElement[bool]:
    return (access_requests.c.repo_pk == repo.pk) & (access_requests.c.user == user)


def _request(row: Row[tuple[object, ...]]) -> AccessRequest:
    return AccessRequest(
        row.user, row.display_name, cast(Status, row.status), row.message, row.reason, row.decided_by, row.at
    )
