"""Discussions as values, and the rows that they are kept in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, func, insert, select, update

from ..access import Actor
from ..errors import BadRequestBody, DiscussionNotFound
from ..names import Revision
from ..storage.schema import discussion_events, discussions
from .repos import Repo

Status = Literal["draft", "open", "closed", "merged"]
Happening = Literal["comment", "status", "title", "commit"]
MAKING = "making"
"""Status of a pull request whose ref is not there yet; nobody sees it."""
LONGEST_TITLE, LONGEST_TEXT = 500, 64 << 10


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who said or did something."""

    name: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Discussion:
    """A discussion or a pull request."""

    repo: Repo
    number: int
    title: str
    status: Status
    author: Person
    is_pull_request: bool
    target: Revision | None
    base: str | None
    merge_commit: str | None
    created_at: datetime
    updated_at: datetime
    comments: int

    @property
    def ref(self) -> str | None:
        """Where the commits of a pull request are."""
        return f"refs/pr/{self.number}" if self.is_pull_request else None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened in a discussion; ``content`` by kind: a comment's text and earlier texts, and so on."""

    id: str
    kind: Happening
    author: Person
    at: datetime
    content: dict[str, Any]

    @property
    def is_hidden(self) -> bool:
        """Whether it is a comment that nobody reads any more."""
        return bool(self.content.get("hidden"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which discussions of a repo to list."""

    type: Literal["all", "discussion", "pull_request"] = "all"
    status: Literal["all", "open", "closed"] = "all"
    author: str | None = None
    limit: int = 50
    offset: int = 0


def discussion_of(repo: Repo, row: Row[Any]) -> Discussion:
    """A row as a value."""
    return Discussion(
        repo,
        row.number,
        row.title,
        cast(Status, row.status),
        Person(row.author, row.author_name or row.author),
        row.is_pull_request,
        None if row.target is None else Revision(row.target),
        row.base,
        row.merge_commit,
        row.created_at,
        row.updated_at or row.created_at,
        row.comments,
    )


def happened_of(row: Row[Any]) -> Happened:
    """A row as a value."""
    content = json.loads(row.content)
    return Happened(row.id, cast(Happening, row.kind), Person(row.author, content.pop("by")), row.at, content)


def find(connection: Connection, repo: Repo, number: int) -> Discussion:
    """The discussion of this number.

    Raises:
        DiscussionNotFound: there is none.
    """
    mine = (discussions.c.repo_pk == repo.pk) & (discussions.c.number == number)
    row = connection.execute(select(discussions).where(mine, discussions.c.status != MAKING)).one_or_none()
    if row is None:
        raise DiscussionNotFound(f"{repo.id} has no discussion {number}")
    return discussion_of(repo, row)


def add(connection: Connection, repo: Repo, fields: dict[str, Any], lowest: int = 1) -> int:
    """Add a discussion with the next number, *lowest* or more, which is given back."""
    last = connection.execute(select(func.max(discussions.c.number)).where(discussions.c.repo_pk == repo.pk)).scalar()
    number = max((last or 0) + 1, lowest)
    connection.execute(insert(discussions).values(repo_pk=repo.pk, number=number, **fields))
    return number


def note(connection: Connection, about: tuple[int, int], happened: Happened) -> None:
    """Append to the events of the discussion (repo, number)."""
    pk, number = about
    events = discussion_events.c
    last = connection.execute(
        select(func.max(events.position)).where(events.repo_pk == pk, events.number == number)
    ).scalar()
    row = {"id": happened.id, "repo_pk": pk, "number": number, "position": 0 if last is None else last + 1}
    row |= {"kind": happened.kind, "author": happened.author.name, "at": happened.at}
    content = json.dumps(happened.content | {"by": happened.author.display_name})
    connection.execute(insert(discussion_events).values(**row, content=content))
    mine = (discussions.c.repo_pk == pk) & (discussions.c.number == number)
    said = 1 if happened.kind == "comment" else 0
    changed = update(discussions).where(mine)
    connection.execute(changed.values(updated_at=happened.at, comments=discussions.c.comments + said))


def rewrite(connection: Connection, happened: Happened) -> None:
    """Give an event another content."""
    content = json.dumps(happened.content | {"by": happened.author.display_name})
    connection.execute(update(discussion_events).where(discussion_events.c.id == happened.id).values(content=content))


def events_of(connection: Connection, about: tuple[int, int]) -> Sequence[Happened]:
    """All events of a discussion that are kept, the first one first."""
    events = discussion_events.c
    query = select(discussion_events).where(events.repo_pk == about[0], events.number == about[1])
    return tuple(happened_of(row) for row in connection.execute(query.order_by(events.position)))


def happening(actor: Actor, at: datetime, kind: Happening, content: dict[str, Any]) -> Happened:
    """Something that *actor* does now."""
    return Happened(secrets.token_hex(12), kind, Person(actor.name, actor.display_name), at, content)


def edited(comment: Happened, text: str, at: datetime) -> Happened:
    """*comment* with another text; the earlier one is kept."""
    before = {"text": comment.content["text"], "at": comment.content.get("edited_at", comment.at.isoformat())}
    history = [*comment.content.get("history", []), before]
    return replace(comment, content={"text": text, "history": history, "edited_at": at.isoformat()})


def hidden(comment: Happened, by: str) -> Happened:
    """*comment* without its texts."""
    return replace(comment, content={"text": "", "hidden": True, "hidden_by": by})


def titled(title: str) -> str:
    """*title* on one line.

    Raises:
        BadRequestBody: nothing is left of it, or it is too long.
    """
    line = " ".join(title.split())
    if not line or len(line) > LONGEST_TITLE:
        raise BadRequestBody(f"a title has 1 to {LONGEST_TITLE} characters")
    return line


def said(text: str) -> str:
    """*text* as a comment.

    Raises:
        BadRequestBody: nothing is left of it, or it is too long.
    """
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise BadRequestBody(f"a comment has 1 to {LONGEST_TEXT} characters")
    return text.strip()
