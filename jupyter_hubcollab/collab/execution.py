"""Cells that run on the server: all outputs reach the shared document, whoever closes their tab.

A browser that runs a cell writes the outputs into the document itself, so they are lost with it. Here the server asks
the kernel, listens to it, and writes into the room. One listener for each kernel, as long as something runs there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from queue import Empty
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from ..errors import BadInput, NotFound
from .people import Person

if TYPE_CHECKING:
    from .outputs import Outputs
    from .room import Room
    from .rooms import Rooms

_log = logging.getLogger(__name__)

TOLD_EVERY_S = 0.05
_LOOK_S = 1.0
_REMEMBERED = 200
_SHOWN = ("stream", "display_data", "execute_result", "error", "clear_output", "update_display_data")

State = Literal["running", "waiting", "done"]


@dataclass(eq=False)
class _Said:
    """What the kernel said and the document has not yet."""

    kind: str
    content: dict[str, Any]
    kept: asyncio.Task[None] | None = None
    """Puts it into the store of large outputs, and what stands for it in its place."""

    @property
    def is_ready(self) -> bool:
        """May it go into the document?"""
        return self.kept is None or self.kept.done()


@dataclass(eq=False)
class Execution:
    """One cell that runs, or has run."""

    kernel: str
    room: Room
    cell: str
    person: Person
    outputs: Outputs
    id: str = field(default_factory=lambda: uuid4().hex)
    state: State = "running"
    prompt: str | None = None
    password: bool = False
    ok: bool | None = None
    count: int | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    replied: bool = False
    idle: bool = False
    waiting: list[_Said] = field(default_factory=list)

    def tell(self) -> None:
        """Wake up who waits for news."""
        self.changed.set()
        self.changed = asyncio.Event()


class Executions:
    """All cells that run through us. Lives on the event loop."""

    def __init__(self, rooms: Rooms, kernels: Callable[[], Any]) -> None:
        """*kernels* gives the server's kernel manager."""
        self._rooms, self._kernels = rooms, kernels
        self._listeners: dict[str, _Listener] = {}
        self._known: dict[str, Execution] = {}
        rooms.at_stop.append(self.close)

    async def start(
        self, person: Person, kernel: str, room: str, cell: str, *, code: str | None, after: str | None = None
    ) -> Execution:
        """Run a cell; *code* None: what stands in the document; not if the execution *after* which it comes failed.

        Raises:
            NotFound: there is no such kernel or cell.
        """
        from .outputs import Outputs, find_cell

        if kernel not in self._kernels():
            raise NotFound("this kernel does not run any more")
        listener, held = await self._listener(kernel, room)
        ycell = find_cell(held.document, cell)
        if ycell is None:
            raise NotFound("this cell is not in the document; it may have been deleted")
        execution = Execution(kernel, held, cell, person, Outputs(cell, listener.displays))
        self._known[execution.id] = execution
        while len(self._known) > _REMEMBERED and next(iter(self._known.values())).state == "done":
            del self._known[next(iter(self._known))]
        before = self._known.get(after or "")
        if before is not None and before.state == "done" and not before.ok:
            # The kernel drops what waits behind an error; this came a moment too late for that.
            execution.state, execution.ok = "done", False
        else:
            listener.run(execution, str(ycell["source"]) if code is None else code)
        return execution

    async def _listener(self, kernel: str, room: str) -> tuple[_Listener, Room]:
        """Who listens to a kernel, and the room that is open as long."""
        while True:
            listener = self._listeners.get(kernel)
            if listener is None:
                listener = self._listeners[kernel] = _Listener(kernel, self._kernels(), self._rooms, self._ended)
            held = await listener.room(room)
            # It may have had nothing to do any more, and ended meanwhile.
            if self._listeners.get(kernel) is listener:
                return listener, held

    def one(self, number: str) -> Execution:
        """An execution.

        Raises:
            NotFound: it is unknown, or long over.
        """
        if number not in self._known:
            raise NotFound("this execution is over")
        return self._known[number]

    def of(self, room: str) -> list[Execution]:
        """What runs in a room."""
        return [one for one in self._known.values() if one.room.name == room and one.state != "done"]

    def answer(self, number: str, text: str) -> None:
        """Give a cell the line for which it waits.

        Raises:
            BadInput: it waits for none.
        """
        execution = self.one(number)
        listener = self._listeners.get(execution.kernel)
        if execution.state != "waiting" or listener is None:
            raise BadInput("this cell waits for no input")
        listener.answer(execution, text)

    def close(self) -> None:
        """Stop listening."""
        for listener in list(self._listeners.values()):
            listener.task.cancel()

    def _ended(self, listener: _Listener) -> None:
        if self._listeners.get(listener.kernel) is listener:
            del self._listeners[listener.kernel]


