"""Branches, tags and history."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ...handler import HubHandler
from ...names import DEFAULT_BRANCH, RepoId
from ..threads import in_thread
from .base import API_REPO, REVISION, HFHandler
from .shapes import Json, commit_shape
from .upstream import or_upstream, pull_commits, pull_refs

if TYPE_CHECKING:
    from ...hub.refs import Ref

_PAGE = 50
_MOST = 1000
_NAME = r"(?P<ref>[^/]+)"


class RefsHandler(HFHandler):
    """``list_repo_refs``."""

    @or_upstream(pull_refs)
    async def get(self, kind: str, namespace: str, name: str) -> None:
        """All refs, by kind."""
        self.reply(await in_thread(self._refs, self.repo(kind, namespace, name)))

    def _refs(self, repo: RepoId) -> Json:
        refs = self.services.refs
        shape: Json = {
            "branches": [_shape("refs/heads/", one) for one in refs.branches(self.actor, repo)],
            "converts": _named("refs/convert/", refs.all(self.actor, repo, "refs/convert/")),
            "tags": [_shape("refs/tags/", one) for one in refs.tags(self.actor, repo)],
        }
        if self.flag("include_prs"):
            shape["pullRequests"] = _named("refs/pr/", self.services.social.pulls.refs(self.actor, repo))
        return shape


class BranchHandler(HFHandler):
    """``create_branch``, ``delete_branch``."""

    async def post(self, kind: str, namespace: str, name: str, ref: str) -> None:
        """Begin a branch."""
        start = (self.fields() if self.request.body else {}).get("startingPoint") or DEFAULT_BRANCH
        repo = self.repo(kind, namespace, name)
        await in_thread(self.services.refs.create_branch, self.actor, repo, ref, self.revision(str(start)))
        self.reply({})

    async def delete(self, kind: str, namespace: str, name: str, ref: str) -> None:
        """Forget a branch."""
        await in_thread(self.services.refs.delete_branch, self.actor, self.repo(kind, namespace, name), ref)
        self.reply({})


class TagHandler(HFHandler):
    """``create_tag``, ``delete_tag``."""

    async def post(self, kind: str, namespace: str, name: str, ref: str) -> None:
        """Tag the revision *ref*."""
        fields = self.fields()
        repo = self.repo(kind, namespace, name)
        await in_thread(self.services.refs.resolve, self.actor, repo, self.revision(ref))
        tag, message = str(fields.get("tag") or ""), str(fields.get("message") or "")
        await in_thread(self.services.refs.create_tag, self.actor, repo, tag, self.revision(ref), message)
        self.reply({})

    async def delete(self, kind: str, namespace: str, name: str, ref: str) -> None:
        """Forget the tag *ref*."""
        await in_thread(self.services.refs.delete_tag, self.actor, self.repo(kind, namespace, name), ref)
        self.reply({})


class CommitsHandler(HFHandler):
    """``list_repo_commits``."""

    @or_upstream(pull_commits)
    async def get(self, kind: str, namespace: str, name: str, revision: str) -> None:
        """A page of history, newest first."""
        start = self.number("cursor", 0, 1 << 40)
        limit = max(1, self.number("limit", _PAGE, _MOST))
        repo = self.repo(kind, namespace, name)
        history = await in_thread(
            self.services.refs.history, self.actor, repo, self.revision(revision), limit=limit + 1, offset=start
        )
        if len(history) > limit:
            self.link_next(start + limit)
        shapes = [commit_shape(commit) for commit in history[:limit]]
        if self.flag("formatted") or "formatted" in self.get_query_arguments("expand[]"):
            for shape in shapes:
                shape["formatted"] = {"title": _as_html(shape["title"]), "message": _as_html(shape["message"])}
        self.reply(shapes)


class SquashHandler(HFHandler):
    """``super_squash_history``."""

    async def post(self, kind: str, namespace: str, name: str, ref: str) -> None:
        """Replace the history of the branch *ref* by one commit."""
        message = str(self.fields().get("message") or f"Super-squash branch '{ref}'")
        repo = self.repo(kind, namespace, name)
        squash = self.services.commits.squash
        made = await in_thread(squash, self.actor, repo, branch=self.revision(ref), message=message)
        self.reply({"commitOid": made.id})


def _as_html(text: str) -> str:
    return escape(text).replace("\n", "<br/>")


def _shape(prefix: str, ref: Ref) -> Json:
    return {"name": ref.name, "ref": prefix + ref.name, "targetCommit": ref.commit}


def _named(prefix: str, refs: dict[str, str]) -> list[Json]:
    return [{"name": ref.removeprefix(prefix), "ref": ref, "targetCommit": commit} for ref, commit in refs.items()]


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{API_REPO}/refs", RefsHandler),
    (rf"{API_REPO}/branch/{_NAME}", BranchHandler),
    (rf"{API_REPO}/tag/{_NAME}", TagHandler),
    (rf"{API_REPO}/super-squash/{_NAME}", SquashHandler),
    (rf"{API_REPO}/commits/{REVISION}", CommitsHandler),
]
