"""Forks: copies of a room on which people work apart, kept in the log, and merged or dropped in the end."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ..errors import RoomNotFound
from .people import Person

if TYPE_CHECKING:
    from .room import Journal, Room
    from .rooms import Rooms


@dataclass(frozen=True, slots=True)
class Fork:
    """A copy of a room; *synchronize*: it goes on to get the room's edits."""

    name: str
    root_roomid: str
    synchronize: bool
    title: str
    description: str

    def info(self) -> dict[str, Any]:
        """As the front end knows it."""
        return {key: value for key, value in asdict(self).items() if key != "name"}


class Forks:
    """The forks of all rooms."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def all(self) -> dict[str, Fork]:
        """Forks by name."""
        log = await self._rooms.log()
        stored = await asyncio.to_thread(log.forks)
        return {name: Fork(name, root, **json.loads(info)) for name, (root, info) in stored.items()}

    async def of(self, root: str) -> list[Fork]:
        """The forks of one room."""
        return [fork for fork in (await self.all()).values() if fork.root_roomid == root]

    async def add(self, fork: Fork, by: Person) -> None:
        """Copy the room as it is now.

        Raises:
            RoomNotFound: it is not open.
        """
        root = self._rooms.opened(fork.root_roomid)
        if root is None:
            raise RoomNotFound("there is no such room; open the document first")
        log = await self._rooms.log()
        log.append(fork.name, by.name, root.document.doc.get_update())
        info = {"title": fork.title, "description": fork.description, "synchronize": fork.synchronize}
        log.note_fork(fork.name, fork.root_roomid, json.dumps(info))
        self._emit(fork, "create", by)

    async def open(self, fork: Fork, journal: Journal) -> Room:
        """The room of a fork, from the log."""
        from .document import Document, doc_of
        from .room import Room

        log = await self._rooms.log()
        updates = await asyncio.to_thread(log.updates, fork.name)
        root = (await self._rooms.room(fork.root_roomid)) if fork.synchronize else None
        kind = fork.root_roomid.split(":", 2)[1] if fork.root_roomid.count(":") >= 2 else "unicode"
        room = Room(fork.name, Document(kind, doc_of(update.content for update in updates)), journal)
        if root is not None:
            room.document.doc.apply_update(root.document.doc.get_update())
            root.followers.add(room)
        return room

    async def end(self, name: str, *, merge: bool, by: Person) -> None:
        """Delete a fork, after its edits went into the room if *merge*.

        Raises:
            RoomNotFound: there is no such fork.
        """
        fork = (await self.all()).get(name)
        if fork is None:
            raise RoomNotFound("there is no such fork")
        root, copy = await self._rooms.room(fork.root_roomid), await self._rooms.room(name)
        if merge:
            root.edit_for(by, copy.document.doc.get_update())
        root.followers.discard(copy)
        (await self._rooms.log()).drop_fork(name)
        self._rooms.forget(name, "the fork is deleted")
        self._emit(fork, "delete", by)

    def _emit(self, fork: Fork, action: str, by: Person) -> None:
        fields = {"username": by.name, "fork_roomid": fork.name, "fork_info": fork.info(), "action": action}
        self._rooms.emit("fork", fields)


def new_fork(root: str, title: str, description: str, *, synchronize: bool) -> Fork:
    """A fork that is yet to be added."""
    return Fork(uuid4().hex, root, synchronize, title, description)