class _Listener:
    """Talks to one kernel, and writes what it says into rooms."""

    def __init__(self, kernel: str, kernels: Any, rooms: Rooms, ended: Callable[[_Listener], None]) -> None:
        self.kernel, self._kernels, self._rooms, self._ended = kernel, kernels, rooms, ended
        self.displays: dict[str, Any] = {}
        self._running: dict[str, Execution] = {}
        self._held: dict[str, Room] = {}
        self._process = self._pid()
        self._early: list[dict[str, Any]] | None = []
        """What is asked before we hear the kernel; None from then on."""
        self._stack = AsyncExitStack()
        self._due: asyncio.TimerHandle | None = None
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
        async with self._joining:
            if name not in self._held:
                self._held[name] = await self._stack.enter_async_context(self._rooms.held(name))
            return self._held[name]

    def run(self, execution: Execution, code: str) -> None:
        """Ask the kernel; it takes one cell after the other."""
        with execution.room.in_the_name_of(execution.person), execution.room.document.doc.transaction():
            execution.outputs.begin(execution.room.document)
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": True,
            "stop_on_error": True,
        }
        message = self._client.session.msg("execute_request", content, metadata={"cellId": execution.cell})
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
            self._abandon()
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
                if self.kernel not in self._kernels or not self._running:
                    self._retire()
                continue
            hear(message)

    def _look_at_process(self) -> None:
        """A kernel that was restarted says nothing of what its former process ran."""
        process = self._pid()
        if process != self._process:
            self._process = process
            self._abandon()
            # Lines to the former process may hear nothing of the first words of the next one.
            self._retire()

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
        execution = self._running.get(message["parent_header"].get("msg_id", ""))
        if execution is None:
            return
        if kind in _SHOWN:
            self._hear(execution, kind, content)
        elif kind == "status" and content["execution_state"] == "idle":
            execution.idle = True
            self._end_if_over(execution)

    def _on_reply(self, message: dict[str, Any]) -> None:
        execution = self._running.get(message["parent_header"].get("msg_id", ""))
        if execution is not None:
            execution.ok = message["content"]["status"] == "ok"
            execution.count = message["content"].get("execution_count")
            execution.replied = True
            self._end_if_over(execution)

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
            said = _Said(kind, dict(content))
            execution.waiting.append(said)
            if self._rooms.outputs.may_be_large(content):
                said.kept = asyncio.get_running_loop().create_task(self._keep(said))
                said.kept.add_done_callback(lambda _: self._go_on(execution))
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(TOLD_EVERY_S, self._write)

    async def _keep(self, said: _Said) -> None:
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
            execution.outputs.end(room.document, execution.count)
        execution.state, execution.prompt, execution.ok = "done", None, bool(execution.ok)
        execution.tell()

    def _abandon(self) -> None:
        """The kernel was restarted or is gone: what ran there ends without a word."""
        for execution in list(self._running.values()):
            self._end(execution)


def _ready(waiting: list[_Said]) -> int:
    """How many of these may be written, one after the other."""
    return next((number for number, said in enumerate(waiting) if not said.is_ready), len(waiting))
