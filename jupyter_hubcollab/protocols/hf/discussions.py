"""Discussions and pull requests."""

from __future__ import annotations

import html
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from ...errors import BadQuery, BadRequestBody
from ...handler import HubHandler
from ...names import RepoId
from ..threads import in_thread
from .base import API_REPO, HFHandler
from .shapes import Json, time_text

if TYPE_CHECKING:
    from ...hub.discussed import Discussion, Happened, Person

_PAGE = 50
_NUMBER = r"(?P<number>[1-9][0-9]{0,8})"
_COMMENT = r"(?P<comment>[0-9a-f]{24})"
Type = Literal["all", "discussion", "pull_request"]
StatusAsked = Literal["all", "open", "closed"]


class DiscussionsHandler(HFHandler):
    """``get_repo_discussions``, ``create_discussion``, ``create_pull_request``."""

    async def get(self, kind: str, namespace: str, name: str) -> None:
        """A page of them, newest first."""
        repo, page = self.repo(kind, namespace, name), self.number("p", 0, 1 << 30)
        self.reply(await in_thread(self._page, repo, page))

    async def post(self, kind: str, namespace: str, name: str) -> None:
        """Begin one; a pull request is a draft until its author says that it is ready."""
        fields = self.fields()
        repo, is_pull = self.repo(kind, namespace, name), fields.get("pullRequest") is True
        begin = self._begin_pull if is_pull else self._begin
        number = await in_thread(begin, repo, str(fields.get("title") or ""), str(fields.get("description") or ""))
        self.reply({"num": number, "pullRequest": is_pull, "url": f"{self.repo_url(repo)}/discussions/{number}"})

    def _page(self, repo: RepoId, page: int) -> Json:
        from ...hub.discussions import Asked

        type, status = self.get_query_argument("type", "all"), self.get_query_argument("status", "all")
        if type not in get_args(Type) or status not in get_args(StatusAsked):
            raise BadQuery("type is all, discussion or pull_request; status is all, open or closed")
        author = self.get_query_argument("author", "") or None
        asked = Asked(cast(Type, type), cast(StatusAsked, status), author, _PAGE, page * _PAGE)
        found, total = self.services.social.discussions.list(self.actor, repo, asked)
        _, closed = self.services.social.discussions.counts(self.actor, repo, asked.type)
        shapes = [discussion_shape(one) for one in found]
        return {"discussions": shapes, "count": total, "start": asked.offset, "numClosedDiscussions": closed}

    def _begin(self, repo: RepoId, title: str, text: str) -> int:
        return self.services.social.discussions.open(self.actor, repo, title, text).number

    def _begin_pull(self, repo: RepoId, title: str, text: str) -> int:
        from ...hub.pulls import Proposal

        return self.services.social.pulls.open(self.actor, repo, Proposal(title, text, is_draft=True)).number


class DiscussionHandler(HFHandler):
    """``get_discussion_details``."""

    async def get(self, kind: str, namespace: str, name: str, number: str) -> None:
        """What happened in it; of a pull request also how it stands, and the diff."""
        self.reply(await in_thread(self._shape, self.repo(kind, namespace, name), int(number)))

    def _shape(self, repo: RepoId, number: int) -> Json:
        social = self.services.social
        found = social.discussions.get(self.actor, repo, number)
        shape = discussion_shape(found)
        if not found.is_pull_request:
            return shape | {"events": [event_shape(one) for one in social.discussions.events(found)]}
        standing = social.pulls.standing(self.actor, found)
        shape["events"] = [event_shape(one) for one in social.pulls.events(found, standing)]
        shape["changes"] = {"base": f"refs/heads/{found.target}"}
        if found.merge_commit is not None:
            shape["changes"]["mergeCommitId"] = found.merge_commit
        shape["filesWithConflicts"] = list(standing.conflicts)
        if self.flag("diff"):
            shape["diff"] = social.pulls.patch(self.actor, found, standing)
        return shape


class CommentHandler(HFHandler):
    """``comment_discussion``."""

    async def post(self, kind: str, namespace: str, name: str, number: str) -> None:
        """Say something."""
        text = _text(self.fields(), "comment")
        say = self.services.social.discussions.comment
        made = await in_thread(say, self.actor, self.repo(kind, namespace, name), int(number), text)
        self.reply({"newMessage": event_shape(made)})


class EditHandler(HFHandler):
    """``edit_discussion_comment``."""

    async def post(self, kind: str, namespace: str, name: str, number: str, comment: str) -> None:
        """Say it in other words."""
        repo, text = self.repo(kind, namespace, name), _text(self.fields(), "content")
        edit = self.services.social.discussions.edit
        self.reply({"updatedComment": event_shape(await in_thread(edit, self.actor, repo, int(number), comment, text))})


