"""Headless people: tabs that speak the protocol as a browser does, and files in memory."""

from __future__ import annotations

import asyncio
import copy
import json
import secrets
from collections.abc import Callable
from typing import Any

from jupyter_ydoc import YNotebook, YUnicode
from pycrdt import (
    Array,
    Awareness,
    Decoder,
    Doc,
    Map,
    Text,
    create_awareness_message,
    create_sync_message,
    create_update_message,
    handle_sync_message,
    read_message,
)

from jupyter_hubcollab.collab.files import File, FileChanged, Kind
from jupyter_hubcollab.collab.people import Person
from jupyter_hubcollab.collab.rooms import Rooms
from jupyter_hubcollab.errors import BadInput, RoomNotFound, Unavailable

ANA = Person("ana", "Ana Álvarez")
BEN = Person("ben", "Ben")


class Tab:
    """One browser tab: a document that outlives its connections, and messages in and out."""

    def __init__(self, kind: str = "notebook", *, keeps_own_text: bool = False) -> None:
        """*keeps_own_text*: as src/ui/own-text.ts does, in cells that others remove."""
        self.doc: Doc[Any] = Doc(client_id=secrets.randbits(32), skip_gc=keeps_own_text)
        self.awareness = Awareness(self.doc)
        self.shared = (YNotebook if kind == "notebook" else YUnicode)(self.doc, self.awareness)
        self.send: Callable[[bytes], Any] | None = None
        self.synced = asyncio.Event()
        self.closed: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self.raw: list[bytes] = []
        self.received: list[bytes] = []
        self._changed = asyncio.Event()
        self._hearing = False
        self.doc.observe(self._on_edit)
        self.awareness.observe(lambda topic, _: self._changed.set())

    def _on_edit(self, event: Any) -> None:
        self._changed.set()
        if not self._hearing and self.send is not None:
            self.send(create_update_message(event.update))

    def connected(self, send: Callable[[bytes], Any]) -> None:
        """Say what a browser says first."""
        self.send = send
        send(create_sync_message(self.doc))
        self.tell_where()

    def tell_where(self) -> None:
        if self.send is not None:
            self.send(create_awareness_message(self.awareness.encode_awareness_update([self.doc.client_id])))

    def stand(self, **state: Any) -> None:
        """Say something about oneself."""
        self.awareness.set_local_state(state)
        self.tell_where()

    def hear(self, message: bytes) -> None:
        self.received.append(message)
        if message[0] == 0:
            self._hearing = True
            try:
                answer = handle_sync_message(message[1:], self.doc)
            finally:
                self._hearing = False
            if answer is not None and self.send is not None:
                self.send(answer)
            if message[1] == 1:
                self.synced.set()
        elif message[0] == 1:
            self.awareness.apply_awareness_update(read_message(message[1:]), "remote")
        else:
            self.raw.append(message)
        self._changed.set()

    async def until(self, holds: Callable[[], bool], timeout_s: float = 150) -> None:
        """Wait until something holds; looked at whenever anything arrives."""
        async with asyncio.timeout(timeout_s):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    # what people do

    @property
    def cells(self) -> Array[Any]:
        return self.doc.get("cells", type=Array)

    @property
    def sources(self) -> list[str]:
        return [str(cell["source"]) for cell in self.cells]

    @property
    def text(self) -> str:
        return str(self.doc.get("source", type=Text))

    def type(self, text: str, cell: int = 0) -> None:
        """Type at the end of a cell."""
        source = self.cells[cell]["source"]
        source += text

    def write(self, text: str, at: int) -> None:
        """Write into a text file."""
        self.doc.get("source", type=Text).insert(at, text)

    def add_cell(self, text: str) -> None:
        cell = {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "id": secrets.token_hex(4)}
        self.shared.append_cell(cell)


def told(tab: Tab, kind: str) -> list[dict[str, Any]]:
    """What the server told a tab in JSON, of one type."""
    found = []
    for message in tab.raw:
        decoder = Decoder(message[1:])
        value = json.loads(decoder.read_var_string())
        if value["type"] == kind:
            found.append(value)
    return found


