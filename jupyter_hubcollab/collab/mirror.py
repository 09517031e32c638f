"""A copy of a room's document that threads may read: to look through much text takes long, and people type on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .by_reference import LargeOutputs
from .content import Content
from .document import Document
from .room import Room


@dataclass(frozen=True, slots=True)
class Look:
    """A document as it was after edit number *seq*."""

    seq: int
    content: Content
    fingerprint: str


class Mirror:
    """The copy of one room's document."""

    def __init__(self, room: Room, outputs: LargeOutputs, salvaged: Callable[[], Awaitable[None]]) -> None:
        """*salvaged*: wait until cells that stand twice, as some do for a moment, stand once."""
        self._room, self._outputs, self._salvaged = room, outputs, salvaged
        self._copy: Document | None = None
        self._copied: Document | None = None

    async def look(self) -> Look:
        """What the document holds now, with no cell twice and large outputs apart."""
        await self._salvaged()
        document = self._room.document
        if self._copy is None or self._copied is not document:
            self._copy, self._copied = Document(document.kind), document
        for _ in range(3):
            seq, missing = self._room.last_seq, document.doc.get_update(self._copy.doc.get_state())
            content = await asyncio.to_thread(_brought_up, self._copy, missing)
            if content is None:
                await self._salvaged()
            elif not await self._outputs.put_apart(document, content):
                break
        if content is None:
            # People move cells faster than we look.
            content = document.content()
            seq = self._room.last_seq
        return Look(seq, content, await asyncio.to_thread(self._outputs.fingerprint, content))


def _brought_up(copy: Document, missing: bytes) -> Content | None:
    """Bring *copy* up to date; what it holds then, or None if a cell stands in it twice."""
    copy.doc.apply_update(missing)
    return None if copy.has_twins() else copy.content()
