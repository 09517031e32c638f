"""``hubcollab/api/runs`` and ``…/tracking``: the team's runs, and how the MLflow server is."""

from __future__ import annotations

from ..access import require_scope
from ..errors import BadQuery, Unauthenticated
from ..handler import HubHandler, in_thread
from ..wire import RunPublication


class ExperimentsHandler(HubHandler):
    """Experiments are for people who are logged in, not for anonymous readers."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Log in."""
        await super().prepare()
        if self.current_user is None:
            raise Unauthenticated("log in to Jupyter to see experiments")


class RunsHandler(ExperimentsHandler):
    """The table of runs."""

    async def get(self) -> None:
        """The newest runs, of one notebook or of all."""
        limit = self.get_query_argument("limit", "100")
        if not limit.isascii() or not limit.isdecimal() or len(limit) > 6:
            raise BadQuery("limit takes a whole number, as in limit=100")
        notebook = self.get_query_argument("notebook", None) or None
        self.reply(await in_thread(self.services.runs.list, self.actor, notebook=notebook, limit=int(limit)))


class RunHandler(ExperimentsHandler):
    """One run."""

    async def get(self, id: str) -> None:
        """The run with the history of its metrics."""
        self.reply(await in_thread(self.services.runs.page, self.actor, id))


class RunPublishHandler(ExperimentsHandler):
    """From a run to a version of a model."""

    async def post(self, id: str) -> None:
        """Begin to publish the model that the run logged; the job says how far it is."""
        request = self.body(RunPublication)
        self.reply(await in_thread(self.services.run_models.publish, self.actor, id, request), 202)


class TrackingHandler(ExperimentsHandler):
    """The MLflow server."""

    async def get(self) -> None:
        """How it is; asking starts nothing."""
        require_scope(self.actor, "read")
        self.reply(self.services.tracking.state())


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/runs", RunsHandler),
    (r"/hubcollab/api/runs/([^/]+)", RunHandler),
    (r"/hubcollab/api/runs/([^/]+)/publish", RunPublishHandler),
    (r"/hubcollab/api/tracking", TrackingHandler),
]
