"""Likes, copies of repos, and what a repo keeps in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import BadRequestBody, NotFound, NotSupported
from ...handler import HubHandler
from ...hub.listing import Listing
from ...names import DEFAULT_BRANCH, KINDS, Digest, RepoId, Revision, digest, repo_id
from ...wire import Problem
from ..threads import in_thread
from .base import API_REPO, ROOT, HFHandler
from .shapes import Json, time_text

if TYPE_CHECKING:
    from ...hub.repos import Repo

_MOST = 10_000
_PAGE = 1000
_MOST_BRANCHES = 50


class LikeHandler(HFHandler):
    """``like``, ``unlike``."""

    async def post(self, kind: str, namespace: str, name: str) -> None:
        """Like it."""
        await in_thread(self.services.likes.add, self.actor, self.repo(kind, namespace, name))
        self.reply({})

    async def delete(self, kind: str, namespace: str, name: str) -> None:
        """Like it no more."""
        await in_thread(self.services.likes.remove, self.actor, self.repo(kind, namespace, name))
        self.reply({})


class LikersHandler(HFHandler):
    """``list_repo_likers``."""

    async def get(self, kind: str, namespace: str, name: str) -> None:
        """Who likes it."""
        users = await in_thread(self.services.likes.users, self.actor, self.repo(kind, namespace, name))
        self.reply([{"user": user, "fullname": user, "type": "user", "avatarUrl": ""} for user in users])


class UserLikesHandler(HFHandler):
    """``list_liked_repos``."""

    async def get(self, user: str) -> None:
        """What somebody likes, the newest first."""
        self.reply(await in_thread(self._shapes, user))

    def _shapes(self, user: str) -> list[Json]:
        space = self.services.namespaces.known(user)
        if space is not None and space.is_organisation:
            raise NotFound(f"'{user}' is an organization; organizations like nothing")
        # Who never made a repo has no namespace yet, but may like.
        found = self.services.likes.of(self.actor, next(iter(space.members)) if space is not None else user)
        return [{"createdAt": time_text(at), "repo": {"name": str(id), "type": id.kind}} for id, at in found]


class DuplicateHandler(HFHandler):
    """``duplicate_repo``."""

    _to: RepoId | None = None

    async def post(self, kind: str, namespace: str, name: str) -> None:
        """Make a repo of the same files."""
        fields = self.fields()
        source = self.repo(kind, namespace, name)
        self._to = repo_id(str(fields.get("repository") or ""), source.kind)
        visibility = fields.get("visibility")
        if visibility not in (None, "public", "private"):
            raise BadRequestBody("visibility is public or private on this hub")
        private = None if visibility is None else visibility == "private"
        duplicate = self.services.social.duplicates.duplicate
        made = await in_thread(duplicate, self.actor, source, self._to, private=private)
        self.reply({"url": self.repo_url(made.id), "filesCopyPending": False})

    def refuse(self, problem: Problem) -> None:
        """With ``exist_ok`` clients go on with the URL of the repo that exists."""
        if problem.code != "RepoExists" or self._to is None:
            super().refuse(problem)
            return
        self.set_header("X-Error-Code", problem.code)
        self.reply({"error": problem.message, "url": self.repo_url(self._to)}, 409)


class LfsDuplicateHandler(HFHandler):
    """Asked before files of another repo are committed by their hashes."""

    async def post(self, kind: str, namespace: str, name: str) -> None:
        """Nothing is copied, as all repos share one store; those that the repo does not have are told."""
        files = self.fields().get("files")
        if not isinstance(files, list) or len(files) > _MOST or not all(isinstance(one, dict) for one in files):
            raise BadRequestBody(f"files must be a list of at most {_MOST}")
        asked = [digest(str(one.get("sha256", ""))) for one in files]
        held = await in_thread(self._held, self.repo(kind, namespace, name), asked)
        self.reply(
            {"failed": [{"sha256": one, "error": "this repo has no such file"} for one in asked if one not in held]}
        )

    def _held(self, repo: RepoId, asked: list[Digest]) -> set[Digest]:
        found = self.services.repos.get(self.actor, repo)
        self.services.gates.require_open(self.actor, found)
        return self.services.repos.blobs_named(found, asked)


class LfsFilesHandler(HFHandler):
    """``list_lfs_files``."""

    async def get(self, kind: str, namespace: str, name: str) -> None:
        """A page of the blobs that its commits ever named."""
        start = self.number("cursor", 0, 1 << 40)
        found = await in_thread(self.services.repos.named_blobs, self.actor, self.repo(kind, namespace, name))
        blobs = found[start : start + _PAGE]
        refs = await in_thread(self._refs, self.repo(kind, namespace, name))
        if len(found) > start + _PAGE:
            self.link_next(start + _PAGE)
        self.reply(
            [
                {
                    "fileOid": blob.digest,
                    "filename": blob.path,
                    "oid": blob.digest,
                    "pushedAt": time_text(blob.added_at),
                    "ref": refs.get(blob.digest),
                    "size": blob.size,
                }
                for blob in blobs
            ]
        )

    def _refs(self, repo: RepoId) -> dict[str, str]:
        """A branch that has the blob, ``main`` before others."""
        branches = sorted((ref.name for ref in self.services.refs.branches(self.actor, repo)), key=_main_last)
        found: dict[str, str] = {}
        for name in branches[-_MOST_BRANCHES:]:
            tree = self.services.files.tree(self.actor, repo, Revision(name))
            found |= {entry.digest: name for entry in tree if entry.digest is not None}
        return found


class LfsDeletionHandler(HFHandler):
    """``permanently_delete_lfs_files``."""

    async def post(self, kind: str, namespace: str, name: str) -> None:
        """Take blobs out of all commits."""
        given = self.fields().get("deletions")
        asked: Json = given if isinstance(given, dict) else {}
        shas = asked.get("sha")
        if not isinstance(shas, list) or len(shas) > _MOST:
            raise BadRequestBody(f"deletions.sha must be a list of at most {_MOST}")
        if not asked.get("rewriteHistory", True):
            raise NotSupported("without rewriteHistory commits would point to what is not there")
        digests = [digest(str(one)) for one in shas]
        erase = self.services.social.erasing.erase
        await in_thread(erase, self.actor, self.repo(kind, namespace, name), digests)
        self.reply({"success": True})


class MyReposHandler(HFHandler):
    """``hf repos list``."""

    async def get(self) -> None:
        """The repos of all kinds that the person owns."""
        shapes: list[Json] = []
        for kind in KINDS:
            listing = Listing(kind, owner=self.actor.name, limit=_MOST)
            shapes += [storage_shape(repo) for repo in await in_thread(self.services.repos.select, self.actor, listing)]
        self.reply(shapes)


def storage_shape(repo: Repo) -> Json:
    """A repo and what it takes."""
    return {
        "id": str(repo.id),
        "type": repo.id.kind,
        "updatedAt": time_text(repo.updated_at),
        "visibility": "private" if repo.private else "public",
        "storage": repo.size_bytes,
    }


def _main_last(name: str) -> tuple[bool, str]:
    return name == DEFAULT_BRANCH, name


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{API_REPO}/like", LikeHandler),
    (rf"{API_REPO}/likers", LikersHandler),
    (rf"{API_REPO}/lfs-files", LfsFilesHandler),
    (rf"{API_REPO}/lfs-files/batch", LfsDeletionHandler),
    (rf"{API_REPO}/lfs-files/duplicate", LfsDuplicateHandler),
    (rf"{API_REPO}/duplicate", DuplicateHandler),
    (rf"{ROOT}/api/users/(?P<user>[^/]+)/likes", UserLikesHandler),
    (rf"{ROOT}/api/settings/repositories", MyReposHandler),
]
