"""Files and folders of a revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import BadPath, BadRequestBody, EntryNotFound
from ...handler import HubHandler
from ...names import FilePath, RepoId, Revision, file_path
from ..threads import in_thread
from .base import API_REPO, REVISION, HFHandler
from .shapes import Json, last_commit, tree_entry
from .upstream import or_upstream, pull_paths, pull_tree

if TYPE_CHECKING:
    from ...hub.files import Entry

_PAGE, _EXPANDED_PAGE = 1000, 100
_MOST_PATHS = 10_000


class TreeHandler(HFHandler):
    """``list_repo_tree``."""

    @or_upstream(pull_tree)
    async def get(self, kind: str, namespace: str, name: str, revision: str, path: str | None = None) -> None:
        """A page of a folder, or of all below it."""
        repo, folder = self.repo(kind, namespace, name), (path or "").strip("/")
        most = _EXPANDED_PAGE if self.flag("expand") else _PAGE
        start, limit = self.number("cursor", 0, 1 << 40), max(1, self.number("limit", most, most))
        commit = await in_thread(self.services.refs.resolve, self.actor, repo, self.revision(revision))
        entries = await in_thread(
            self.services.files.tree,
            self.actor,
            repo,
            Revision(commit.id),
            path=folder,
            recursive=self.flag("recursive"),
        )
        if start + limit < len(entries):
            self.link_next(start + limit)
        self.set_header("X-Repo-Commit", commit.id)
        page = entries[start : start + limit]
        self.reply(await in_thread(shapes_of, self, repo, commit.id, page))


class PathsInfoHandler(HFHandler):
    """``get_paths_info``."""

    open_methods = ("POST",)

    @or_upstream(pull_paths)
    async def post(self, kind: str, namespace: str, name: str, revision: str) -> None:
        """The paths that are there; others are left out."""
        repo = self.repo(kind, namespace, name)
        commit = await in_thread(self.services.refs.resolve, self.actor, repo, self.revision(revision))
        found = await in_thread(self._found, repo, commit.id, self.paths())
        self.reply(await in_thread(shapes_of, self, repo, commit.id, found))

    def paths(self) -> list[str]:
        """The paths that are asked for."""
        paths = self.fields().get("paths") if self._is_json() else self.get_body_arguments("paths")
        paths = [paths] if isinstance(paths, str) else paths
        if not isinstance(paths, list) or len(paths) > _MOST_PATHS or not all(isinstance(one, str) for one in paths):
            raise BadRequestBody(f"paths must be at most {_MOST_PATHS} texts")
        return paths

    def _is_json(self) -> bool:
        return "json" in self.request.headers.get("Content-Type", "")

    def flag(self, name: str) -> bool:
        """Is the body's or the query's *name* true?"""
        if self._is_json():
            return bool(self.fields().get(name, super().flag(name)))
        return self.get_body_argument(name, "").lower() in ("true", "1") or super().flag(name)

    def _found(self, repo: RepoId, commit: str, paths: list[str]) -> list[Entry]:
        found = []
        for text in paths:
            try:
                found.append(self.services.files.entry(self.actor, repo, Revision(commit), file_path(text.strip("/"))))
            except (EntryNotFound, BadPath):
                continue
        return found


def shapes_of(handler: HFHandler, repo: RepoId, commit: str, entries: list[Entry]) -> list[Json]:
    """*entries* for the client, with their last commits if ``expand`` asks for them."""
    services = handler.services
    names = services.blobs.xet_hashes(one.digest for one in entries if one.digest is not None)
    shapes = [tree_entry(one, names.get(one.digest) if one.digest else None) for one in entries]
    if handler.flag("expand"):
        changes = services.refs.last_changes(handler.actor, repo, Revision(commit), [one.path for one in entries])
        for shape in shapes:
            made = changes.get(FilePath(shape["path"]))
            shape["lastCommit"] = last_commit(made) if made is not None else None
            shape["securityFileStatus"] = None
    return shapes


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{API_REPO}/tree/{REVISION}(?:/(?P<path>.*))?", TreeHandler),
    (rf"{API_REPO}/paths-info/{REVISION}", PathsInfoHandler),
]
