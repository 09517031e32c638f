"""Versions that nobody should load any more: the reason, and what to take instead. Whoever loads one is told.

Built as ``Deprecations(database, repos, refs, events.publish)``. Requests of all clients ask here, so what is
deprecated is kept in memory, and read again every few seconds: another copy of the server may have changed it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import ColumnElement, delete, insert, select

from .. import wire
from ..access import require
from ..clock import utc_now
from ..errors import BadInput, VersionNotFound
from ..hub.events import RepoChanged
from ..storage.schema import deprecation_moves, version_deprecations
from ..storage.schema import repos as repo_table

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.refs import Refs
    from ..hub.repos import Repo, Repos
    from ..names import RepoId
    from ..storage.database import Database

LONGEST_REASON = 2_000
READ_EVERY_S = 5.0


class Deprecations:
    """The deprecated versions of all models."""

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
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._known: dict[int, dict[str, wire.Deprecation]] = {}
        self._warnings: dict[tuple[int, str], str] = {}

    def of(self, actor: Actor, repo: RepoId) -> dict[str, wire.Deprecation]:
        """The deprecated versions of a repo by tag."""
        known = self._all()
        return known.get(self._repos.get(actor, repo).pk, {}) if known else {}

    def deprecate(self, actor: Actor, repo: RepoId, tag: str, asked: wire.DeprecationRequest) -> None:
        """Warn whoever loads the version *tag*.

        Raises:
            VersionNotFound: there is no such version, or none to take instead.
            BadInput: no reason is given.
        """
        found = self._repos.get(actor, repo)
        require(actor, "write", found)
        reason = asked.reason.strip()
        if not reason or len(reason) > LONGEST_REASON:
            raise BadInput(f"say in 1 to {LONGEST_REASON:,} characters why {tag} should not be used any more")
        tags = {ref.name: ref.commit for ref in self._refs.tags(actor, found.id)}
        for wanted in (tag, *([asked.instead] if asked.instead else [])):
            if wanted not in tags:
                raise VersionNotFound(f"{found.id} has no version {wanted}; GET its versions to see which it has")
        if asked.instead == tag:
            raise BadInput(f"{tag} cannot be taken instead of itself")
        row = {"repo_pk": found.pk, "tag": tag, "commit": tags[tag], "reason": reason, "instead": asked.instead or None}
        with self._database.write() as connection:
            connection.execute(delete(version_deprecations).where(_at(found, tag)))
            connection.execute(insert(version_deprecations).values(**row, by=actor.name, at=self._now()))
            connection.execute(insert(deprecation_moves).values(self._move(actor, found, tag) | {"reason": reason}))
        self._changed(actor, found)

    def lift(self, actor: Actor, repo: RepoId, tag: str) -> None:
        """The version *tag* is good again; one that is not deprecated is no error."""
        found = self._repos.get(actor, repo)
        require(actor, "write", found)
        with self._database.write() as connection:
            if connection.execute(delete(version_deprecations).where(_at(found, tag))).rowcount:
                connection.execute(insert(deprecation_moves).values(self._move(actor, found, tag)))
        self._changed(actor, found)

    def _move(self, actor: Actor, repo: Repo, tag: str) -> dict[str, object]:
        return {"repo_pk": repo.pk, "tag": tag, "by": actor.name, "at": self._now()}

    def warning(self, repo: Repo, commit: str) -> str | None:
        """What to tell somebody who reads files of a commit; None where it is no deprecated version."""
        self._all()
        return self._warnings.get((repo.pk, commit))

    def marked_hits(self, found: wire.SearchReply) -> wire.SearchReply:
        """What a search found, the models whose newest version is deprecated with the reason."""
        known = self._all()
        if not known:
            return found
        rows = select(repo_table.c.pk, repo_table.c.namespace, repo_table.c.name).where(repo_table.c.pk.in_(known))
        with self._database.read() as connection:
            pks = {f"{row.namespace}/{row.name}": row.pk for row in connection.execute(rows)}
        hits = [
            msgspec.structs.replace(hit, model=_marked(hit.model, known.get(pks.get(hit.model.id, -1), {})))
            if hit.source == "hub" and hit.kind == "model"
            else hit
            for hit in found.hits
        ]
        return msgspec.structs.replace(found, hits=hits)

    def _all(self) -> dict[int, dict[str, wire.Deprecation]]:
        with self._lock:
            if time.monotonic() - self._read_at < READ_EVERY_S:
                return self._known
        found: dict[int, dict[str, wire.Deprecation]] = {}
        told: dict[tuple[int, str], str] = {}
        named = version_deprecations.join(repo_table, repo_table.c.pk == version_deprecations.c.repo_pk)
        query = select(version_deprecations, repo_table.c.namespace, repo_table.c.name).select_from(named)
        with self._database.read() as connection:
            for row in connection.execute(query):
                one = wire.Deprecation(reason=row.reason, instead=row.instead, by=row.by, at=row.at)
                found.setdefault(row.repo_pk, {})[row.tag] = one
                told[row.repo_pk, row.commit or ""] = _warning(f"{row.namespace}/{row.name}@{row.tag}", one)
        with self._lock:
            self._known, self._warnings, self._read_at = found, told, time.monotonic()
        return found

    def _changed(self, actor: Actor, repo: Repo) -> None:
        with self._lock:
            self._read_at = float("-inf")
        self._publish(RepoChanged(repo.id, actor, repo.private, repo.owner, None))


def _warning(version: str, found: wire.Deprecation) -> str:
    """The sentence that loaders see."""
    instead = f"; take {found.instead} instead" if found.instead else ""
    return f"{version} is deprecated: {found.reason}{instead}"


def _marked(model: wire.ModelSummary, known: dict[str, wire.Deprecation]) -> wire.ModelSummary:
    found = known.get(model.latest or "")
    return msgspec.structs.replace(model, deprecated=found.reason) if found is not None else model


def _at(repo: Repo, tag: str) -> ColumnElement[bool]:
    return (version_deprecations.c.repo_pk == repo.pk) & (version_deprecations.c.tag == tag)
