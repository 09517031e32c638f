"""What other hubs answered, kept in the index: for whom, from which hub, when."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select

from ...storage.database import Database
from ...storage.schema import repo_names, repos, upstream_answers
from .ids import UpstreamId


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of another hub."""

    hub: str
    viewer: str
    """Whose token it took; empty if none."""
    body: str
    next: str
    """Where that hub says the next page is; empty if nowhere."""
    at: datetime


class Memory:
    """All that is remembered. Answers got with a token are found by the owner of the token only."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def find(self, id: UpstreamId, user: str, question: str) -> Answer | None:
        """The answer to *question* that *user* may see; the one for everybody first."""
        table = upstream_answers
        seen = (table.c.repo == id.key, table.c.question == _hashed(question), table.c.viewer.in_(["", user]))
        with self._database.read() as connection:
            row = connection.execute(select(table).where(*seen).order_by(table.c.viewer).limit(1)).one_or_none()
        return None if row is None else _answer(row)

    def origin(self, id: UpstreamId, user: str) -> str | None:
        """The hub from which *user* has this repo."""
        table = upstream_answers
        seen = (table.c.repo == id.key, table.c.viewer.in_(["", user]))
        with self._database.read() as connection:
            return connection.execute(select(table.c.hub).where(*seen).limit(1)).scalar()

    def keep(self, id: UpstreamId, question: str, answer: Answer) -> None:
        """Remember an answer; an older one to the same question goes."""
        table = upstream_answers
        key = {"repo": id.key, "viewer": answer.viewer, "question": _hashed(question)}
        row = {**key, "asked": question[:500], "hub": answer.hub, "body": answer.body, "next": answer.next}
        with self._database.write_derived() as connection:
            connection.execute(delete(table).filter_by(**key))
            connection.execute(insert(table).values(**row, at=answer.at))

    def forget(self, id: UpstreamId, user: str) -> None:
        """Forget what everybody and *user* knew of a repo: its hub says that it is gone."""
        table = upstream_answers
        known = (table.c.repo == id.key, or_(table.c.viewer == "", table.c.viewer == user))
        with self._database.write_derived() as connection:
            connection.execute(delete(table).where(*known))

    def forget_viewer(self, user: str, hub: str) -> None:
        """Forget what *user* got with a token of *hub*."""
        table = upstream_answers
        with self._database.write_derived() as connection:
            connection.execute(delete(table).where(table.c.viewer == user, table.c.hub == hub))

    def names_ours(self, id: UpstreamId) -> bool:
        """Has this hub a repo of this name, or had one that was renamed, whoever may see it?"""
        with self._database.read() as connection:
            queries: Sequence[Any] = (
                select(repos.c.pk).where(repos.c.key == id.key),
                select(repo_names.c.repo_pk).where(repo_names.c.key == id.key),
            )
            return any(connection.execute(query).first() is not None for query in queries)


def _hashed(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()


def _answer(row: Row[Any]) -> Answer:
    return Answer(row.hub, row.viewer, row.body, row.next, row.at)
