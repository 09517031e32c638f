"""Cells that run on the server, with their outputs in the shared document: ours, and as upstream's front end asks."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import msgspec
from jupyter_server.utils import ensure_async

from ..collab import EXECUTIONS
from ..collab.execution import Wish
from ..errors import AccessDenied, BadInput
from ..handler import HubHandler
from ..wire import Author, Execution, ExecutionAsked, Fault, InputAsked
from .workspace import TogetherHandler

if TYPE_CHECKING:
    from ..collab.execution import Execution as Running
    from ..collab.execution import Executions

_LONGEST_WAIT_S = 30.0


class _ExecutionsHandler(TogetherHandler):
    @property
    def executions(self) -> Executions:
        """What runs on this server."""
        return cast("Executions", self.settings[EXECUTIONS])

    async def may_run(self, room: str) -> str:
        """Let through who may run cells in *room*; gives the id of its file.

        Raises:
            AccessDenied: the role, or the server's authorizer, says no.
        """
        if not room.startswith("json:notebook:"):
            raise BadInput("cells run in notebooks")
        file = room.split(":", 2)[2]
        self.rooms.roles.require(self.person, file, "runner")
        user = self.current_user
        if not await ensure_async(self.authorizer.is_authorized(self, user, "execute", "kernels")):
            raise AccessDenied("you are not authorized to run code on this server")
        return file

    async def run(self, asked: ExecutionAsked) -> Running:
        """Run a cell; who may not edit runs what stands in the document."""
        file = await self.may_run(asked.room)
        may_edit = self.rooms.roles.may(self.person.name, file, "editor")
        wish = Wish(
            code=asked.code if may_edit else None,
            after=asked.after,
            may_edit=may_edit,
            is_timed=asked.timing,
            deleted=asked.deleted,
        )
        return await self.executions.start(self.person, asked.kernel, asked.room, asked.cell, wish)


class ExecutionsHandler(_ExecutionsHandler):
    """Cells that run."""

    async def get(self) -> None:
        """In one room."""
        running = self.executions.of(self.get_query_argument("room", ""))
        self.reply([_shown(one) for one in running])

    async def post(self) -> None:
        """Run one."""
        self.reply(_shown(await self.run(self.body(ExecutionAsked))), 202)


class ExecutionHandler(_ExecutionsHandler):
    """One cell that runs."""

    async def get(self, number: str) -> None:
        """How far it is; with ``wait``, as soon as there is news or so many seconds are over."""
        execution = self.executions.one(number)
        try:
            wait = min(float(self.get_query_argument("wait", "0")), _LONGEST_WAIT_S)
        except ValueError as error:
            raise BadInput("wait is a number of seconds") from error
        if execution.state == "running" and wait > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(execution.changed.wait(), wait)
        self.reply(_shown(execution))


class InputHandler(_ExecutionsHandler):
    """A cell that waits for a line."""

    async def post(self, number: str) -> None:
        """Give it the line."""
        text = self.body(InputAsked).text
        execution = self.executions.one(number)
        await self.may_run(execution.room.name)
        self.executions.answer(number, text)
        self.reply(_shown(execution))


class _UpstreamAsked(msgspec.Struct):
    cell_id: str
    document_id: str


class UpstreamHandler(_ExecutionsHandler):
    """What the executor of `jupyter-docprovider` asks when ``serverSideExecution`` is on."""

    async def post(self, kernel: str) -> None:
        """Run a cell of the document."""
        asked = self.body(_UpstreamAsked)
        execution = await self.run(ExecutionAsked(kernel=kernel, room=asked.document_id, cell=asked.cell_id))
        self.reply(_shown(execution), 202)


def _shown(one: Running) -> Execution:
    by = Author(name=one.person.name, display_name=one.person.display_name)
    return Execution(
        id=one.id,
        kernel=one.kernel,
        cell=one.cell,
        by=by,
        state=one.state,
        prompt=one.prompt,
        password=one.password,
        ok=one.ok,
        count=one.count,
        fault=None if one.fault is None else _fault(one.fault),
    )


def _fault(told: dict[str, Any]) -> Fault:
    lines = [str(line) for line in told.get("traceback") or []]
    return Fault(name=str(told.get("ename", "")), value=str(told.get("evalue", "")), traceback=lines)


UPSTREAM: list[tuple[str, type[HubHandler]]] = [(r"/api/kernels/([^/]+)/execute", UpstreamHandler)]

ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/executions", ExecutionsHandler),
    (r"/hubcollab/api/executions/([^/]+)", ExecutionHandler),
    (r"/hubcollab/api/executions/([^/]+)/input", InputHandler),
    *UPSTREAM,
]
