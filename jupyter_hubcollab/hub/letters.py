"""What webhooks are told: events of the hub in the words of the Hugging Face Hub's webhooks, version 3."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from ..errors import NotFound
from ..names import RepoId
from .discussed import Discussion, Happened
from .discussions import Discussions
from .events import CommitMade, DiscussionMoved, RepoChanged, RepoDeleted
from .repos import Repo

Payload = dict[str, Any]
News = CommitMade | RepoChanged | RepoDeleted | DiscussionMoved
_DISCUSSED = {
    "opened": ("create", "discussion"),
    "comment": ("create", "discussion.comment"),
    "edited": ("update", "discussion.comment"),
    "status": ("update", "discussion"),
    "title": ("update", "discussion"),
    "merged": ("update", "discussion"),
}


def domain_of(news: News) -> str:
    """The domain to which somebody subscribes to hear *news*."""
    return "discussion" if isinstance(news, DiscussionMoved) else "repo"


def letter(news: News, repo: Repo | None, home: str) -> Payload | None:
    """*news* of *repo* (None: it is gone) with links below *home*; None if nobody is told of it."""
    shape = {"repo": _repo(news.repo, repo, home, news)}
    match news:
        case CommitMade():
            moved = {"ref": news.ref, "oldSha": news.former, "newSha": news.commit}
            if news.tag is not None and not news.ref.startswith("refs/tags/"):
                tagged = {"ref": f"refs/tags/{news.tag}", "oldSha": None, "newSha": news.commit}
                return shape | _event("update", "repo.content") | {"updatedRefs": [moved, tagged]}
            return shape | _event("update", "repo.content") | {"updatedRefs": [moved]}
        case RepoDeleted():
            return shape | _event("delete", "repo")
        case RepoChanged(former=None):
            return shape | (_event("create", "repo") if news.is_new else _event("update", "repo.config"))
        case RepoChanged():
            assert news.former is not None
            to = {"name": str(news.repo), "owner": {"id": news.repo.namespace}}
            return {"repo": shape["repo"] | {"name": str(news.former)}} | _event("move", "repo") | {"movedTo": to}
        case DiscussionMoved():
            found = _DISCUSSED.get(news.change)
            return None if found is None else shape | _event(*found)


def with_discussion(payload: Payload, news: DiscussionMoved, discussions: Discussions, home: str) -> Payload:
    """*payload* with the discussion, and the comment if it is about one.

    Raises:
        NotFound: the repo or the discussion is gone.
    """
    found = discussions.get(news.actor, news.repo, news.number)
    payload = payload | {"discussion": _discussion(found, home)}
    if not payload["event"]["scope"].endswith("comment") and news.change != "opened":
        return payload
    said = next((one for one in discussions.events(found) if one.id == news.event), None)
    if said is None:
        raise NotFound("the comment is gone")
    return payload | {"comment": _comment(said, found, home)}


def _event(action: str, scope: str) -> Payload:
    return {"event": {"action": action, "scope": scope}}


def _repo(id: RepoId, repo: Repo | None, home: str, news: News) -> Payload:
    shape: Payload = {
        "type": id.kind,
        "name": str(id),
        "id": f"{repo.pk:024x}" if repo is not None else id.key,
        "private": repo.private if repo is not None else getattr(news, "private", True),
        "owner": {"id": id.namespace},
        "url": _url(home, _place(id), f"api/{id.kind}s/{id}"),
    }
    return shape | ({"headSha": repo.head} if repo is not None else {})


def _discussion(found: Discussion, home: str) -> Payload:
    id = found.repo.id
    path = f"discussions/{found.number}"
    shape: Payload = {
        "id": f"{found.repo.pk:012x}{found.number:012x}",
        "num": found.number,
        "title": found.title,
        "status": found.status,
        "isPullRequest": found.is_pull_request,
        "author": {"id": found.author.name},
        "url": _url(home, f"{_place(id)}/{path}", f"api/{id.kind}s/{id}/{path}"),
    }
    if found.target is not None:
        changes = {"base": f"refs/heads/{found.target}"}
        shape["changes"] = changes | ({"mergeCommitId": found.merge_commit} if found.merge_commit else {})
    return shape


def _comment(said: Happened, found: Discussion, home: str) -> Payload:
    web = f"{_place(found.repo.id)}/discussions/{found.number}#{said.id}"
    shape: Payload = {"id": said.id, "author": {"id": said.author.name}, "hidden": said.is_hidden}
    return shape | {"url": {"web": urljoin(home, web)}} | ({} if said.is_hidden else {"content": said.content["text"]})


def _place(id: RepoId) -> str:
    return str(id) if id.kind == "model" else f"{id.kind}s/{id}"


def _url(home: str, web: str, api: str) -> Payload:
    return {"web": urljoin(home, web), "api": urljoin(home, api)}
