"""Where rooms that are kept store their edits: the log, opened at first use, and who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .people import Person
from .updates import UpdateLog, open_alone

if TYPE_CHECKING:
    from .room import Room


class LogJournal:
    """Stores a room's edits in the log."""

    def __init__(self, log: UpdateLog, name: str, storing: Callable[[], None]) -> None:
        self._log, self._name, self._storing = log, name, storing

    def append(self, author: Person, content: bytes) -> int:
        """Store an edit with the next commit."""
        self._storing()
        return self._log.add(self._name, author.name, content)

    def commit(self) -> None:
        """Store what was given."""
        self._log.commit()


class Journals:
    """The log of one server. Lives on the event loop."""

    def __init__(self, folder: Path, room: Callable[[str], Room | None], now: Callable[[], float]) -> None:
        """*room* gives a room by its name if it is in memory."""
        self._folder, self._room, self._now = folder, room, now
        self._opening = asyncio.Lock()
        self._storing: set[str] = set()
        self.opened: UpdateLog | None = None

    async def log(self) -> UpdateLog:
        """The log of edits.

        Raises:
            Unavailable: another server has it.
        """
        if self.opened is not None:
            return self.opened
        async with self._opening:
            if self.opened is None:
                told = partial(_call_in, asyncio.get_running_loop(), self._durable)
                self.opened = await asyncio.to_thread(open_alone, self._folder, told, self._now)
            return self.opened

    async def of(self, name: str) -> LogJournal:
        """The journal of the room *name*."""
        return LogJournal(await self.log(), name, partial(self._storing.add, name))

    def _durable(self, seq: int) -> None:
        """The log has everything up to *seq*: tell the rooms that wait for it."""
        for name in list(self._storing):
            room = self._room(name)
            if room is not None:
                room.durable(seq)
            if room is None or not room.is_storing:
                self._storing.discard(name)

    async def close(self, within_s: float) -> None:
        """Store everything and let others have the log."""
        if self.opened is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.to_thread(self.opened.close), within_s)


def _call_in(loop: asyncio.AbstractEventLoop, action: Callable[[int], None], seq: int) -> None:
    """From another thread; a loop that has ended needs nothing more."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(action, seq)
