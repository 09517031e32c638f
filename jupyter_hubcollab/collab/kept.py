"""Rooms that have no file and are kept in the log: the workspace document, and drafts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..errors import RoomNotFound
from .board import DRAFTS, NAME
from .document import Document, doc_of
from .history import compact
from .messages import reload_reason
from .people import Client
from .room import Journal, Room

if TYPE_CHECKING:
    from .updates import UpdateLog

_MANY = 500
"""Updates from which on it pays to put them together before they are read."""


async def kept_room(name: str, log: UpdateLog, journal: Journal) -> Room:
    """The room *name* from the log, or a new one.

    Raises:
        RoomNotFound: there are no rooms of this name.
    """
    if name != NAME and not name.startswith(DRAFTS):
        raise RoomNotFound(f"there is no room {name}")
    updates = await asyncio.to_thread(log.updates, name)
    if len(updates) > _MANY:
        await asyncio.to_thread(compact, log, name)
        updates = await asyncio.to_thread(log.updates, name)
    room = Room(name, Document("unicode", doc_of(update.content for update in updates)), journal)
    room.on_stranger = _send_home
    if name == NAME:
        room.may_edit = lambda _: False
    if updates:
        room.last_seq = updates[-1].seq
        room.durable(room.last_seq)
    else:
        # Not waited for: the log tells a room only once it is known to be open.
        room.document.mark()
    return room


async def _send_home(client: Client, whole: bytes) -> None:  # noqa: ARG001
    """A tab that has another history begins anew; nothing of this document is made in tabs."""
    client.link.close(1003, reload_reason("The shared document was made anew."))
