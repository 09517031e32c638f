"""Who may change what of a repo: writers move branches, everybody who reads it may discuss and propose changes."""

from __future__ import annotations

import re

from sqlalchemy import select

from ..access import ANONYMOUS, Actor, require, require_scope
from ..errors import AccessDenied, DiscussionClosed, RevisionNotFound
from ..storage.database import Database
from ..storage.schema import discussions
from .protection import require_ref
from .refs import HEADS, PULLS
from .repos import Repo

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def may_write(actor: Actor, repo: Repo) -> bool:
    """May *actor* change the branches of *repo*?"""
    try:
        require(actor, "write", repo)
    except AccessDenied:
        return False
    return True


def require_contribution(actor: Actor, repo: Repo) -> None:
    """Let pass who may discuss and propose changes: a reader who is logged in, with a token for writing.

    Raises:
        RepoNotFound: *actor* may not even know that the repo is there.
        AccessDenied: nobody is logged in, or the token is for reading only.
    """
    require(actor, "read", repo)
    require_scope(actor, "write")
    if actor.name == ANONYMOUS:
        raise AccessDenied("log in to take part")


def may_contribute(actor: Actor, repo: Repo) -> bool:
    """May *actor* discuss, and propose changes?"""
    try:
        require_contribution(actor, repo)
    except AccessDenied:
        return False
    return True


def proposes(database: Database, actor: Actor, repo: Repo) -> bool:
    """Has *actor* a pull request in *repo* that is not closed?"""
    mine = (discussions.c.repo_pk == repo.pk) & (discussions.c.author == actor.name) & discussions.c.is_pull_request
    waiting = select(discussions.c.number).where(mine, discussions.c.status.in_(("draft", "open"))).limit(1)
    with database.read() as connection:
        return connection.execute(waiting).first() is not None


def require_push(database: Database, actor: Actor, repo: Repo, ref: str) -> None:
    """Let pass who may commit to *ref*: for a pull request its author too, while it is open.

    Raises:
        AccessDenied: *actor* may not.
        RefIsProtected: a rule of the repo keeps the branch for its admins.
        DiscussionClosed: the pull request is closed or merged.
        RevisionNotFound: there is no such pull request.
    """
    if not ref.startswith(PULLS):
        require(actor, "write", repo)
        require_ref(database, actor, repo, HEADS + ref.removeprefix(HEADS), "move")
        return
    require_contribution(actor, repo)
    number = ref.removeprefix(PULLS)
    row = None
    if _NUMBER.fullmatch(number):
        with database.read() as connection:
            wanted = (discussions.c.repo_pk == repo.pk) & (discussions.c.number == int(number))
            row = connection.execute(select(discussions).where(wanted, discussions.c.is_pull_request)).one_or_none()
    if row is None:
        raise RevisionNotFound(f"Invalid rev id: {ref}; open the pull request first")
    if row.author != actor.name:
        require(actor, "write", repo)
    if row.status in ("closed", "merged"):
        raise DiscussionClosed(f"pull request {number} is {row.status}; open it again, or make another one")
