"""``hubcollab/api/repos/…/discussions`` and ``…/pulls``: discussions and pull requests for the panel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast, get_args

from .. import wire
from ..errors import BadQuery, DiscussionNotFound
from ..handler import HubHandler, in_thread
from ..names import RepoId, Revision, revision
from .models import ModelHandler
from .repos import REPO, named

if TYPE_CHECKING:
    from ..hub.discussed import Discussion, Happened, Person
    from ..hub.pulls import Standing

MOST_LISTED = 200
Type = Literal["all", "discussion", "pull_request"]
StatusAsked = Literal["all", "open", "closed"]


class DiscussionPages(ModelHandler):
    """What all routes of discussions share: the page with which they answer."""

    async def answer(self, repo: RepoId, number: int, status: int = 200) -> None:
        """Reply with the page of a discussion."""
        self.reply(await in_thread(self._page, repo, number), status)

    def _page(self, repo: RepoId, number: int) -> wire.DiscussionPage:
        social, actor = self.services.social, self.actor
        found = social.discussions.get(actor, repo, number)
        standing = social.pulls.standing(actor, found) if found.is_pull_request else None
        events = social.discussions.events(found) if standing is None else social.pulls.events(found, standing)
        return wire.DiscussionPage(
            discussion=summary(found),
            events=[self._event(found, event) for event in events],
            ref=found.ref,
            base=standing.base if standing is not None else None,
            head=standing.head if standing is not None else None,
            merge_commit=found.merge_commit,
            conflicts=list(standing.conflicts) if standing is not None else [],
            may_comment=social.discussions.may_comment(actor, found),
            may_change=social.discussions.may_change(actor, found),
            may_merge=standing is not None and social.pulls.may_merge(actor, found),
        )

    def _event(self, discussion: Discussion, event: Happened) -> wire.DiscussionEvent:
        content, discussions = event.content, self.services.social.discussions
        made = content.get("commit") if event.kind == "commit" else None
        text = made.message.partition("\n")[0] if made is not None else content.get("text")
        return wire.DiscussionEvent(
            id=event.id,
            kind=event.kind,
            author=_author(event.author),
            at=event.at,
            text=text,
            is_hidden=event.is_hidden,
            may_edit=discussions.may_edit(self.actor, discussion, event),
            may_hide=discussions.may_hide(self.actor, discussion, event),
            history=[
                wire.CommentVersion(text=one["text"], at=datetime.fromisoformat(one["at"]))
                for one in content.get("history", [])
            ],
            status=content.get("status"),
            old_title=content.get("from"),
            new_title=content.get("to"),
            commit=made.id if made is not None else None,
        )


class DiscussionsHandler(DiscussionPages):
    """The discussions and pull requests of a repo."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """A page of them, newest first."""
        self.reply(await in_thread(self._list, named(kinds, namespace, name)))

    async def post(self, kinds: str, namespace: str, name: str) -> None:
        """Begin a discussion."""
        repo, request = named(kinds, namespace, name), self.body(wire.DiscussionOpening)
        begin = self.services.social.discussions.open
        made = await in_thread(begin, self.actor, repo, request.title, request.text)
        await self.answer(repo, made.number, 201)

    def _list(self, repo: RepoId) -> wire.DiscussionList:
        from ..hub.discussions import Asked

        type, status = self.get_query_argument("type", "all"), self.get_query_argument("status", "all")
        if type not in get_args(Type) or status not in get_args(StatusAsked):
            raise BadQuery("type is all, discussion or pull_request; status is all, open or closed")
        limit, offset = self.number("limit", 50, MOST_LISTED), self.number("offset", 0, 1 << 30)
        author = self.get_query_argument("author", "") or None
        asked = Asked(cast(Type, type), cast(StatusAsked, status), author, limit, offset)
        discussions = self.services.social.discussions
        found, total = discussions.list(self.actor, repo, asked)
        still, closed = discussions.counts(self.actor, repo, asked.type)
        return wire.DiscussionList(discussions=[summary(one) for one in found], total=total, open=still, closed=closed)


class PullsHandler(DiscussionPages):
    """Where pull requests are opened."""

    async def post(self, kinds: str, namespace: str, name: str) -> None:
        """Ask for the commits of a branch to be merged."""
        from ..hub.pulls import Proposal

        repo, request = named(kinds, namespace, name), self.body(wire.PullRequestOpening)
        start = None if request.branch is None else revision(request.branch)
        proposal = Proposal(request.title, request.text, revision(request.target), start, request.draft)
        made = await in_thread(self.services.social.pulls.open, self.actor, repo, proposal)
        await self.answer(repo, made.number, 201)


class DiscussionHandler(DiscussionPages):
    """One discussion or pull request."""

    async def get(self, kinds: str, namespace: str, name: str, number: str) -> None:
        """All that its page shows."""
        await self.answer(named(kinds, namespace, name), numbered(number))


class PullDiffHandler(ModelHandler):
    """The changes of a pull request."""

    async def get(self, kinds: str, namespace: str, name: str, number: str) -> None:
        """All files, or the one that ``path`` names."""
        repo = named(kinds, namespace, name)
        standing = await in_thread(self._standing, repo, numbered(number))
        between, path = self.services.models.pages.between, self.get_query_argument("path", "")
        ends = Revision(standing.base), Revision(standing.head)
        self.reply(await in_thread(between, self.actor, repo, *ends, path))

    def _standing(self, repo: RepoId, number: int) -> Standing:
        found = self.services.social.discussions.get(self.actor, repo, number)
        return self.services.social.pulls.standing(self.actor, found)


class CommentsHandler(DiscussionPages):
    """Where comments are made."""

    async def post(self, kinds: str, namespace: str, name: str, number: str) -> None:
        """Say something."""
        repo, text = named(kinds, namespace, name), self.body(wire.CommentText).text
        await in_thread(self.services.social.discussions.comment, self.actor, repo, numbered(number), text)
        await self.answer(repo, numbered(number), 201)


class CommentHandler(DiscussionPages):
    """One comment."""

    async def put(self, kinds: str, namespace: str, name: str, *which: str) -> None:
        """Say it in other words."""
        repo, (number, comment) = named(kinds, namespace, name), which
        edit, text = self.services.social.discussions.edit, self.body(wire.CommentText).text
        await in_thread(edit, self.actor, repo, numbered(number), comment, text)
        await self.answer(repo, numbered(number))

    async def delete(self, kinds: str, namespace: str, name: str, *which: str) -> None:
        """Hide it for good."""
        repo, (number, comment) = named(kinds, namespace, name), which
        await in_thread(self.services.social.discussions.hide, self.actor, repo, numbered(number), comment)
        await self.answer(repo, numbered(number))


class StatusHandler(DiscussionPages):
    """Whether a discussion is open."""

    async def put(self, kinds: str, namespace: str, name: str, number: str) -> None:
        """Close it, open it again, or make a draft ready."""
        repo, asked = named(kinds, namespace, name), self.body(wire.StatusChange)
        change = self.services.social.discussions.set_status
        await in_thread(change, self.actor, repo, numbered(number), asked.status, asked.text)
        await self.answer(repo, numbered(number))


class TitleHandler(DiscussionPages):
    """What a discussion is called."""

    async def put(self, kinds: str, namespace: str, name: str, number: str) -> None:
        """Give it another title."""
        repo, title = named(kinds, namespace, name), self.body(wire.TitleChange).title
        await in_thread(self.services.social.discussions.rename, self.actor, repo, numbered(number), title)
        await self.answer(repo, numbered(number))


class MergeHandler(DiscussionPages):
    """Where pull requests are merged."""

    async def post(self, kinds: str, namespace: str, name: str, number: str) -> None:
        """Bring its commits into its target."""
        repo, asked = named(kinds, namespace, name), self.body(wire.MergeRequest)
        merge: Callable[..., Discussion] = self.services.social.pulls.merge
        await in_thread(merge, self.actor, repo, numbered(number), text=asked.text, head=asked.head)
        await self.answer(repo, numbered(number))


def numbered(text: str) -> int:
    """The number of a discussion in an address.

    Raises:
        DiscussionNotFound: no discussion can have it.
    """
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise DiscussionNotFound("discussions have numbers, as in discussions/1")
    return int(text)


def summary(found: Discussion) -> wire.DiscussionSummary:
    """What a list shows of a discussion."""
    return wire.DiscussionSummary(
        number=found.number,
        title=found.title,
        status=found.status,
        is_pull_request=found.is_pull_request,
        author=_author(found.author),
        target=found.target,
        comments=found.comments,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def _author(person: Person) -> wire.Author:
    return wire.Author(name=person.name, display_name=person.display_name)


_ONE = rf"{REPO}/discussions/([^/]+)"
ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{REPO}/discussions", DiscussionsHandler),
    (rf"{REPO}/pulls", PullsHandler),
    (_ONE, DiscussionHandler),
    (rf"{_ONE}/diff", PullDiffHandler),
    (rf"{_ONE}/comments", CommentsHandler),
    (rf"{_ONE}/comments/([^/]+)", CommentHandler),
    (rf"{_ONE}/status", StatusHandler),
    (rf"{_ONE}/title", TitleHandler),
    (rf"{_ONE}/merge", MergeHandler),
]