class HideHandler(HFHandler):
    """``hide_discussion_comment``."""

    async def post(self, kind: str, namespace: str, name: str, number: str, comment: str) -> None:
        """Take it away for good."""
        repo, hide = self.repo(kind, namespace, name), self.services.social.discussions.hide
        self.reply({"updatedComment": event_shape(await in_thread(hide, self.actor, repo, int(number), comment))})


class TitleHandler(HFHandler):
    """``rename_discussion``."""

    async def post(self, kind: str, namespace: str, name: str, number: str) -> None:
        """Give it another title."""
        repo, title = self.repo(kind, namespace, name), _text(self.fields(), "title")
        rename = self.services.social.discussions.rename
        self.reply({"newTitle": event_shape(await in_thread(rename, self.actor, repo, int(number), title))})


class StatusHandler(HFHandler):
    """``change_discussion_status``."""

    async def post(self, kind: str, namespace: str, name: str, number: str) -> None:
        """Close it, open it, or make it a draft."""
        fields = self.fields()
        status = fields.get("status")
        if status not in ("draft", "open", "closed"):
            raise BadRequestBody("status is open or closed; of pull requests also draft")
        change, repo = self.services.social.discussions.set_status, self.repo(kind, namespace, name)
        made = await in_thread(change, self.actor, repo, int(number), status, str(fields.get("comment") or ""))
        self.reply({"newStatus": event_shape(made)})


class MergeHandler(HFHandler):
    """``merge_pull_request``."""

    async def post(self, kind: str, namespace: str, name: str, number: str) -> None:
        """Bring its commits into its target."""
        fields = self.fields() if self.request.body not in (b"", b"null") else {}
        merge, text = self.services.social.pulls.merge, str(fields.get("comment") or "")
        merged = await in_thread(merge, self.actor, self.repo(kind, namespace, name), int(number), text=text)
        self.reply({"mergeCommitId": merged.merge_commit})


def discussion_shape(found: Discussion) -> Json:
    """What a list says of a discussion."""
    return {
        "num": found.number,
        "author": _person(found.author),
        "repo": {"name": str(found.repo.id), "type": found.repo.id.kind},
        "title": found.title,
        "status": found.status,
        "createdAt": time_text(found.created_at),
        "isPullRequest": found.is_pull_request,
        "numComments": found.comments,
        "pinned": False,
    }


def event_shape(event: Happened) -> Json:
    """Something that happened, in the words of this protocol."""
    shape: Json = {"id": event.id, "author": _person(event.author), "createdAt": time_text(event.at)}
    content = event.content
    match event.kind:
        case "status":
            return shape | {"type": "status-change", "data": {"status": content["status"]}}
        case "title":
            return shape | {"type": "title-change", "data": {"from": content["from"], "to": content["to"]}}
        case "commit":
            made = content["commit"]
            return shape | {"type": "commit", "data": {"subject": made.message.partition("\n")[0], "oid": made.id}}
        case "comment":
            return shape | {"type": "comment", "data": _comment(event)}


def _comment(event: Happened) -> Json:
    content = event.content
    text = "This comment has been hidden" if event.is_hidden else content["text"]
    updated = content.get("edited_at", event.at.isoformat())
    return {
        "edited": bool(content.get("history")),
        "hidden": event.is_hidden,
        "hiddenBy": content.get("hidden_by", ""),
        "latest": _version(text, updated, event.author),
        "history": [_version(one["text"], one["at"], event.author) for one in content.get("history", [])],
        "numEdits": len(content.get("history", [])),
    }


def _version(text: str, at: str, author: Person) -> Json:
    moment = time_text(datetime.fromisoformat(at))
    # Markdown is shown by the panel; here it is only made safe to stand in a page.
    shown = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n\n"))
    return {"raw": text, "html": shown, "updatedAt": moment, "author": _person(author)}


def _person(person: Person) -> Json:
    return {"name": person.name, "fullname": person.display_name, "type": "user", "avatarUrl": ""}


def _text(fields: dict[str, Any], name: str) -> str:
    text = fields.get(name)
    if not isinstance(text, str):
        raise BadRequestBody(f"{name} must be a text")
    return text


_ONE = rf"{API_REPO}/discussions/{_NUMBER}"
ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{API_REPO}/discussions", DiscussionsHandler),
    (_ONE, DiscussionHandler),
    (rf"{_ONE}/comment", CommentHandler),
    (rf"{_ONE}/comment/{_COMMENT}/edit", EditHandler),
    (rf"{_ONE}/comment/{_COMMENT}/hide", HideHandler),
    (rf"{_ONE}/title", TitleHandler),
    (rf"{_ONE}/status", StatusHandler),
    (rf"{_ONE}/merge", MergeHandler),
]
