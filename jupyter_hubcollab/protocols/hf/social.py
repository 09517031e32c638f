"""Likes, and what a repo keeps in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...handler import HubHandler, in_thread
from ...hub.listing import Listing
from ...names import KINDS
from .base import API_REPO, ROOT, HFHandler
from .shapes import Json, time_text

if TYPE_CHECKING:
    from ...hub.repos import Repo

_MOST = 10_000


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


class LfsFilesHandler(HFHandler):
    """``list_lfs_files``."""

    async def get(self, kind: str, namespace: str, name: str) -> None:
        """The blobs that its commits ever named."""
        blobs = await in_thread(self.services.repos.named_blobs, self.actor, self.repo(kind, namespace, name))
        self.reply(
            [
                {
                    "fileOid": blob.digest,
                    "filename": blob.path,
                    "oid": blob.digest,
                    "pushedAt": time_text(blob.added_at),
                    "ref": None,
                    "size": blob.size,
                }
                for blob in blobs
            ]
        )


class MyReposHandler(HFHandler):
    """``hf repos list``."""

    async def get(self) -> None:
        """The repos of all kinds that the person owns."""
        shapes: list[Json] = []
        for kind in KINDS:
            listing = Listing(kind, owner=self.actor.name, limit=_MOST)
            shapes += [
                storage_shape(repo) for repo in await in_thread(self.services.repos.select, self.actor, listing)
            ]
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


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{API_REPO}/like", LikeHandler),
    (rf"{API_REPO}/likers", LikersHandler),
    (rf"{API_REPO}/lfs-files", LfsFilesHandler),
    (rf"{ROOT}/api/settings/repositories", MyReposHandler),
]
