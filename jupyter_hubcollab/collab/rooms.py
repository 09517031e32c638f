"""All rooms of a server: opened when somebody comes, kept while anybody is there, closed with everything saved."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ..config import Config
from ..errors import HubError, RoomNotFound
from .board import KEPT
from .by_reference import LargeOutputs, ShortFiles
from .comments import Comments
from .files import Files, Kind
from .forks import Forks
from .journal import Journals, LogJournal
from .people import Client, Link, Person
from .roles import RoleBook
from .suggestions import Suggestions
from .updates import UpdateLog
from .workspace import Shared

if TYPE_CHECKING:
    from .keeper import Keeper
    from .past import Past
    from .room import Room

_log = logging.getLogger(__name__)

GLOBAL_AWARENESS = "JupyterLab:globalAwareness"
_LOOK_S = 1.0
_STOP_S = 1.8
_LOG_S = 1.0
_MOST_TRANSIENT = 1000
_EPOCH = 1_767_225_600
"""2026-01-01: seconds since then fit into the 32 bits that some ports of Yjs have for clocks."""

Emit = Callable[[str, dict[str, Any]], None]
"""Publish an event of jupyter-collaboration: ``session``, ``awareness`` or ``fork``, and its fields."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a tab needs to enter a room."""

    file_id: str
    session_id: str
    is_new: bool


@dataclass(eq=False)
class _Open:
    """A room that is in memory."""

    room: Room
    keeper: Keeper | None = None
    is_shown: bool = False
    """It is there only to be looked at."""
    leased: bool = False
    """Somebody got its document through `get_document` and may hold it."""
    holds: int = 0
    """How many kernels write into it."""
    closing: asyncio.TimerHandle | None = None

    @property
    def is_wanted(self) -> bool:
        """Has anybody still to do with it?"""
        return bool(self.room.clients or self.leased or self.holds)


