"""``hubcollab/api/repos/{models|datasets|spaces}/…``: repos of every kind, their folders, history and refs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..handler import HubHandler, in_thread
from ..names import DEFAULT_BRANCH, RepoId, RepoKind, Revision, file_path, repo_id, revision
from ..wire import CommitRequest, RefRequest, RepoRequest
from .models import ModelHandler, ResolveHandler

if TYPE_CHECKING:
    from ..wire import Comparison

MOST_LISTED = 500
KIND_OF: dict[str, RepoKind] = {"models": "model", "datasets": "dataset", "spaces": "space"}
REPO = r"/hubcollab/api/repos/(models|datasets|spaces)/([^/]+)/([^/]+)"
"""How the address of every route of one repo begins."""


def named(kinds: str, namespace: str, name: str) -> RepoId:
    """The repo in an address."""
    return repo_id(f"{namespace}/{name}", KIND_OF[kinds])


class ReposHandler(ModelHandler):
    """All repos of a kind."""

    async def get(self, kinds: str) -> None:
        """A page of them, the last changed first."""
        mine = self.get_query_argument("mine", "") in ("1", "true")
        owner = self.actor.name if mine else None
        limit, offset = self.number("limit", 50, MOST_LISTED), self.number("offset", 0, 1 << 30)
        listed = self.services.models.pages.list
        self.reply(await in_thread(listed, self.actor, KIND_OF[kinds], owner=owner, limit=limit, offset=offset))

    async def post(self, kinds: str) -> None:
        """Make one."""
        request = self.body(RepoRequest)
        id = repo_id(request.name, KIND_OF[kinds])
        made = await in_thread(self.services.repos.create, self.actor, id, private=request.visibility == "private")
        self.reply(await in_thread(self.services.models.pages.page, self.actor, made.id, DEFAULT_BRANCH), 201)


class RepoHandler(ModelHandler):
    """One repo."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """What its page opens with; linked data for who accepts ``application/ld+json``."""
        self.set_header("Vary", "Accept")
        if self.wants_linked_data():
            await self.reply_linked(named(kinds, namespace, name))
            return
        page = self.services.models.pages.page
        self.reply(await in_thread(page, self.actor, named(kinds, namespace, name), self.asked_revision()))

    async def delete(self, kinds: str, namespace: str, name: str) -> None:
        """Delete it with its history."""
        await in_thread(self.services.repos.delete, self.actor, named(kinds, namespace, name))
        self.set_status(204)
        self.finish()


class TreeHandler(ModelHandler):
    """The folders of a revision."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """What lies in one of them."""
        text = self.get_query_argument("path", "")
        path = file_path(text) if text else ""
        tree = self.services.models.pages.tree
        self.reply(await in_thread(tree, self.actor, named(kinds, namespace, name), self.asked_revision(), path))


class CommitsHandler(ModelHandler):
    """The history of a revision."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """A page of it, newest first."""
        repo, at = named(kinds, namespace, name), self.asked_revision()
        limit, offset = self.number("limit", 30, MOST_LISTED), self.number("offset", 0, 1 << 30)
        commits = self.services.models.pages.commits
        self.reply(await in_thread(commits, self.actor, repo, at, limit=limit, offset=offset))

    async def post(self, kinds: str, namespace: str, name: str) -> None:
        """Put and delete files, whose bytes were sent before, in one commit."""
        from ..models.pages import commit_shown

        repo, request = named(kinds, namespace, name), self.body(CommitRequest)
        self.reply(commit_shown(await in_thread(self.services.models.uploads.commit, self.actor, repo, request)), 201)


class DiffHandler(ModelHandler):
    """Differences between commits."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """What ``to`` changed: since ``from``, since it left ``common``, else since its parent."""
        self.reply(await in_thread(self._compared, named(kinds, namespace, name)))

    def _compared(self, repo: RepoId) -> Comparison:
        pages, path = self.services.models.pages, self.get_query_argument("path", "")
        base, common = self._revision("from"), self._revision("common")
        to = self._revision("to") or DEFAULT_BRANCH
        if base is not None:
            return pages.between(self.actor, repo, base, to, path)
        if common is not None:
            return pages.since_common(self.actor, repo, common, to, path)
        return pages.made_by(self.actor, repo, to, path)

    def _revision(self, name: str) -> Revision | None:
        text = self.get_query_argument(name, "")
        return revision(text) if text else None


class RefsHandler(ModelHandler):
    """Branches and tags."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """All of them."""
        self.reply(await in_thread(self.services.models.pages.refs, self.actor, named(kinds, namespace, name)))

    async def post(self, kinds: str, namespace: str, name: str) -> None:
        """Make one."""
        from ..models.pages import ref_shown

        repo, request, refs = named(kinds, namespace, name), self.body(RefRequest), self.services.refs
        start = revision(request.start)
        if request.kind == "branch":
            made = await in_thread(refs.create_branch, self.actor, repo, request.name, start)
        else:
            made = await in_thread(refs.create_tag, self.actor, repo, request.name, start, request.message)
        self.reply(ref_shown(made), 201)


class RefHandler(ModelHandler):
    """One branch or tag."""

    async def delete(self, kinds: str, namespace: str, name: str, what: str, ref: str) -> None:
        """Forget it; its commits stay reachable by id until they are collected."""
        refs = self.services.refs
        delete = refs.delete_branch if what == "branch" else refs.delete_tag
        await in_thread(delete, self.actor, named(kinds, namespace, name), ref)
        self.set_status(204)
        self.finish()


class StorageHandler(ModelHandler):
    """What a repo takes."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """Bytes of its files and of its history."""
        self.reply(await in_thread(self.services.models.pages.storage, self.actor, named(kinds, namespace, name)))


class ContentHandler(ResolveHandler):
    """The bytes of a file."""

    async def get(self, kinds: str, namespace: str, name: str, ref: str, path: str) -> None:  # type: ignore[override]
        """The file, or the range of it that was asked for."""
        await self.send(named(kinds, namespace, name), revision(ref), file_path(path))


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/repos/(models|datasets|spaces)", ReposHandler),
    (REPO, RepoHandler),
    (REPO + "/tree", TreeHandler),
    (REPO + "/commits", CommitsHandler),
    (REPO + "/diff", DiffHandler),
    (REPO + "/refs", RefsHandler),
    (REPO + "/refs/(branch|tag)/(.+)", RefHandler),
    (REPO + "/storage", StorageHandler),
    (REPO + "/resolve/([^/]+)/(.+)", ContentHandler),
]
