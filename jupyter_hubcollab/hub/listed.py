"""A `Listing` as SQL: which rows, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, text

from ..storage.schema import likes, repo_tags, repos
from .listing import Listing

RECENT = timedelta(days=7)
_MOST_TRENDING = 1000
_MOST_FEW = 5000
_MOST_TAGS = 10_000
_COLUMNS: dict[str, ColumnElement[Any]] = {
    "updated": repos.c.updated_at,
    "created": repos.c.created_at,
    "downloads": repos.c.downloads,
    "likes": repos.c.likes,
    "trending": repos.c.downloads,
    "name": repos.c.key,
}

_GATED: ColumnElement[bool] = repos.c.gated > ""


def asked(listing: Listing, *, of_few: bool = False) -> list[ColumnElement[bool]]:
    """The conditions that *listing* names; who may see what is not among them."""
    # Asked of a few rows, the kind must not tempt a database to go through all of that kind by an index.
    kind = func.coalesce(repos.c.kind, "") if of_few else repos.c.kind
    wanted: list[ColumnElement[bool]] = [kind == listing.kind]
    if listing.namespace is not None:
        wanted.append(_within(listing.kind, listing.namespace))
    if listing.owner is not None:
        wanted.append(repos.c.owner == listing.owner)
    if listing.among is not None:
        wanted.append(repos.c.key.in_(listing.among))
    wanted += [_named(listing.kind, word) for word in _words(listing)]
    if listing.gated is not None:
        wanted.append(_GATED if listing.gated else func.coalesce(repos.c.gated, "") == "")
    if listing.parameters is not None:
        wanted.append(repos.c.parameters.between(*listing.parameters))
    wanted += [_has(tag) for tag in listing.tags]
    wanted += [or_(*(_all_of(tags) for tags in choices)) for choices in listing.choices]
    return wanted


def page(connection: Connection, seen: ColumnElement[bool], listing: Listing, now: datetime) -> Sequence[Row[Any]]:
    """The rows of a page; *seen*: those that may be seen at all."""
    few = _few(connection, listing)
    wanted = and_(seen, *asked(listing, of_few=few is not None))
    column = _COLUMNS[listing.order]
    if few is not None:
        # The databases would go through all repos in the order asked for; a few are sorted sooner than that.
        among = text(f"repos.pk IN ({','.join(str(pk) for pk in few)})")
        wanted, column = and_(among, wanted), func.coalesce(column, column)
    # Both in one direction, as an index can be walked.
    both = (column, repos.c.pk)
    query = select(repos).where(wanted)
    query = query.order_by(*(one.desc() if listing.direction == "descending" else one.asc() for one in both))
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


def _few(connection: Connection, listing: Listing) -> list[int] | None:
    """The repos that a page can be of, if one of the conditions leaves only a few; each is asked of an index alone."""
    conditions = [select(repo_tags.c.repo_pk).where(repo_tags.c.tag == tag) for tag in listing.tags]
    if listing.namespace is not None:
        conditions.append(select(repos.c.pk).where(_within(listing.kind, listing.namespace)))
    conditions += [select(repos.c.pk).where(_named(listing.kind, word)) for word in _words(listing)]
    if listing.gated:
        conditions.append(select(repos.c.pk).where(_GATED))
    few: set[int] | None = None
    for condition in conditions:
        found = set(connection.execute(condition.limit(_MOST_FEW + 1)).scalars())
        if len(found) <= _MOST_FEW:
            few = found if few is None else few & found
    return None if few is None else sorted(few)


def _words(listing: Listing) -> list[str]:
    return (listing.search or "").lower().split()


def _named(kind: str, word: str) -> ColumnElement[bool]:
    """The name has *word* in it."""
    escaped = word.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return repos.c.key.like(f"{kind}:%{escaped}%", escape="/")


def _within(kind: str, namespace: str) -> ColumnElement[bool]:
    """In *namespace*: keys begin with it, and ``0`` is what comes after ``/``."""
    begin = f"{kind}:{namespace.lower()}"
    return and_(repos.c.key > f"{begin}/", repos.c.key < f"{begin}0")


def _has(tag: str) -> ColumnElement[bool]:
    mine = (repo_tags.c.repo_pk == repos.c.pk) & (repo_tags.c.tag == tag)
    return select(repo_tags.c.tag).where(mine).exists()


def _all_of(tags: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(_has(tag) for tag in tags))


def tags(connection: Connection, wanted: ColumnElement[bool]) -> Sequence[str]:
    """The tags of the repos that are *wanted*, the most frequent first."""
    query = select(repo_tags.c.tag).join(repos, repos.c.pk == repo_tags.c.repo_pk).where(wanted)
    counted = query.group_by(repo_tags.c.tag).order_by(func.count().desc(), repo_tags.c.tag).limit(_MOST_TAGS)
    return connection.execute(counted).scalars().all()
