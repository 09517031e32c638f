"""Cells that run on the server: all outputs reach the shared document, whoever closes their tab.

A browser that runs a cell writes the outputs into the document itself, so they are lost with it. Here the server asks
the kernel, listens to it, and writes into the room; listener.py does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from ..errors import BadInput, NotFound
from .people import Person

if TYPE_CHECKING:
    from pycrdt import Map

    from .listener import Listener, Said
    from .outputs import Outputs
    from .room import Room
    from .rooms import Rooms

_REMEMBERED = 200
_LOOK_S = 0.05
_LOOKS = 40
"""How often, not how long: a server that was held up has not heard what came meanwhile."""

State = Literal["running", "waiting", "done"]


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
    fault: dict[str, Any] | None = None
    """The error that ended it, as the kernel tells it."""
    may_edit: bool = False
    """May what runs write into cells, as ``%load`` does?"""
    times: dict[str, str] | None = None
    """When what happened, as JupyterLab keeps it in the cell; None: it is not to be kept."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    begun: bool = False
    """The kernel has said something of it."""
    replied: bool = False
    idle: bool = False
    waiting: list[Said] = field(default_factory=list)

    def tell(self) -> None:
        """Wake up who waits for news."""
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(frozen=True, slots=True)
class Wish:
    """How a cell is to be run."""

    code: str | None = None
    """None: what stands in the document."""
    after: str | None = None
    """Not if this execution failed."""
    may_edit: bool = False
    is_timed: bool = False
    deleted: Sequence[str] = ()
    """Cells that the kernel is to hear of as deleted."""


class Executions:
    """All cells that run through us. Lives on the event loop."""

    def __init__(self, rooms: Rooms, kernels: Callable[[], Any]) -> None:
        """*kernels* gives the server's kernel manager."""
        self._rooms, self._kernels = rooms, kernels
        self._listeners: dict[str, Listener] = {}
        self._known: dict[str, Execution] = {}
        rooms.at_stop.append(self.close)

    async def start(self, person: Person, kernel: str, room: str, cell: str, wish: Wish) -> Execution:
        """Run a cell.

        Raises:
            NotFound: there is no such kernel or cell.
        """
        from .outputs import Outputs

        if kernel not in self._kernels():
            raise NotFound("this kernel does not run any more")
        listener, held = await self._listener(kernel, room)
        ycell = await _found(held, cell)
        # Waiting for the cell, the listener may have retired.
        listener, held = await self._listener(kernel, room)
        times: dict[str, str] | None = {} if wish.is_timed else None
        outputs = Outputs(cell, listener.displays)
        execution = Execution(kernel, held, cell, person, outputs, may_edit=wish.may_edit, times=times)
        self._known[execution.id] = execution
        while len(self._known) > _REMEMBERED and next(iter(self._known.values())).state == "done":
            del self._known[next(iter(self._known))]
        before = self._known.get(wish.after or "")
        if before is not None and before.state == "done" and not before.ok:
            # The kernel drops what waits behind an error; this came a moment too late for that.
            execution.state, execution.ok = "done", False
        else:
            listener.run(execution, str(ycell["source"]) if wish.code is None else wish.code, wish.deleted)
        return execution

    async def _listener(self, kernel: str, room: str) -> tuple[Listener, Room]:
        """Who listens to a kernel, and the room that is open as long."""
        from .listener import Listener

        while True:
            listener = self._listeners.get(kernel)
            if listener is None or listener.is_stale():
                listener = self._listeners[kernel] = Listener(kernel, self._kernels(), self._rooms, self._ended)
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

    def _ended(self, listener: Listener) -> None:
        if self._listeners.get(listener.kernel) is listener:
            del self._listeners[listener.kernel]


async def _found(room: Room, cell: str) -> Map[Any]:
    """A code cell; one that was made a moment ago may come after the wish to run it, on a line of its own."""
    from .outputs import find_cell

    for _ in range(_LOOKS):
        ycell = find_cell(room.document, cell)
        if ycell is not None:
            return ycell
        await asyncio.sleep(_LOOK_S)
    raise NotFound("this cell is not in the document; it may have been deleted")
