"""A `Listing` as SQL: which rows, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from ..storage.schema import likes, repo_tags, repos
from .listing import Listing

RECENT = timedelta(days=7)
_MOST_TRENDING = 1000
_COLUMNS: dict[str, ColumnElement[Any]] = {
    "updated": repos.c.updated_at,
    "created": repos.c.created_at,
    "downloads": repos.c.downloads,
    "likes": repos.c.likes,
    "trending": repos.c.downloads,
    "name": repos.c.key,
}


def asked(listing: Listing) -> list[ColumnElement[bool]]:
    """The conditions that *listing* names; who may see what is not among them."""
    wanted: list[ColumnElement[bool]] = [repos.c.kind == listing.kind]
    if listing.namespace is not None:
        wanted.append(func.lower(repos.c.namespace) == listing.namespace.lower())
    if listing.owner is not None:
        wanted.append(repos.c.owner == listing.owner)
    for word in (listing.search or "").lower().split():
        escaped = word.replace("/", "//").replace("%", "/%").replace("_", "/_")
        wanted.append(repos.c.key.like(f"{listing.kind}:%{escaped}%", escape="/"))
    if listing.gated is not None:
        wanted.append(repos.c.gated != "" if listing.gated else repos.c.gated == "")
    if listing.parameters is not None:
        wanted.append(repos.c.parameters.between(*listing.parameters))
    wanted += [repos.c.pk.in_(_tagged([tag])) for tag in listing.tags]
    wanted += [or_(*(_all_of(tags) for tags in choices)) for choices in listing.choices]
    return wanted


def page(connection: Connection, wanted: ColumnElement[bool], listing: Listing, now: datetime) -> Sequence[Row[Any]]:
    """The rows of a page."""
    column = _COLUMNS[listing.order]
    ordered = column.desc() if listing.direction == "descending" else column.asc()
    query = select(repos).where(wanted).order_by(ordered, repos.c.pk)
    if listing.order != "trending":
        return connection.execute(query.limit(listing.limit).offset(listing.offset)).all()
    # Few repos are liked in a week: they come first, the others as by downloads.
    recent = trending(connection, wanted, now)
    first = [row for row, _ in recent][listing.offset : listing.offset + listing.limit]
    rest = query.where(repos.c.pk.not_in([row.pk for row, _ in recent]))
    skipped = max(0, listing.offset - len(recent))
    return [*first, *connection.execute(rest.limit(listing.limit - len(first)).offset(skipped)).all()]


def trending(connection: Connection, wanted: ColumnElement[bool], now: datetime) -> Sequence[tuple[Row[Any], int]]:
    """The repos that were liked in the last days, and how often."""
    counted = (
        select(likes.c.repo_pk, func.count().label("liked"))
        .where(likes.c.at > now - RECENT)
        .group_by(likes.c.repo_pk)
        .subquery()
    )
    query = select(repos, counted.c.liked).join(counted, counted.c.repo_pk == repos.c.pk).where(wanted)
    ordered = query.order_by(counted.c.liked.desc(), repos.c.downloads.desc(), repos.c.pk)
    return [(row, row.liked) for row in connection.execute(ordered.limit(_MOST_TRENDING))]


def _tagged(tags: Sequence[str]) -> Any:
    return select(repo_tags.c.repo_pk).where(repo_tags.c.tag.in_(tags))


def _all_of(tags: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(repos.c.pk.in_(_tagged([tag])) for tag in tags))
