"""Discussions: opened, listed, read, commented, renamed, closed. `pulls` adds what pull requests have besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, select, update

from ..access import Actor, require
from ..clock import utc_now
from ..errors import AccessDenied, BadRequestBody, DiscussionClosed, DiscussionNotFound
from ..names import RepoId
from ..storage.database import Database
from ..storage.schema import discussions
from .contributing import may_contribute, may_write, require_contribution
from .discussed import (
    MAKING,
    Asked,
    Discussion,
    Happened,
    Status,
    add,
    discussion_of,
    edited,
    events_of,
    find,
    happening,
    hidden,
    note,
    rewrite,
    said,
    titled,
)
from .events import DiscussionMoved, Events
from .repos import Repo, Repos
from .untold import promise

__all__ = ["Asked", "Discussion", "Discussions", "Happened", "Status"]

_OPEN, _CLOSED = ("open", "draft"), ("closed", "merged")


class Discussions:
    """The discussions and pull requests of all repos."""

    def __init__(self, database: Database, repos: Repos, events: Events, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._repos = repos
        self._events = events
        self._now = now

    def open(self, actor: Actor, repo: RepoId, title: str, text: str) -> Discussion:
        """Begin a discussion; for everybody who may read the repo."""
        found = self._contributable(actor, repo)
        now = self._now()
        first = happening(actor, now, "comment", {"text": said(text)})
        fields = {"title": titled(title), "status": "open", "author": actor.name, "author_name": actor.display_name}
        with self._database.write() as connection:
            number = add(connection, found, fields | {"is_pull_request": False, "created_at": now, "updated_at": now})
            note(connection, (found.pk, number), first)
            made = find(connection, found, number)
            news = promise(connection, DiscussionMoved(found.id, number, "opened", actor, first.id))
        self._events.publish(news)
        return made

    def list(self, actor: Actor, repo: RepoId, asked: Asked) -> tuple[Sequence[Discussion], int]:
        """A page of discussions, the newest first, and how many there are on all pages."""
        found = self._repos.get(actor, repo)
        wanted = _wanted(found, asked)
        query = select(discussions).where(wanted).order_by(discussions.c.number.desc())
        with self._database.read() as connection:
            rows = connection.execute(query.limit(asked.limit).offset(asked.offset)).all()
            total = connection.execute(select(func.count()).select_from(discussions).where(wanted)).scalar_one()
        return tuple(discussion_of(found, row) for row in rows), total

    def counts(self, actor: Actor, repo: RepoId, type: Literal["all", "discussion", "pull_request"]) -> tuple[int, int]:
        """How many discussions are open, and how many are not."""
        found = self._repos.get(actor, repo)
        query = select(discussions.c.status, func.count()).where(_wanted(found, Asked(type)))
        with self._database.read() as connection:
            by_status = {row[0]: row[1] for row in connection.execute(query.group_by(discussions.c.status))}
        return (
            sum(count for status, count in by_status.items() if status in _OPEN),
            sum(count for status, count in by_status.items() if status in _CLOSED),
        )

    def get(self, actor: Actor, repo: RepoId, number: int) -> Discussion:
        """One discussion.

        Raises:
            DiscussionNotFound: there is none of this number.
        """
        found = self._repos.get(actor, repo)
        with self._database.read() as connection:
            return find(connection, found, number)

    def events(self, discussion: Discussion) -> Sequence[Happened]:
        """What happened in a discussion that was found before, commits aside."""
        with self._database.read() as connection:
            return events_of(connection, (discussion.repo.pk, discussion.number))

    def comment(self, actor: Actor, repo: RepoId, number: int, text: str) -> Happened:
        """Say something; also where it is closed."""
        made = happening(actor, self._now(), "comment", {"text": said(text)})
        return self._add(actor, self._open_to(actor, repo, number), made, "comment")

    def edit(self, actor: Actor, repo: RepoId, number: int, comment: str, text: str) -> Happened:
        """Say it in other words; for its author. What it said before can still be read.

        Raises:
            AccessDenied: it is somebody else's, or hidden.
        """
        discussion, old = self._comment(actor, repo, number, comment)
        if old.author.name != actor.name or old.is_hidden:
            raise AccessDenied("only the author of a comment may edit it, and nobody a hidden one")
        if old.content["text"] == said(text):
            return old
        return self._rewrite(actor, discussion, edited(old, said(text), self._now()))

    def hide(self, actor: Actor, repo: RepoId, number: int, comment: str) -> Happened:
        """Take a comment's text away for good; for its author and whoever may write to the repo."""
        discussion, old = self._comment(actor, repo, number, comment)
        if old.author.name != actor.name:
            require(actor, "write", discussion.repo)
        return old if old.is_hidden else self._rewrite(actor, discussion, hidden(old, actor.name))

    def rename(self, actor: Actor, repo: RepoId, number: int, title: str) -> Happened:
        """Give it another title."""
        discussion = self._changeable(actor, repo, number)
        changed = happening(actor, self._now(), "title", {"from": discussion.title, "to": titled(title)})
        return self._add(actor, discussion, changed, "title", {"title": titled(title)})

    def set_status(self, actor: Actor, repo: RepoId, number: int, status: Status, text: str = "") -> Happened:
        """Close it, open it again, or make a draft ready; with a comment, if there is something to say.

        Raises:
            DiscussionClosed: it was merged, which stays so.
            BadRequestBody: only pull requests can be drafts, and only `Pulls.merge` merges.
        """
        discussion = self._changeable(actor, repo, number)
        if discussion.status == "merged":
            raise DiscussionClosed(f"pull request {number} is merged, and stays so")
        if status == "merged" or (status == "draft" and not discussion.is_pull_request):
            raise BadRequestBody("status is open or closed; of pull requests also draft")
        if text.strip():
            self.comment(actor, repo, number, text)
        changed = happening(actor, self._now(), "status", {"status": status})
        return self._add(actor, discussion, changed, "status", {"status": status})

    def may_change(self, actor: Actor, discussion: Discussion) -> bool:
        """May *actor* rename, close and open it? Its author may, and whoever writes to the repo."""
        mine = actor.name == discussion.author.name and may_contribute(actor, discussion.repo)
        return (mine or may_write(actor, discussion.repo)) and discussion.status != "merged"

    def may_comment(self, actor: Actor, discussion: Discussion) -> bool:
        """May *actor* say something?"""
        return may_contribute(actor, discussion.repo)

    def may_edit(self, actor: Actor, discussion: Discussion, event: Happened) -> bool:
        """May *actor* say a comment in other words?"""
        mine = event.kind == "comment" and event.author.name == actor.name and not event.is_hidden
        return mine and may_contribute(actor, discussion.repo)

    def may_hide(self, actor: Actor, discussion: Discussion, event: Happened) -> bool:
        """May *actor* take a comment away?"""
        if event.kind != "comment" or event.is_hidden:
            return False
        return self.may_edit(actor, discussion, event) or may_write(actor, discussion.repo)

    def _contributable(self, actor: Actor, repo: RepoId) -> Repo:
        found = self._repos.get(actor, repo)
        require_contribution(actor, found)
        return found

    def _open_to(self, actor: Actor, repo: RepoId, number: int) -> Discussion:
        found = self._contributable(actor, repo)
        with self._database.read() as connection:
            return find(connection, found, number)

    def _changeable(self, actor: Actor, repo: RepoId, number: int) -> Discussion:
        discussion = self._open_to(actor, repo, number)
        if actor.name != discussion.author.name:
            require(actor, "write", discussion.repo)
        return discussion

    def _comment(self, actor: Actor, repo: RepoId, number: int, comment: str) -> tuple[Discussion, Happened]:
        discussion = self._open_to(actor, repo, number)
        for event in self.events(discussion):
            if event.id == comment and event.kind == "comment":
                return discussion, event
        raise DiscussionNotFound(f"discussion {number} has no comment {comment[:24]}")

    def _add(
        self,
        actor: Actor,
        discussion: Discussion,
        event: Happened,
        change: Literal["comment", "status", "title"],
        values: dict[str, str] | None = None,
    ) -> Happened:
        mine = (discussions.c.repo_pk == discussion.repo.pk) & (discussions.c.number == discussion.number)
        with self._database.write() as connection:
            if values is not None:
                still = mine & (discussions.c.status == discussion.status)
                if not connection.execute(update(discussions).where(still).values(**values)).rowcount:
                    raise DiscussionClosed("somebody changed it in the same moment; look at it again")
            note(connection, (discussion.repo.pk, discussion.number), event)
            moved = DiscussionMoved(discussion.repo.id, discussion.number, change, actor, event.id)
            news = promise(connection, moved)
        self._events.publish(news)
        return event

    def _rewrite(self, actor: Actor, discussion: Discussion, event: Happened) -> Happened:
        with self._database.write() as connection:
            rewrite(connection, event)
            moved = DiscussionMoved(discussion.repo.id, discussion.number, "edited", actor, event.id)
            news = promise(connection, moved)
        self._events.publish(news)
        return event


def _wanted(repo: Repo, asked: Asked) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = [discussions.c.repo_pk == repo.pk, discussions.c.status != MAKING]
    if asked.type != "all":
        wanted.append(discussions.c.is_pull_request.is_(asked.type == "pull_request"))
    if asked.status != "all":
        wanted.append(discussions.c.status.in_(_OPEN if asked.status == "open" else _CLOSED))
    if asked.author:
        wanted.append(discussions.c.author == asked.author)
    return and_(*wanted)
