"""What people decide about versions: that nobody should load one any more, or that an earlier one was right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..handler import HubHandler, in_thread
from ..names import repo_id
from ..wire import DeprecationRequest, RollbackRequest, VersionList
from .models import ModelHandler

if TYPE_CHECKING:
    from ..names import RepoId

_REPO = r"/hubcollab/api/repos/models/([^/]+)/([^/]+)"


class DeprecationHandler(ModelHandler):
    """The warning to whoever loads a version."""

    async def put(self, namespace: str, name: str, tag: str) -> None:
        """Warn, with a reason."""
        repo, asked = self.repo(namespace, name), self.body(DeprecationRequest)
        await in_thread(self.services.models.deprecations.deprecate, self.actor, repo, tag, asked)
        await self._reply_versions(repo)

    async def delete(self, namespace: str, name: str, tag: str) -> None:
        """Warn no more."""
        repo = self.repo(namespace, name)
        await in_thread(self.services.models.deprecations.lift, self.actor, repo, tag)
        await self._reply_versions(repo)

    async def _reply_versions(self, repo: RepoId) -> None:
        found = await in_thread(self.services.models.versions.list, self.actor, repo)
        self.reply(VersionList(versions=list(found)))


class RollbacksHandler(ModelHandler):
    """Back to an earlier version."""

    async def post(self, namespace: str, name: str) -> None:
        """Move an alias back, or make a new version with the files of the old one."""
        repo, asked = repo_id(f"{namespace}/{name}"), self.body(RollbackRequest)
        self.reply(await in_thread(self.services.models.rollbacks.back, self.actor, repo, asked), 201)


class MetricsHandler(ModelHandler):
    """How the numbers of a model went."""

    async def get(self, namespace: str, name: str) -> None:
        """Each metric, version by version."""
        self.reply(await in_thread(self.services.histories.of, self.actor, self.repo(namespace, name)))


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (_REPO + r"/versions/([^/]+)/deprecation", DeprecationHandler),
    (_REPO + "/rollbacks", RollbacksHandler),
    (_REPO + "/metrics", MetricsHandler),
]