class Rooms:
    """The rooms of one server. Lives on the event loop; what waits for a disk runs in threads."""

    def __init__(self, config: Config, files: Files, emit: Emit, now: Callable[[], float] = time.time) -> None:
        self.config, self.emit, self._now = config, emit, now
        self.outputs = LargeOutputs(config.data_dir, config.large_output_chars, now)
        self._files = ShortFiles(files, self.outputs)
        self._open: dict[str, _Open] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._journals = Journals(config.data_dir, self.opened, now)
        self._watch: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False
        self.on_notice: Callable[[Person, str, str, dict[str, Any]], None] = lambda *_: None
        """Somebody was told something about the document at a path: of which kind, and what."""
        self.at_stop: list[Callable[[], None]] = []
        self.session_id = str(uuid4())
        self.forks = Forks(self)
        self._past: Past | None = None
        self.shared = Shared(self, now)
        self.comments = Comments(self.shared)
        self.roles = RoleBook(self.shared, config.owner)
        self.suggestions = Suggestions(self, self.shared)

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def session(self, path: str, kind: Kind) -> Session:
        """Let somebody begin to edit the file at *path*.

        Raises:
            RoomNotFound: there is no such file.
        """
        file = await self.file_of(path)
        known = f"{kind.file_format}:{kind.content_type}:{file}" in self._open
        return Session(file, self.session_id, is_new=not known)

    async def file_of(self, path: str) -> str:
        """The id of the file at *path*.

        Raises:
            RoomNotFound: there is no such file.
        """
        if not path or await self._files.version(path) is None:
            raise RoomNotFound(f"there is no file {path}")
        return self._files.id_of(path)

    def known_file(self, path: str) -> str:
        """The id of the file at *path*, whether it is there or not."""
        return self._files.id_of(path)

    def room_of(self, path: str, kind: Kind) -> str:
        """The name of the room for a file."""
        return f"{kind.file_format}:{kind.content_type}:{self._files.id_of(path)}"

    # ── people come and go ───────────────────────────────────────────────────────────────────────────────────────

    async def enter(self, name: str, link: Link, person: Person) -> tuple[Room, Client]:
        """Let a tab into a room, which is opened for it.

        Raises:
            RoomNotFound: there is no such file.
            HubError: it cannot be opened.
        """
        entry = await self._entry(name)
        if entry.closing is not None:
            entry.closing.cancel()
            entry.closing = None
        client = Client(link, person, since=int(self._now()) - _EPOCH)
        if entry.keeper is not None:
            (await self.log()).note_person(person.name, person.display_name)
        entry.room.enter(client)
        if entry.keeper is not None:
            entry.keeper.greet(client)
        if name != GLOBAL_AWARENESS:
            self.emit("awareness", {"roomid": name, "username": person.name, "action": "join"})
        return entry.room, client

    def leave(self, room: Room, client: Client) -> None:
        """A tab is gone; the last one leaves the room to be closed after a while."""
        room.leave(client)
        if room.name != GLOBAL_AWARENESS:
            self.emit("awareness", {"roomid": room.name, "username": client.person.name, "action": "leave"})
        entry = self._open.get(room.name)
        if entry is not None:
            self._close_later(entry)

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[Room]:
        """A room that stays open meanwhile, whoever leaves it."""
        entry = await self._entry(name)
        entry.holds += 1
        try:
            yield entry.room
        finally:
            entry.holds -= 1
            self._close_later(entry)

    def _close_later(self, entry: _Open) -> None:
        if entry.is_wanted or self._stopped:
            return
        if entry.keeper is not None or entry.is_shown:
            close = partial(self._later, self._close_if_empty, entry.room.name)
            entry.closing = asyncio.get_running_loop().call_later(self.config.room_keep_s, close)

    def _later(self, action: Callable[[str], Any], name: str) -> None:
        task = asyncio.get_running_loop().create_task(action(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close_if_empty(self, name: str) -> None:
        from .history import compact

        async with self._lock(name):
            entry = self._open.get(name)
            if entry is None or entry.is_wanted:
                return
            if entry.keeper is not None:
                await entry.keeper.close()
                await entry.room.stored(entry.room.last_seq)
                if entry.is_wanted:
                    return
                await asyncio.to_thread(compact, await self.log(), name, entry.room.document.kind)
                await asyncio.to_thread(self.outputs.collect, await self.log())
            del self._open[name]
            self._tell(name, "INFO", "clean", "Room deleted.")

    def opened(self, name: str) -> Room | None:
        """A room if it is in memory."""
        entry = self._open.get(name)
        return None if entry is None else entry.room

    async def room(self, name: str) -> Room:
        """A room, opened if need be."""
        return (await self._entry(name)).room

    def forget(self, name: str, why: str) -> None:
        """Send everybody out of a room that is no more."""
        entry = self._open.pop(name, None)
        for client in list(entry.room.clients) if entry is not None else []:
            client.link.close(1001, why)

    # ── rooms are opened ─────────────────────────────────────────────────────────────────────────────────────────

    def _lock(self, name: str) -> asyncio.Lock:
        return self._locks.setdefault(name, asyncio.Lock())

    async def _entry(self, name: str) -> _Open:
        async with self._lock(name):
            if self._stopped:
                raise RoomNotFound("the server is stopping")
            if name not in self._open:
                self._open[name] = await self._opened(name)
            return self._open[name]

    async def _opened(self, name: str) -> _Open:
        from .kept import kept_room

        if name.count(":") >= 2:
            return await self._file_room(name)
        if name.startswith(KEPT):
            return _Open(await kept_room(name, await self.log(), await self._journals.of(name)))
        fork = (await self.forks.all()).get(name)
        if fork is not None:
            await self.roles.load()
            room = await self.forks.open(fork, await self._journals.of(name))
            room.may_edit = self.roles.in_room(fork.root_roomid, "commenter")
            return _Open(room)
        if sum(entry.keeper is None for entry in self._open.values()) >= _MOST_TRANSIENT:
            raise RoomNotFound(f"there are {_MOST_TRANSIENT} rooms without files already; close some")
        return _Open(_new_room(name, "unicode"))

    async def _file_room(self, name: str) -> _Open:
        from .keeper import Keeper, Means

        file_format, content_type, file_id = name.split(":", 2)
        kind = Kind(file_format, content_type)
        log = await self.log()
        room = _new_room(name, content_type, await self._journals.of(name))
        await self.roles.load()
        room.may_edit = self.roles.in_room(name, "editor")
        tell = partial(self._tell, name)
        keeper = Keeper(room, kind, file_id, Means(self._files, log, self.config, tell, self.outputs))
        room.on_notice = lambda person, kind, told: self.on_notice(person, keeper.path or "", kind, told)
        if self._watch is None:
            self._watch = asyncio.get_running_loop().create_task(self._look_at_files())
        entry = self._open[name] = _Open(room, keeper)
        try:
            await keeper.load()
        except BaseException:
            del self._open[name]
            raise
        return entry

    async def log(self) -> UpdateLog:
        """The log of edits, opened at first use."""
        return await self._journals.log()

    async def _look_at_files(self) -> None:
        """See what others write to the files of rooms in which somebody is."""
        while True:
            await asyncio.sleep(_LOOK_S)
            for entry in list(self._open.values()):
                if entry.keeper is not None and entry.is_wanted:
                    try:
                        await entry.keeper.look()
                    except Exception:  # noqa: BLE001  one bad file must not end the watch over the others
                        _log.exception("cannot look at the file of room %s", entry.room.name)

    def _tell(self, name: str, level: str, action: str, message: str) -> None:
        path = self._files.path_of(name.split(":", 2)[-1]) if name.count(":") >= 2 else None
        self.emit("session", {"level": level, "room": name, "path": path or "", "action": action, "msg": message})

    # ── documents for other extensions ───────────────────────────────────────────────────────────────────────────

    async def document(self, name: str, *, create: bool) -> Any:
        """The live document of a room; it stays open from now on. None if the room is not open and not to be opened."""
        if name not in self._open and not create:
            return None
        entry = await self._entry(name)
        entry.leased = True
        return entry.room.document.shared

    async def copy(self, name: str, *, create: bool) -> Any:
        """A copy of a room's document; None if the room is not open and not to be opened."""
        from .document import Document, doc_of

        if name not in self._open and not create:
            return None
        entry = await self._entry(name)
        return Document(entry.room.document.kind, doc_of([entry.room.document.doc.get_update()])).shared

    # ── the past ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def past(self) -> Past:
        """What happened in all rooms."""
        from .past import Past

        if self._past is None:
            self._past = Past(self)
        return self._past

    async def people(self) -> dict[str, str]:
        """Display names by user name."""
        log = await self.log()
        return await asyncio.to_thread(log.people)

    def show(self, room: Room) -> None:
        """Let people into a room that stands for nothing but itself."""
        self._open[room.name] = _Open(room, is_shown=True)

    def hide(self, name: str) -> None:
        """Let nobody else into such a room."""
        self._open.pop(name, None)

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def stop(self) -> None:
        """Send everybody home, save everything; takes `_STOP_S` and `_LOG_S` at most, whatever a disk does."""
        self._stopped = True
        for end in self.at_stop:
            end()
        if self._watch is not None:
            self._watch.cancel()
        for task in self._tasks:
            task.cancel()
        entries = list(self._open.values())
        # People first: who goes on typing would do it past the last save; their tabs keep it and bring it back.
        for entry in entries:
            for client in list(entry.room.clients):
                client.link.close(1001, "the server stops")
        saving = [asyncio.ensure_future(_closed(entry.keeper)) for entry in entries if entry.keeper is not None]
        if saving:
            _, late = await asyncio.wait(saving, timeout=_STOP_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._journals.close(_LOG_S)
        self._open.clear()


async def _closed(keeper: Keeper) -> None:
    try:
        await keeper.close()
    except HubError:
        _log.exception("a room could not be saved; its edits are in the log")


def _new_room(name: str, kind: str, journal: LogJournal | None = None) -> Room:
    from .document import Document
    from .room import Room

    return Room(name, Document(kind), journal)
