"""``hubcollab/api/jobs``: long work and how far it is."""

from __future__ import annotations

from ..handler import HubHandler, in_thread
from ..wire import JobList


class JobHandler(HubHandler):
    """One job of the person who asks."""

    async def get(self, id: str) -> None:
        """How far it is."""
        self.reply(await in_thread(self.services.jobs.get, self.actor, id))

    async def delete(self, id: str) -> None:
        """Cancel it."""
        self.reply(await in_thread(self.services.jobs.cancel, self.actor, id))


class JobsHandler(HubHandler):
    """The jobs of the person who asks."""

    async def get(self) -> None:
        """The newest first."""
        self.reply(JobList(jobs=await in_thread(self.services.jobs.list, self.actor)))


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/jobs", JobsHandler),
    (r"/hubcollab/api/jobs/([^/]+)", JobHandler),
]
