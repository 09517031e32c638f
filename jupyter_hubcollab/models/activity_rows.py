"""What rows tell of the activity of a repo: aliases, deprecations, gates, discussions, reviews."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from .. import wire
from ..hub.discussed import MAKING
from ..storage.schema import (
    deprecation_moves,
    discussion_events,
    discussions,
    gate_runs,
    model_alias_moves,
    reviews,
)

if TYPE_CHECKING:
    from ..hub.repos import Repo
    from ..storage.database import Database

LONGEST = 200
"""Characters of what somebody said."""
_KINDS: dict[str, wire.ActivityKind] = {"comment": "comment", "status": "status", "title": "title", "commit": "push"}


@dataclass(frozen=True, slots=True)
class _Source:
    """A table in which things that happened stand."""

    query: Select[Any]
    mine: ColumnElement[int]
    at: ColumnElement[Any]
    shown: Callable[[Row[Any]], wire.Activity]


def listed(database: Database, repo: Repo, most: int) -> list[wire.Activity]:
    """The newest of each kind."""
    found: list[wire.Activity] = []
    with database.read() as connection:
        for source in _SOURCES:
            newest = source.query.where(source.mine == repo.pk).order_by(source.at.desc()).limit(most)
            found += [source.shown(row) for row in connection.execute(newest)]
    return found


def merges(database: Database, repo: Repo) -> set[str]:
    """The commits by which pull requests were merged."""
    query = select(discussions.c.merge_commit).where(discussions.c.repo_pk == repo.pk)
    with database.read() as connection:
        return set(connection.execute(query.where(discussions.c.merge_commit.is_not(None))).scalars())


def _activity(id: str, kind: wire.ActivityKind, row: Row[Any], by: wire.Author, **said: Any) -> wire.Activity:
    rest = {"text": "", "number": None, "before": None, "after": None, "state": ""} | said
    return wire.Activity(id=f"{kind} {id}", kind=kind, at=row.happened, by=by, **rest)


def _person(name: str, shown: str | None = None) -> wire.Author:
    return wire.Author(name=name, display_name=shown or name)


def _alias(row: Row[Any]) -> wire.Activity:
    by, text = _person(row.by), row.reason or ""
    return _activity(str(row.id), "alias", row, by, about=row.alias, text=text, before=row.from_tag, after=row.to_tag)


def _deprecation(row: Row[Any]) -> wire.Activity:
    state, text = "lifted" if row.reason is None else "deprecated", (row.reason or "")[:LONGEST]
    return _activity(
        str(row.id), "deprecation", row, _person(row.by), about=row.tag, text=text, after=row.tag, state=state
    )


def _gate(row: Row[Any]) -> wire.Activity:
    kind: wire.ActivityKind = "gate" if row.only is None else "reproduction"
    about, by = row.tag or row.commit[:8], _person(row.started_by, row.started_by_name)
    after = row.tag or row.commit
    return _activity(row.id, kind, row, by, about=about, text=row.detail, number=row.pull, after=after, state=row.state)


def _discussion(row: Row[Any]) -> wire.Activity:
    kind: wire.ActivityKind = "pull" if row.is_pull_request else "discussion"
    by = _person(row.author, row.author_name)
    return _activity(str(row.number), kind, row, by, about=row.title, number=row.number, before=row.target)


def _happened(row: Row[Any]) -> wire.Activity:
    content = json.loads(row.content)
    return _activity(
        row.id,
        _KINDS[row.kind],
        row,
        _person(row.author, content.get("by")),
        about=row.title,
        text=str(content.get("text") or content.get("to") or "")[:LONGEST],
        number=row.number,
        before=content.get("from"),
        state=content.get("status", ""),
    )


def _review(row: Row[Any]) -> wire.Activity:
    by = _person(row.user, row.display_name)
    after, text = row.version or None, row.text[:LONGEST]
    id = f"{row.user} {row.version}"
    return _activity(id, "review", row, by, about=row.version, text=text, after=after, state=str(row.stars))


def _timed(table: Any, at: ColumnElement[Any]) -> Select[Any]:
    return select(table, at.label("happened"))


_GATED_AT = func.coalesce(gate_runs.c.ended_at, gate_runs.c.created_at)
_TALK = discussion_events.join(
    discussions,
    (discussions.c.repo_pk == discussion_events.c.repo_pk) & (discussions.c.number == discussion_events.c.number),
)
_EVENTS = (
    select(discussion_events, discussions.c.title, discussion_events.c.at.label("happened"))
    .select_from(_TALK)
    # The first comment is the discussion itself.
    .where(discussions.c.status != MAKING, discussion_events.c.position > 0, discussion_events.c.kind.in_(_KINDS))
)
_SOURCES = (
    _Source(
        _timed(model_alias_moves, model_alias_moves.c.at), model_alias_moves.c.repo_pk, model_alias_moves.c.at, _alias
    ),
    _Source(
        _timed(deprecation_moves, deprecation_moves.c.at),
        deprecation_moves.c.repo_pk,
        deprecation_moves.c.at,
        _deprecation,
    ),
    _Source(_timed(gate_runs, _GATED_AT), gate_runs.c.repo_pk, _GATED_AT, _gate),
    _Source(
        _timed(discussions, discussions.c.created_at).where(discussions.c.status != MAKING),
        discussions.c.repo_pk,
        discussions.c.created_at,
        _discussion,
    ),
    _Source(_EVENTS, discussion_events.c.repo_pk, discussion_events.c.at, _happened),
    _Source(_timed(reviews, reviews.c.updated_at), reviews.c.repo_pk, reviews.c.updated_at, _review),
)
