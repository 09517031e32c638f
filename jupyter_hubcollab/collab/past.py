"""The past of rooms: steps with names, named points, who wrote what, and the way back."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from ..errors import BadInput, PointNotFound, RoomNotFound
from .authorship import Run, writers
from .content import Content, for_file, is_notebook
from .document import Document, doc_of
from .history import Step, Timeline, steps
from .people import Person
from .room import Room
from .updates import Point

if TYPE_CHECKING:
    from .rooms import Rooms

_MOST_NAME = 200


class Past:
    """What happened in all rooms, read from the log."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._timelines: dict[str, Timeline] = {}

    async def steps(self, room: str) -> list[Step]:
        """The steps that made a room's document, oldest first."""
        log = await self._rooms.log()
        return steps(await asyncio.to_thread(log.updates, room))

    # ── named points ─────────────────────────────────────────────────────────────────────────────────────────────

    async def points(self, room: str) -> list[Point]:
        """The named points of a room, oldest first."""
        log = await self._rooms.log()
        return await asyncio.to_thread(log.points, room)

    async def name_point(self, room: str, name: str, by: Person) -> Point:
        """Give what the document is now a name.

        Raises:
            BadInput: the name is empty or too long.
        """
        if not name.strip() or len(name) > _MOST_NAME:
            raise BadInput(f"a point needs a name of 1 to {_MOST_NAME} characters")
        log = await self._rooms.log()
        document = await self._rooms.room(room)
        return log.note_point(room, document.last_seq, name.strip(), by.name)

    async def forget_point(self, room: str, seq: int) -> None:
        """Take the name from a point.

        Raises:
            PointNotFound: there is no such point.
        """
        if seq not in {point.seq for point in await self.points(room)}:
            raise PointNotFound("there is no named point of this number")
        (await self._rooms.log()).drop_point(room, seq)

    # ── then and now ─────────────────────────────────────────────────────────────────────────────────────────────

    async def content(self, room: str, seq: int) -> Content:
        """What the document held after edit number *seq*.

        Raises:
            PointNotFound: it did not exist then.
        """
        log = await self._rooms.log()
        kind = _kind(room)
        updates = await asyncio.to_thread(log.updates, room, until=seq)
        if not updates:
            raise PointNotFound("the document has no edit that old")
        return await asyncio.to_thread(lambda: Document(kind, doc_of(u.content for u in updates)).content())

    async def difference(self, room: str, since: int, until: int) -> tuple[list[dict[str, Any]], str]:
        """What changed between two edits, as a diff in the format of nbdime, and as text for people.

        Raises:
            PointNotFound: the document did not exist then.
        """
        before, after = await self.content(room, since), await self.content(room, until)
        return await asyncio.to_thread(_difference, before, after)

    async def restore(self, room: str, seq: int, by: Person) -> int:
        """Make the document what it was after edit number *seq*, by a new edit; gives its number.

        Raises:
            PointNotFound: it did not exist then.
        """
        content = await self.content(room, seq)
        opened = await self._rooms.room(room)
        with opened.in_the_name_of(by):
            opened.document.change_to(content)
        await opened.stored(opened.last_seq)
        return opened.last_seq

    async def writers(self, room: str) -> dict[str, list[Run]]:
        """Who wrote the characters of each text of the document, by cell id."""
        log = await self._rooms.log()
        updates = await asyncio.to_thread(log.updates, room)
        known = await asyncio.to_thread(log.wrote, room)
        who = await asyncio.to_thread(writers, _kind(room), updates, known)
        return {number: who.runs.get(number, []) for number in who.texts()}

    # ── timelines, as jupyter-collaboration has them ─────────────────────────────────────────────────────────────

    async def timeline(self, room: str) -> tuple[str, list[float]]:
        """Make a room in which the history of *room* can be walked; its name, and the times of the steps.

        Raises:
            RoomNotFound: it is not open.
        """
        opened = self._rooms.opened(room)
        if opened is None:
            raise RoomNotFound("open the document before you ask for its timeline")
        timeline = Timeline(opened.document.kind, await self.steps(room))
        self._timelines = {name: kept for name, kept in self._timelines.items() if self._rooms.opened(name)}
        fork = uuid4().hex
        self._timelines[fork] = timeline
        self._rooms.show(Room(fork, timeline.document))
        return fork, timeline.times

    def walk(self, fork: str, action: Literal["undo", "redo"], count: int) -> bool:
        """Move the timeline in room *fork*; False if it is at its end.

        Raises:
            RoomNotFound: it was closed.
        """
        timeline = self._timelines.get(fork)
        if timeline is None:
            raise RoomNotFound("this timeline is closed; open it again")
        return timeline.undo(count) if action == "undo" else timeline.redo(count)

    def end_timeline(self, fork: str) -> None:
        """Nobody walks here any more.

        Raises:
            RoomNotFound: it was closed.
        """
        if self._timelines.pop(fork, None) is None:
            raise RoomNotFound("this timeline is closed; open it again")
        self._rooms.hide(fork)


def _kind(room: str) -> str:
    return room.split(":", 2)[1] if room.count(":") >= 2 else "unicode"


def _difference(before: Content, after: Content) -> tuple[list[dict[str, Any]], str]:
    import nbformat
    from nbdime.diffing.notebooks import diff_notebooks
    from nbdime.prettyprint import PrettyPrintConfig, pretty_print_notebook_diff

    as_nbformat: Any = nbformat.from_dict
    first, second = (as_nbformat(for_file(_as_notebook(content))) for content in (before, after))
    found = diff_notebooks(first, second)
    text = io.StringIO()
    config = PrettyPrintConfig(out=text, use_color=False, use_git=False, use_diff=False)
    pretty_print_notebook_diff("before", "after", first, found, config)
    return list(found), text.getvalue()


def _as_notebook(content: Content) -> Content:
    """nbdime compares notebooks: a text is one with a single cell."""
    if is_notebook(content):
        return content
    cell = {"cell_type": "raw", "id": "text", "metadata": {}, "source": content if isinstance(content, str) else ""}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
