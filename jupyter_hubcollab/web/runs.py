"""``hubcollab/api/runs``: the team's runs, for the panel and the pages of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.utils import ensure_async

from ..access import require_scope
from ..errors import AccessDenied, BadQuery, Unauthenticated
from ..handler import HubHandler, in_thread
from ..wire import RunNote, RunPublication

if TYPE_CHECKING:
    from ..experiments.run_query import RunQuery


class ExperimentsHandler(HubHandler):
    """Experiments are for people who are logged in, not for anonymous readers."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Log in."""
        await super().prepare()
        if self.current_user is None:
            raise Unauthenticated("log in to Jupyter to see experiments")

    def number(self, name: str, default: int) -> int:
        """A whole number in the query.

        Raises:
            BadQuery: it is none, or too large.
        """
        text = self.get_query_argument(name, str(default))
        if not text.isascii() or not text.isdecimal() or len(text) > 6:
            raise BadQuery(f"{name} takes a whole number, as in {name}={default}")
        return int(text)

    def query(self) -> RunQuery:
        """The runs that the query asks for.

        Raises:
            BadQuery: the filter or the order makes no sense.
        """
        from ..experiments.run_query import RunQuery, order_key, read

        conditions, words = read(self.get_query_argument("filter", ""))
        return RunQuery(
            conditions=conditions,
            words=words,
            notebook=self.get_query_argument("notebook", None) or None,
            order=order_key(self.get_query_argument("order", "") or "start_time"),
            descending=self.get_query_argument("descending", "true") != "false",
            offset=self.number("offset", 0),
            limit=self.number("limit", 100),
        )


class RunsHandler(ExperimentsHandler):
    """The table of runs."""

    async def get(self) -> None:
        """A page of the runs that are asked for, the newest first unless another order is."""
        self.reply(await in_thread(self.services.runs.list, self.actor, self.query()))


class SomeRunsHandler(ExperimentsHandler):
    """Runs by their ids."""

    async def get(self) -> None:
        """Those that are there, to compare them."""
        self.reply(await in_thread(self.services.runs.some, self.actor, self.get_query_arguments("run")))


class SeriesHandler(ExperimentsHandler):
    """What charts are drawn of."""

    async def get(self) -> None:
        """The values of metrics of several runs."""
        runs, metrics = self.get_query_arguments("run"), self.get_query_arguments("metric")
        most = self.number("most", 500)
        self.reply(await in_thread(self.services.runs.series, self.actor, runs, metrics, most))


class GroupsHandler(ExperimentsHandler):
    """Runs put together."""

    async def get(self) -> None:
        """Groups of the runs that are asked for."""
        by, metric = self.get_query_argument("by", ""), self.get_query_argument("metric", None)
        self.reply(await in_thread(self.services.runs.groups, self.actor, self.query(), by, metric))


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


class RunStopHandler(ExperimentsHandler):
    """A run that should end."""

    async def post(self, id: str) -> None:
        """Interrupt its kernel, as the button of its notebook does; who asked is written on the run."""
        if not await ensure_async(self.authorizer.is_authorized(self, self.current_user, "execute", "kernels")):
            raise AccessDenied("you are not authorized to interrupt kernels on this server")
        kernel = await in_thread(self.services.runs.kernel_of, self.actor, id)
        await in_thread(self.services.artifacts.stopped, self.actor, id)
        manager: Any = self.kernel_manager
        await ensure_async(manager.interrupt_kernel(kernel))
        self.reply({}, 202)


class RunNoteHandler(ExperimentsHandler):
    """What people say about a run."""

    async def put(self, id: str) -> None:
        """Write it."""
        note = self.body(RunNote)
        await in_thread(self.services.artifacts.note, self.actor, id, note.text)
        self.reply(note)


class RunArtifactsHandler(ExperimentsHandler):
    """The files of a run."""

    async def get(self, id: str) -> None:
        """What lies in a folder."""
        path = self.get_query_argument("path", "")
        self.reply(await in_thread(self.services.artifacts.list, self.actor, id, path))


class RunArtifactHandler(ExperimentsHandler):
    """One file of a run."""

    async def get(self, id: str) -> None:
        """Its beginning, as text or as a table."""
        path = self.get_query_argument("path", "")
        self.reply(await in_thread(self.services.artifacts.preview, self.actor, id, path))


class TrackingHandler(ExperimentsHandler):
    """The MLflow server."""

    async def get(self) -> None:
        """How it is; asking starts nothing."""
        require_scope(self.actor, "read")
        self.reply(self.services.tracking.state())


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/runs", RunsHandler),
    (r"/hubcollab/api/runs/some", SomeRunsHandler),
    (r"/hubcollab/api/runs/series", SeriesHandler),
    (r"/hubcollab/api/runs/groups", GroupsHandler),
    (r"/hubcollab/api/runs/([^/]+)", RunHandler),
    (r"/hubcollab/api/runs/([^/]+)/publish", RunPublishHandler),
    (r"/hubcollab/api/runs/([^/]+)/stop", RunStopHandler),
    (r"/hubcollab/api/runs/([^/]+)/note", RunNoteHandler),
    (r"/hubcollab/api/runs/([^/]+)/artifacts", RunArtifactsHandler),
    (r"/hubcollab/api/runs/([^/]+)/artifact", RunArtifactHandler),
    (r"/hubcollab/api/tracking", TrackingHandler),
]