class InProcess:
    """Connects tabs to rooms without a network; messages arrive in order, one after the other."""

    def __init__(self, rooms: Rooms, room: str) -> None:
        self._rooms, self._room = rooms, room
        self.readers: set[str] = set()

    async def connect(self, tab: Tab, person: Person = ANA) -> Pipe:
        pipe = Pipe(tab, lambda: person.name not in self.readers)
        await pipe.open(self._rooms, self._room, person)
        return pipe

    async def join(self, tab: Tab, person: Person = ANA) -> Pipe:
        """Connect, and wait until the tab has everything."""
        tab.synced.clear()
        pipe = await self.connect(tab, person)
        async with asyncio.timeout(60):
            await tab.synced.wait()
        return pipe


class Pipe:
    """One connection of one tab."""

    def __init__(self, tab: Tab, may_write: Callable[[], bool]) -> None:
        self.tab, self._may_write = tab, may_write
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.is_stuck = False
        self._stuck: list[tuple[tuple[bytes, ...], asyncio.Future[None]]] = []

    async def open(self, rooms: Rooms, room: str, person: Person) -> None:
        self._rooms = rooms
        self.room, self.client = await rooms.enter(room, self, person)
        self._task = asyncio.create_task(self._run())
        self.tab.connected(self._queue.put_nowait)

    async def _run(self) -> None:
        while True:
            await self.room.hear(self.client, await self._queue.get())

    def cut(self) -> None:
        """The network is gone."""
        self.tab.send = None
        self._task.cancel()
        self._rooms.leave(self.room, self.client)

    def unstick(self) -> None:
        self.is_stuck = False
        for messages, future in self._stuck:
            for message in messages:
                self.tab.hear(message)
            future.set_result(None)
        self._stuck = []

    # the link, as the room sees it

    def write(self, *messages: bytes) -> asyncio.Future[None]:
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.is_stuck:
            self._stuck.append((messages, taken))
            return taken
        for message in messages:
            asyncio.get_running_loop().call_soon(self.tab.hear, message)
        taken.set_result(None)
        return taken

    def close(self, code: int, reason: str) -> None:
        if not self.tab.closed.done():
            self.tab.closed.set_result((code, reason))

    async def may_write(self) -> bool:
        return self._may_write()


class MemoryFiles:
    """Files in a dict; ids are paths with a prefix."""

    def __init__(self) -> None:
        self.files: dict[str, Any] = {}
        self.versions: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.is_full = False
        self.is_elsewhere = False
        self.broken: set[str] = set()
        self.before_write: Callable[[Any], Any] | None = None
        self.is_hanging = False
        self.hook: Callable[[Any], Any] = lambda content: content
        self.written = asyncio.Event()
        self.writes = 0

    def put(self, path: str, content: Any) -> None:
        """Somebody else writes a file."""
        self.files[path] = copy.deepcopy(content)
        self.versions[path] = self.versions.get(path, 0) + 1

    def id_of(self, path: str) -> str:
        self.names.setdefault(f"id-{path}", path)
        return next(number for number, name in self.names.items() if name == path)

    def path_of(self, file_id: str) -> str | None:
        return self.names.get(file_id)

    async def version(self, path: str) -> str | None:
        return str(self.versions[path]) if path in self.files else None

    async def read(self, path: str, kind: Kind) -> File:
        if path not in self.files:
            raise RoomNotFound(f"there is no file {path}")
        if path in self.broken:
            raise BadInput(f"{path} is no notebook")
        version = str(self.versions[path])
        return File(copy.deepcopy(self.files[path]), version, version)

    async def keep_copy(self, path: str) -> None:
        self.put(f"{path}.kept", self.files[path])

    async def claim(self, path: str) -> bool:
        return not self.is_elsewhere

    def release(self, path: str) -> None:
        """Nobody else is here."""

    async def write(self, path: str, kind: Kind, content: Any, *, expected: str | None) -> File:
        if self.before_write is not None:
            self.before_write(content)
        if await self.version(path) != expected:
            raise FileChanged(path)
        self.broken.discard(path)
        if self.is_full:
            raise Unavailable("the disk is full")
        if self.is_hanging:
            await asyncio.Event().wait()
        self.put(path, self.hook(content))
        self.writes += 1
        self.written.set()
        return await self.read(path, kind)


def notebook(*sources: str, minor: int = 5) -> dict[str, Any]:
    """A notebook with a code cell per source."""
    blank = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    ids = [{"id": f"cell-{number}"} if minor >= 5 else {} for number in range(len(sources))]
    cells = [{**blank, "metadata": {}, "source": source, **number} for source, number in zip(sources, ids, strict=True)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": minor}


__all__ = ["ANA", "BEN", "InProcess", "Map", "MemoryFiles", "Pipe", "Tab", "notebook", "told"]
