"""Aliases: names such as ``champion`` that lead to a version and move between versions; every move is remembered.

Built as ``Aliases(database, repos, refs, events.publish)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select

from ..access import require
from ..clock import utc_now
from ..errors import BadName, VersionNotFound
from ..hub.events import RepoChanged
from ..storage.schema import model_alias_moves, model_aliases

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.refs import Refs
    from ..hub.repos import Repo, Repos
    from ..names import RepoId
    from ..storage.database import Database

_NAME = re.compile(r"[\w-]{1,255}")
_VERSION = re.compile(r"[vV]\d+")
MOST_MOVES = 200


@dataclass(frozen=True, slots=True)
class Move:
    """An alias went from one version to another; null stands for nowhere."""

    alias: str
    from_tag: str | None
    to_tag: str | None
    by: str
    at: datetime
    reason: str = ""
    """Why the gates were overridden; empty where they were not."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where an alias should lead; None: nowhere."""

    alias: str
    tag: str | None
    reason: str = ""


Guard = Callable[["Actor", "Repo", str, "str | None", str], str]
"""Asked before an alias moves: who, repo, alias, version, reason; gives the reason to keep, or refuses."""


class Aliases:
    """The aliases of all models."""

    def __init__(
        self,
        database: Database,
        repos: Repos,
        refs: Refs,
        publish: Callable[[object], None],
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._repos = repos
        self._refs = refs
        self._publish = publish
        self._now = now
        self.guards: list[Guard] = []

    def all(self, actor: Actor, repo: RepoId) -> dict[str, str]:
        """Versions by alias, by name."""
        found = self._repos.get(actor, repo)
        query = select(model_aliases).where(model_aliases.c.repo_pk == found.pk).order_by(model_aliases.c.alias)
        with self._database.read() as connection:
            return {row.alias: row.tag for row in connection.execute(query)}

    def get(self, actor: Actor, repo: RepoId, alias: str) -> str:
        """The version to which *alias* leads.

        Raises:
            VersionNotFound: there is no such alias.
        """
        tag = self.all(actor, repo).get(alias)
        if tag is None:
            raise VersionNotFound(f"Registered model alias {alias} not found; {repo} has no such alias")
        return tag

    def tag_of(self, repo: Repo, name: str) -> str | None:
        """The version that is meant by *name*; asks for no right: who found the repo may read it."""
        key = (model_aliases.c.repo_pk == repo.pk) & (model_aliases.c.alias == name)
        with self._database.read() as connection:
            tag: str | None = connection.execute(select(model_aliases.c.tag).where(key)).scalar()
        return tag

    def set(self, actor: Actor, repo: RepoId, alias: str, tag: str, *, reason: str = "") -> None:
        """Let *alias* lead to the version *tag*, wherever it led before.

        *reason* is why an admin overrides the gates of a protected alias; it stays in the history.

        Raises:
            VersionNotFound: there is no such version.
            BadName: no alias can have this name.
            GateNotPassed: the alias is protected, and the version did not pass.
        """
        _check(alias)
        found = self._repos.get(actor, repo)
        require(actor, "write", found)
        if tag not in (ref.name for ref in self._refs.tags(actor, found.id)):
            raise VersionNotFound(f"{found.id} has no version {tag}; an alias leads to a version that is there")
        if self._move(actor, found, Wanted(alias, tag, self._allowed(actor, found, Wanted(alias, tag, reason)))):
            self._publish(RepoChanged(found.id, actor, found.private, found.owner, None))

    def delete(self, actor: Actor, repo: RepoId, alias: str) -> None:
        """Forget *alias*; that it was there is remembered. One that is not there is no error, as with MLflow."""
        found = self._repos.get(actor, repo)
        require(actor, "write", found)
        if self._move(actor, found, Wanted(alias, None, self._allowed(actor, found, Wanted(alias, None)))):
            self._publish(RepoChanged(found.id, actor, found.private, found.owner, None))

    def delete_of(self, actor: Actor, repo: RepoId, tag: str) -> None:
        """Forget all aliases that lead to the version *tag*, because it goes."""
        for alias, led_to in self.all(actor, repo).items():
            if led_to == tag:
                self.delete(actor, repo, alias)

    def moves(self, actor: Actor, repo: RepoId, alias: str | None = None) -> list[Move]:
        """How aliases moved, the newest first; of one alias, or of all."""
        found = self._repos.get(actor, repo)
        query = select(model_alias_moves).where(model_alias_moves.c.repo_pk == found.pk)
        if alias is not None:
            query = query.where(model_alias_moves.c.alias == alias)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(model_alias_moves.c.id.desc()).limit(MOST_MOVES)).all()
        return [Move(row.alias, row.from_tag, row.to_tag, row.by, row.at, row.reason or "") for row in rows]

    def require(self, actor: Actor, repo: Repo, alias: str, tag: str) -> None:
        """Let *actor* give *alias*, or a stage of this name, to a version.

        Raises:
            GateNotPassed: it is protected, and the version did not pass.
        """
        self._allowed(actor, repo, Wanted(alias, tag))

    def _allowed(self, actor: Actor, repo: Repo, wanted: Wanted) -> str:
        """Ask all guards; the reason that they want to be kept."""
        said = [guard(actor, repo, wanted.alias, wanted.tag, wanted.reason) for guard in self.guards]
        return "; ".join(one for one in said if one)

    def _move(self, actor: Actor, repo: Repo, wanted: Wanted) -> bool:
        """Change and history in one transaction; False if it was there already."""
        alias, to = wanted.alias, wanted.tag
        key = (model_aliases.c.repo_pk == repo.pk) & (model_aliases.c.alias == alias)
        with self._database.write() as connection:
            before = connection.execute(select(model_aliases.c.tag).where(key)).scalar()
            if before == to:
                return False
            connection.execute(delete(model_aliases).where(key))
            now = self._now()
            if to is not None:
                row = {"repo_pk": repo.pk, "alias": alias, "tag": to, "set_by": actor.name, "set_at": now}
                connection.execute(insert(model_aliases).values(**row))
            _note(connection, repo.pk, Move(alias, before, to, actor.name, now, wanted.reason))
        return True


def _note(connection: Connection, repo_pk: int, move: Move) -> None:
    values = {"alias": move.alias, "from_tag": move.from_tag, "to_tag": move.to_tag, "by": move.by, "at": move.at}
    connection.execute(insert(model_alias_moves).values(repo_pk=repo_pk, reason=move.reason or None, **values))


def _check(alias: str) -> None:
    if not _NAME.fullmatch(alias):
        raise BadName(f"Invalid alias name: '{alias[:80]}'. An alias has 1 to 255 letters, digits, '_' and '-'")
    if alias.lower() == "latest" or _VERSION.fullmatch(alias):
        raise BadName(f"Alias name '{alias}' is reserved: it would be taken for a version")
