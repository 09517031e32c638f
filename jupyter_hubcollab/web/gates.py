"""``hubcollab/api/repos/models/…/gates``, ``…/examples``, ``…/aliases``: what a version must meet, and who leads where.

Beside them ``hubcollab/api/schema/hubcollab.json``, by which editors check and complete the rules.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ..handler import HubHandler, in_thread
from ..names import revision
from ..wire import AliasAsked, ExampleAsked, GateAsked, ReproductionAsked
from .models import ModelHandler
from .repos import REPO, named

LARGEST_OFFSET = 1 << 40
LONGEST_WAIT_S = 60


class GatesHandler(ModelHandler):
    """The gates of a repo."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """The rules on main, and runs, newest first."""
        at, number = self.get_query_argument("revision", ""), self.number("pull", 0, 1 << 30)
        page = self.services.model_gates.page
        limit = self.number("limit", 50, 500)
        repo = named(kinds, namespace, name)
        commit = revision(at) if at else None
        self.reply(await in_thread(page, self.actor, repo, commit=commit, pull=number or None, limit=limit))


class GateRunsHandler(ModelHandler):
    """Where runs begin."""

    async def post(self, kinds: str, namespace: str, name: str) -> None:
        """Run the gates on a revision or a pull request."""
        asked = self.body(GateAsked)
        start = self.services.model_gates.start
        self.reply(await in_thread(start, self.actor, named(kinds, namespace, name), asked), 201)


class ReproductionsHandler(ModelHandler):
    """Where reproductions begin."""

    async def post(self, kinds: str, namespace: str, name: str) -> None:
        """Run the notebook of a version again; what comes of it is a run like those of the gates."""
        asked, repo = self.body(ReproductionAsked), named(kinds, namespace, name)
        self.reply(await in_thread(self.services.model_gates.reproduce, self.actor, repo, asked), 201)


class GateRunHandler(ModelHandler):
    """One run."""

    async def get(self, kinds: str, namespace: str, name: str, id: str) -> None:
        """How far it is, or its verdict; with ``wait``, as soon as it moves on, or after so many seconds."""
        one, repo = self.services.model_gates.one, named(kinds, namespace, name)
        run = await in_thread(one, self.actor, repo, id)
        wait_s = self.number("wait", 0, LONGEST_WAIT_S)
        if wait_s and run.state in ("queued", "running"):
            await self._moved(id, wait_s)
            run = await in_thread(one, self.actor, repo, id)
        self.reply(run)

    async def _moved(self, id: str, wait_s: float) -> None:
        from ..models.gates.moved import GateMoved

        loop, moved = asyncio.get_running_loop(), asyncio.Event()

        def look(news: GateMoved) -> None:
            if news.run.id == id:
                loop.call_soon_threadsafe(moved.set)

        off = self.services.events.on(GateMoved, look)
        with suppress(TimeoutError):
            await asyncio.wait_for(moved.wait(), wait_s)
        off()

    async def delete(self, kinds: str, namespace: str, name: str, id: str) -> None:
        """Cancel it."""
        cancel = self.services.model_gates.cancel
        self.reply(await in_thread(cancel, self.actor, named(kinds, namespace, name), id))


class GateLogHandler(ModelHandler):
    """The log of a run."""

    async def get(self, kinds: str, namespace: str, name: str, id: str) -> None:
        """A piece of it, from a byte on."""
        log = self.services.model_gates.log
        after = self.number("after", 0, LARGEST_OFFSET)
        self.reply(await in_thread(log, self.actor, named(kinds, namespace, name), id, after))


class ExamplesHandler(ModelHandler):
    """The team's examples of a model."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """All of them, and what the last versions made of them."""
        table = self.services.model_gates.examples.table
        versions = self.number("versions", 5, 20)
        self.reply(await in_thread(table, self.actor, named(kinds, namespace, name), versions=versions))

    async def post(self, kinds: str, namespace: str, name: str) -> None:
        """Add one, or replace the one of its name."""
        put = self.services.model_gates.examples.put
        self.reply(await in_thread(put, self.actor, named(kinds, namespace, name), self.body(ExampleAsked)), 201)


class ExampleComparisonHandler(ModelHandler):
    """Two versions, example by example."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """What changed from one to the other."""
        before, after = (self.get_query_argument(which) for which in ("before", "after"))
        compare = self.services.model_gates.examples.compare
        self.reply(await in_thread(compare, self.actor, named(kinds, namespace, name), before, after))


class ExampleHandler(ModelHandler):
    """One example."""

    async def delete(self, kinds: str, namespace: str, name: str, example: str) -> None:
        """Forget it."""
        await in_thread(self.services.model_gates.examples.remove, self.actor, named(kinds, namespace, name), example)
        self.set_status(204)
        self.finish()


class AliasesHandler(ModelHandler):
    """The aliases of a model."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """Where they lead, and how they moved."""
        aliases = self.services.model_gates.aliases
        self.reply(await in_thread(aliases, self.actor, named(kinds, namespace, name)))


class AliasHandler(ModelHandler):
    """One alias."""

    async def put(self, kinds: str, namespace: str, name: str, alias: str) -> None:
        """Let it lead to a version; a protected one takes what passed, or an admin's reason."""
        asked, repo = self.body(AliasAsked), named(kinds, namespace, name)
        move = self.services.models.aliases.set
        await in_thread(move, self.actor, repo, alias, asked.tag, reason=asked.reason)
        self.reply(await in_thread(self.services.model_gates.aliases, self.actor, repo))

    async def delete(self, kinds: str, namespace: str, name: str, alias: str) -> None:
        """Forget it."""
        await in_thread(self.services.models.aliases.delete, self.actor, named(kinds, namespace, name), alias)
        self.set_status(204)
        self.finish()


class RulesSchemaHandler(HubHandler):
    """The JSON Schema of hubcollab.yaml."""

    async def get(self) -> None:
        """The schema; its ``$id`` is the address at which it was asked for."""
        from ..models.gates.rules import schema

        self.reply(schema(self.here()))


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (REPO + "/gates", GatesHandler),
    (REPO + "/gates/runs", GateRunsHandler),
    (REPO + "/reproductions", ReproductionsHandler),
    (REPO + r"/gates/runs/([0-9a-f]+)", GateRunHandler),
    (REPO + r"/gates/runs/([0-9a-f]+)/log", GateLogHandler),
    (REPO + "/examples", ExamplesHandler),
    (REPO + "/examples/compare", ExampleComparisonHandler),
    (REPO + "/examples/one/(.+)", ExampleHandler),
    (REPO + "/aliases", AliasesHandler),
    (REPO + "/aliases/([^/]+)", AliasHandler),
    (r"/hubcollab/api/schema/hubcollab\.json", RulesSchemaHandler),
]
