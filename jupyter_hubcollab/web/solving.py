"""Conflicts of pull requests, and weights that are mixed."""

from __future__ import annotations

from ..handler import HubHandler, in_thread
from ..wire import PullSolution, PullSolved, WeightMergeRequest
from .discussions import DiscussionPages, numbered
from .models import ModelHandler
from .repos import REPO, named


class ConflictsHandler(DiscussionPages):
    """What keeps a pull request from being merged."""

    async def get(self, kinds: str, namespace: str, name: str, number: str) -> None:
        """The files that both sides changed, text in parts."""
        repo = named(kinds, namespace, name)
        self.reply(await in_thread(self.services.solutions.conflicts, self.actor, repo, numbered(number)))

    async def post(self, kinds: str, namespace: str, name: str, number: str) -> None:
        """Solve them: the target is brought into the pull request."""
        repo, asked = named(kinds, namespace, name), self.body(PullSolution)
        job = await in_thread(self.services.solutions.solve, self.actor, repo, numbered(number), asked)
        page = await in_thread(self._page, repo, numbered(number)) if job is None else None
        self.reply(PullSolved(job=job, page=page), 200 if job is None else 202)


class WeightMergesHandler(ModelHandler):
    """Weights of several branches made one."""

    async def post(self, namespace: str, name: str) -> None:
        """Begin to mix them, as a job."""
        repo, asked = self.repo(namespace, name), self.body(WeightMergeRequest)
        self.reply(await in_thread(self.services.solutions.merge_weights, self.actor, repo, asked), 202)


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{REPO}/discussions/([^/]+)/conflicts", ConflictsHandler),
    (r"/hubcollab/api/repos/models/([^/]+)/([^/]+)/weight-merges", WeightMergesHandler),
]
