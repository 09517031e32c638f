"""Talks to one kernel on behalf of cells, and writes what it says into rooms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from .captures import Captures

if TYPE_CHECKING:
    from .execution import Execution
    from .room import Room
    from .rooms import Rooms

_log = logging.getLogger(__name__)

TOLD_EVERY_S = 0.05
_LOOK_S = 1.0
_ROOMS_S = 3.0
_IDLE_S = 60.0
"""For so long a listener stays when nothing runs: the next cell need not wait until it is heard."""

_LOST = {
    "ename": "KernelLost",
    "evalue": "the kernel was stopped, restarted or died before this cell was over",
    "traceback": [],
}
_UNHEARD = {
    "ename": "ServerStopped",
    "evalue": "the server stopped before this cell was over; what came after that is not shown",
    "traceback": [],
}

_SHOWN = ("stream", "display_data", "execute_result", "error", "clear_output", "update_display_data")


@dataclass(eq=False)
class Said:
    """What the kernel said and the document has not yet."""

    kind: str
    content: dict[str, Any]
    kept: asyncio.Task[None] | None = None
    """Puts it into the store of large outputs, and what stands for it in its place."""

    @property
    def is_ready(self) -> bool:
        """May it go into the document?"""
        return self.kept is None or self.kept.done()


class Listener:
    """Stays as long as something runs, and a moment longer; then *ended* hears of it."""

    def __init__(self, kernel: str, kernels: Any, rooms: Rooms, ended: Callable[[Listener], None]) -> None:
        self.kernel, self._kernels, self._rooms, self._ended = kernel, kernels, rooms, ended
        self.displays: dict[str, Any] = {}
        self._running: dict[str, Execution] = {}
        self._captures = Captures(self._tell_widget)
        self._held: dict[str, Room] = {}
        self._process = self._pid()
        self._early: list[dict[str, Any]] | None = []
        """What is asked before we hear the kernel; None from then on."""
        self._stack = AsyncExitStack()
        self._due: asyncio.TimerHandle | None = None
        self._wrote_at = self._busy_at = asyncio.get_running_loop().time()
        manager = kernels.get_kernel(kernel)
        session = manager.session.clone()
        # Message ids are counted within a session: two clients of one session would take each other's answers.
        session.session = uuid4().hex
        self._client = manager.client(session=session)
        self._client.start_channels(hb=False)
        self._joining = asyncio.Lock()
        self.task = asyncio.get_running_loop().create_task(self._listen())

    async def room(self, name: str) -> Room:
        """The room, open until nothing runs here any more."""
        self._busy_at = asyncio.get_running_loop().time()
        async with self._joining:
            if name not in self._held:
                self._held[name] = await self._stack.enter_async_context(self._rooms.held(name))
            return self._held[name]

    def is_stale(self) -> bool:
        """Was the kernel restarted since it was listened to? Then nothing more is run here."""
        return self._look_at_process()

    def run(self, execution: Execution, code: str, deleted: Sequence[str] = ()) -> None:
        """Ask the kernel; it takes one cell after the other."""
        tags = execution.outputs.tags(execution.room.document)
        with execution.room.in_the_name_of(execution.person), execution.room.document.doc.transaction():
            execution.outputs.begin(execution.room.document)
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": True,
            "stop_on_error": "raises-exception" not in tags,
        }
        metadata = {"cellId": execution.cell, "tags": tags, "deletedCells": list(deleted)}
        message = self._client.session.msg("execute_request", content, metadata=metadata)
        self._running[message["header"]["msg_id"]] = execution
        if self._early is None:
            self._client.shell_channel.send(message)
        else:
            self._early.append(message)

    def answer(self, execution: Execution, text: str) -> None:
        """Give a cell the line for which it waits."""
        shown = f"{execution.prompt or ''}{'········' if execution.password else text}\n"
        execution.state, execution.prompt = "running", None
        self._hear(execution, "stream", {"name": "stdout", "text": shown})
        self._client.input(text)
        execution.tell()

    async def _begin(self) -> None:
        """Ask until the kernel is heard: what it says before that would be lost."""
        while self.kernel in self._kernels:
            self._client.kernel_info()
            with suppress(Empty):
                await self._client.get_iopub_msg(timeout=_LOOK_S / 2)
                break
        # What was asked of a process that was restarted before it answered is not for the next one.
        self._look_at_process()
        early, self._early = self._early or [], None
        for message in early if self._running else ():
            self._client.shell_channel.send(message)

    async def _listen(self) -> None:
        readers: list[asyncio.Task[None]] = []
        try:
            await self._begin()
            readers = self._readers()
            await asyncio.gather(*readers)
        except asyncio.CancelledError:
            _log.debug("the server stops, or kernel %s is done", self.kernel)
        except Exception:  # noqa: BLE001  the edge of a task
            _log.exception("cannot listen to kernel %s any more", self.kernel)
        finally:
            for reader in readers:
                reader.cancel()
            self._ended(self)
            self._abandon(_UNHEARD if self._pid() == self._process else _LOST)
            self._client.stop_channels()
            await self._stack.aclose()

    def _readers(self) -> list[asyncio.Task[None]]:
        return [
            asyncio.create_task(self._read(channel, hear))
            for channel, hear in (
                (self._client.get_iopub_msg, self._on_iopub),
                (self._client.get_shell_msg, self._on_reply),
                (self._client.get_stdin_msg, self._on_stdin),
            )
        ]

    async def _read(self, get: Callable[..., Any], hear: Callable[[dict[str, Any]], None]) -> None:
        while True:
            try:
                message = await get(timeout=_LOOK_S)
            except Empty:
                self._look_at_process()
                await self._rest()
                continue
            hear(message)

    async def _rest(self) -> None:
        """Nothing was heard for a moment: leave the rooms, and later the kernel, if nothing runs."""
        quiet_s = asyncio.get_running_loop().time() - self._busy_at
        if self.kernel not in self._kernels or (not self._running and quiet_s > _IDLE_S):
            self._retire()
        elif not self._running and quiet_s > _ROOMS_S and self._held:
            async with self._joining:
                self._held.clear()
                await self._stack.aclose()

    def _look_at_process(self) -> bool:
        """A kernel that was restarted says nothing of what its former process ran; True if it was."""
        process = self._pid()
        if process == self._process:
            return False
        self._process = process
        self._abandon(_LOST)
        # Lines to the former process may hear nothing of the first words of the next one.
        self._retire()
        return True

    def _retire(self) -> None:
        """From now on nobody runs a cell through this listener."""
        self._ended(self)
        self.task.cancel()

    def _pid(self) -> int | None:
        if self.kernel not in self._kernels:
            return None
        return getattr(self._kernels.get_kernel(self.kernel).provisioner, "pid", None)

    def _on_iopub(self, message: dict[str, Any]) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        self._look_at_process()
        self._captures.hear(kind, content)
        asked = message["parent_header"].get("msg_id", "")
        execution = self._running.get(asked)
        if execution is None:
            return
        execution.begun = True
        if self._captures.take(asked, kind, content):
            return
        if execution.times is not None and kind in ("status", "execute_input"):
            label = f"status.{content['execution_state']}" if kind == "status" else kind
            execution.times[f"iopub.{label}"] = _moment(message["header"])
        if kind in _SHOWN:
            self._hear(execution, kind, content)
        elif kind == "status" and content["execution_state"] == "idle":
            execution.idle = True
            self._captures.flush()
            self._end_if_over(execution)

    def _tell_widget(self, widget: str, said: dict[str, Any]) -> None:
        message = self._client.session.msg("comm_msg", {"comm_id": widget, "data": said})
        self._client.shell_channel.send(message)

    def _on_reply(self, message: dict[str, Any]) -> None:
        execution = self._running.get(message["parent_header"].get("msg_id", ""))
        if execution is not None:
            content = message["content"]
            execution.ok, execution.count = content["status"] == "ok", content.get("execution_count")
            execution.fault = content if content["status"] == "error" else None
            if execution.times is not None:
                if "started" in message["metadata"]:
                    execution.times["shell.execute_reply.started"] = str(message["metadata"]["started"])
                execution.times["shell.execute_reply"] = _moment(message["header"])
            if execution.ok:
                self._take_payload(execution, content.get("payload") or [])
            execution.replied = True
            self._end_if_over(execution)

    def _take_payload(self, execution: Execution, payload: list[dict[str, Any]]) -> None:
        """Show what ``?`` found; write what ``%load`` read into the cell, or into a new one below it."""
        page = next((one for one in payload if one.get("source") == "page"), None)
        if page is not None:
            self._hear(execution, "display_data", {"data": page["data"], "metadata": {}})
        asked = next((one for one in payload if one.get("source") == "set_next_input"), None)
        if asked is not None and execution.may_edit:
            room = execution.room
            with room.in_the_name_of(execution.person), room.document.doc.transaction():
                execution.outputs.set_input(room.document, str(asked["text"]), replace=bool(asked.get("replace")))

    def _on_stdin(self, message: dict[str, Any]) -> None:
        execution = self._running.get(message["parent_header"].get("msg_id", ""))
        if execution is not None and message["header"]["msg_type"] == "input_request":
            content = message["content"]
            execution.prompt, execution.password = content["prompt"], content["password"]
            execution.state = "waiting"
            self._write()
            execution.tell()

    def _hear(self, execution: Execution, kind: str, content: dict[str, Any]) -> None:
        """Keep it for the next moment: ten thousand lines are no ten thousand edits."""
        last = execution.waiting[-1] if execution.waiting else None
        if last is not None and kind == last.kind == "stream" and last.content["name"] == content["name"]:
            last.content["text"] += content["text"]
        else:
            said = Said(kind, dict(content))
            execution.waiting.append(said)
            if self._rooms.outputs.may_be_large(content):
                said.kept = asyncio.get_running_loop().create_task(self._keep(said))
                said.kept.add_done_callback(lambda _: self._go_on(execution))
        if self._due is None:
            # At once, unless something was told a moment ago.
            self._due = asyncio.get_running_loop().call_at(self._wrote_at + TOLD_EVERY_S, self._write)

    async def _keep(self, said: Said) -> None:
        """A large figure goes into the store; what comes after it waits, so that outputs keep their order."""
        said.content = await self._rooms.outputs.message(said.kind, said.content)

    def _go_on(self, execution: Execution) -> None:
        if execution.state != "done":
            self._write()
            self._end_if_over(execution)

    def _write(self, *, whole: bool = False) -> None:
        """Write what may be written; if *whole*, also what is not in the store yet."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        self._wrote_at = asyncio.get_running_loop().time()
        for execution in self._running.values():
            ready = len(execution.waiting) if whole else _ready(execution.waiting)
            said, execution.waiting = execution.waiting[:ready], execution.waiting[ready:]
            room = execution.room
            if said:
                with room.in_the_name_of(execution.person), room.document.doc.transaction():
                    for one in said:
                        execution.outputs.take(room.document, one.kind, one.content)

    def _end_if_over(self, execution: Execution) -> None:
        if execution.idle and execution.replied and _ready(execution.waiting) == len(execution.waiting):
            self._end(execution)

    def _end(self, execution: Execution) -> None:
        self._write(whole=True)
        self._running = {number: one for number, one in self._running.items() if one is not execution}
        room = execution.room
        with room.in_the_name_of(execution.person), room.document.doc.transaction():
            execution.outputs.end(room.document, execution.count, execution.times)
        self._busy_at = asyncio.get_running_loop().time()
        execution.state, execution.prompt, execution.ok = "done", None, bool(execution.ok)
        execution.tell()

    def _abandon(self, why: dict[str, Any]) -> None:
        """Nothing more will be heard of what ran: say so in cells that were not over, or they pass for done."""
        for execution in list(self._running.values()):
            if execution.begun and not execution.replied:
                execution.fault = why
                self._hear(execution, "error", why)
            self._end(execution)


def _ready(waiting: list[Said]) -> int:
    """How many of these may be written, one after the other."""
    return next((number for number, said in enumerate(waiting) if not said.is_ready), len(waiting))


def _moment(header: dict[str, Any]) -> str:
    """When a message was sent, as a browser writes it."""
    date = header.get("date")
    return (date if isinstance(date, datetime) else datetime.now(UTC)).isoformat().replace("+00:00", "Z")
