"""Rooms without a server: files in memory, tabs in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_hubcollab.collab.rooms import Rooms
from jupyter_hubcollab.config import Config

from .people import InProcess, MemoryFiles, Tab, notebook, told

ROOM = "json:notebook:id-a.ipynb"


class Site:
    """A server's rooms, which can die and start again over the same files and log."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.files = MemoryFiles()
        self.files.put("a.ipynb", notebook("x = 1", "y = 2"))
        self.files.id_of("a.ipynb")
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.clock = 1_800_000_000.0
        quick = {"save_delay_s": 0.05, "save_at_latest_s": 0.1, "room_keep_s": 60}
        self.config = Config(data_dir=folder, **{**quick, **settings})
        self.start()

    def start(self) -> None:
        def note(name: str, fields: dict[str, Any]) -> None:
            self.events.append((name, fields))

        self.rooms = Rooms(self.config, self.files, note, lambda: self.clock)

    def door(self, room: str = ROOM) -> InProcess:
        return InProcess(self.rooms, room)

    async def stop(self) -> None:
        await self.rooms.stop()

    async def until_stored(self, author: str, count: int = 1) -> None:
        """Wait until the log has as many edits of somebody; looked at whenever messages have been heard."""
        log = await self.rooms.log()
        async with asyncio.timeout(60):
            while sum(update.author == author for update in log.updates(ROOM)) < count:
                await asyncio.to_thread(log.flush)

    async def saved(self, tab: Tab) -> None:
        """Press Ctrl+S: everything that the tab sent before has been heard when the answer comes."""
        count = len(told(tab, "save"))
        assert tab.send is not None
        tab.send(b"\x02\x04save\x07")
        await tab.until(lambda: len(told(tab, "save")) > count)

    async def evicted(self, room: str = ROOM) -> None:
        """The room is closed as if nobody had been there for a while."""
        await self.rooms._close_if_empty(room)
        assert room not in self.rooms._open

    async def look(self, room: str = ROOM) -> None:
        """The moment at which the server looks at the file."""
        keeper = self.rooms._open[room].keeper
        if keeper is not None:
            await keeper.look()

    async def pause(self, room: str = ROOM) -> None:
        """Wait as long as people must for a save."""
        keeper = self.rooms._open[room].keeper
        if keeper is not None:
            await keeper.save()

    async def settled(self, room: str = ROOM) -> None:
        """Wait until text that came too late for its cell is where it belongs."""
        keeper = self.rooms._open[room].keeper
        if keeper is not None:
            await keeper.salvage.done()

    async def die(self) -> None:
        """End without saving; what the log has is all that is left."""
        for entry in self.rooms._open.values():
            if entry.keeper is not None:
                entry.keeper._due.settled()
        await self.rooms.stop()


@pytest.fixture
def site(tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Site]:
    """Rooms over one notebook, a.ipynb, with the cells ``x = 1`` and ``y = 2``."""
    site = Site(tmp_path / "data")
    yield site
    jp_asyncio_loop.run_until_complete(site.stop())
