"""Typing in cells that somebody else moved or deleted at that moment.

To move a cell in Yjs is to delete it and to write it anew, as the mover knew it. Two things get lost in that: what
others typed before the move came, if the mover had not seen it yet, and what they type into the old cell until they see
the move. Both are in the log. So after each edit that moves cells the new cell is compared with the last state of the
old one; and an edit that comes too late is played on a *ghost*, the document as it were if no cell had ever been
removed, to see what it did to which cell. That is then done to the cell where it is now. Where it is nowhere, the
person is told, and gets the cell's text to put it back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

from pycrdt import Doc

from .content import Cell, joined
from .document import Document, doc_of, place_of
from .known import first_since, first_unknown, nearest, texts_known
from .merge import merge_cell
from .messages import deletions_of
from .people import Client, Person
from .room import CATCHING_UP_S, CellsChanged, Room
from .updates import Update, UpdateLog

_NO_DELETIONS = b"\x00"


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody did to a cell that is not there any more."""

    before: Cell
    after: Cell
    index: int
    """Where the cell would be now."""
    removed_by: str


class Salvage:
    """Brings what people type to where its cell is now; belongs to one room with a notebook."""

    def __init__(self, room: Room, log: UpdateLog) -> None:
        self._room, self._log = room, log
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        room.on_cells, room.on_dead = self._cells_changed, self._dead

    async def done(self) -> None:
        """Wait until everything that came is where it belongs."""
        # Only what is under way: since Python 3.12 `gather` ends at once for what is done, and nothing else would run.
        while under_way := [task for task in self._tasks if not task.done()]:
            await asyncio.gather(*under_way)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _cells_changed(self, change: CellsChanged) -> None:
        lately = asyncio.get_running_loop().time() - CATCHING_UP_S
        is_alone = all(tab is change.tab or at < lately for tab, at in self._room.edited_at.items())
        self._start(self._look_at_cells(change, may_be_stale=change.known is not None or not is_alone))

    def _dead(self, client: Client, seq: int, update: bytes) -> None:
        self._start(self._revive(client, seq, update))

    async def _look_at_cells(self, change: CellsChanged, *, may_be_stale: bool) -> None:
        async with self._lock:
            document = self._room.document
            await self.part_twins()
            if not change.removed or change.tab is None or not may_be_stale:
                return
            updates = await asyncio.to_thread(self._log.updates, self._room.name, until=change.seq)
            if not updates or updates[-1].seq != change.seq:
                return
            stale = await asyncio.to_thread(_stale, document.kind, updates, change)
            for base, latest in stale.moves:
                self._bring(change.by, base, latest)
            self._hint(change, stale.deleted)

    async def part_twins(self) -> None:
        """Two people moved one cell at once: make one cell of the two copies."""
        if not self._room.document.has_twins():
            return
        updates = await asyncio.to_thread(self._log.updates, self._room.name)
        document = self._room.document
        former = await asyncio.to_thread(_former_texts, document.kind, updates)
        document.part_twins(lambda number, one, other: _ancestor(former.get(number, []), one, other))

    async def _revive(self, client: Client, seq: int, update: bytes) -> None:
        async with self._lock:
            updates = await asyncio.to_thread(self._log.updates, self._room.name, until=seq - 1)
            for found in await asyncio.to_thread(_done_to_ghosts, self._room.document.kind, updates, update):
                if not self._bring(client.person, found.before, found.after):
                    self._tell(client, found)

    def _bring(self, person: Person, before: Cell, after: Cell) -> bool:
        """Do to the cell what made *after* of *before*; False if there is no such cell."""
        document = self._room.document
        here = next((cell for cell in document.cells().values() if cell["id"] == before["id"]), None)
        if here is None:
            return False
        if joined(here["source"]) == joined(after["source"]) and here.get("outputs") == after.get("outputs"):
            return True
        with self._room.in_the_name_of(person):
            document.replace_cell(before["id"], merge_cell(before, here, after))
        return True

    def _tell(self, client: Client, found: Found) -> None:
        """Tell a tab that its cell was deleted, by whom, and what was in it."""
        names = {other.person.name: other.person.display_name for other in self._room.clients}
        by = names.get(found.removed_by, found.removed_by)
        self._room.notify(client, "deleted", cell=found.after, index=found.index, by=by)

    def _hint(self, change: CellsChanged, deleted: Iterable[tuple[Found, set[str]]]) -> None:
        """Who typed in a cell a moment before somebody else deleted it is told."""
        for found, typists in deleted:
            for client in list(self._room.clients):
                if client.person.name in typists - {change.by.name}:
                    self._tell(client, found)


@dataclass(frozen=True, slots=True)
class _Stale:
    """What an edit that removed cells did not know of."""

    moves: list[tuple[Cell, Cell]]
    """What to take for the base, and the old cell as it was last."""
    deleted: list[tuple[Found, set[str]]]
    """Cells, and who typed in them lately."""


def _stale(kind: str, updates: list[Update], change: CellsChanged) -> _Stale:
    """What the last update, which removed cells, did not know of."""
    *before, last = updates
    split, end = _uncertain(before, last, change)
    document = Document(kind, doc_of(update.content for update in before[:split]))
    texts, typists = _played(document, before[split:])
    old = document.cells()
    document.doc.apply_update(last.content)
    new = document.cells()
    now = {cell["id"]: cell for cell in new.values()}
    stale = _Stale([], [])
    known: dict[str, list[str]] | None = None
    for index, (key, cell) in enumerate(old.items()):
        if key in new:
            continue
        moved = now.get(cell["id"])
        if moved is not None:
            known = texts_known(kind, before[:split], before[split:end], last) if known is None else known
            base = _base(joined(moved["source"]), known.get(key) or list(texts[key]))
            stale.moves.append(({**moved, "source": base}, cell))
        elif key in typists:
            place = sum(other in new for other in list(old)[:index])
            stale.deleted.append((Found(cell, cell, place, last.author), typists[key]))
    return stale


def _uncertain(before: list[Update], last: Update, change: CellsChanged) -> tuple[int, int]:
    """From where to where in *before* is what the author of *last* may have known, or not; what follows they did not.

    Who comes back says in their state vector what they know by then. Some of it may have come after they moved the
    cell and before the line broke; what was older than a line may be silent had come before.
    """
    if change.known is None:
        return first_since(before, last.at - CATCHING_UP_S), len(before)
    split = first_unknown(before, change.known)
    if not change.was_away:
        return split, len(before)
    return (first_since(before[:split], before[split - 1].at - CATCHING_UP_S) if split else 0), split


def _base(moved: str, known: list[str]) -> str:
    """Which of the texts that they may have *known* the mover of a cell had, who now has *moved*."""
    return moved if moved in known else nearest(known, moved)


def _played(document: Document, updates: list[Update]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Apply *updates*; which texts each cell had on the way, and who typed in it."""
    typists: dict[str, set[str]] = {}
    texts: dict[str, set[str]] = {}
    old = document.sources()
    for update in [*updates, None]:
        for key, text in old.items():
            texts.setdefault(key, set()).add(text)
        if update is not None:
            document.doc.apply_update(update.content)
            new = document.sources()
            for key in (key for key in new if key in old and old[key] != new[key]):
                typists.setdefault(key, set()).add(update.author)
            old = new
    return texts, typists


def _ancestor(texts: list[str], one: str, other: str) -> str | None:
    """What both copies of a cell with these former *texts* were made of: the older, where they differ in that."""
    return texts[min(texts.index(nearest(texts, copy)) for copy in (one, other))] if texts else None


def _former_texts(kind: str, updates: list[Update]) -> dict[str, list[str]]:
    """All texts that removed cells had, in their order, by the cells' ids."""
    both, texts = _Ghost(kind), dict[str, list[str]]()
    for update in updates:
        both.play(update)
        for key, text in both.ghost.sources().items():
            known = texts.setdefault(key, [])
            if text not in known[-1:]:
                known.append(text)
    found: dict[str, list[str]] = {}
    for key, cell in both.ghost.cells().items():
        if key in both.removers:
            found.setdefault(cell["id"], []).extend(texts[key])
    return found


class _Ghost:
    """A document, and beside it the same as it were if no cell had ever been removed."""

    def __init__(self, kind: str) -> None:
        self.document, self.ghost = Document(kind), Document(kind)
        self.removers: dict[str, str] = {}
        self._removed: list[tuple[int, int]] = []
        self._structs = b""
        self._removes: bool | None = None
        self._cells: set[str] = set()
        self.document.doc.observe(self._note_event)
        self.document.on_cells = self._note_cells

    def _note_event(self, event: Any) -> None:
        if self._removes:
            self._structs = event.update.removesuffix(event.delete_set) + _NO_DELETIONS

    def _note_cells(self, removes: bool) -> None:
        self._removes = removes

    def play(self, update: Update) -> None:
        """Go on by one edit."""
        self._removes = None
        self.document.doc.apply_update(update.content)
        removes = self._removes
        if removes is not None:
            cells = set(self.document.sources())
            removed = self._cells - cells
            self.removers.update(dict.fromkeys(removed, update.author))
            self._removed += [place_of(key) for key in removed]
            self._cells = cells
        if removes:
            self.ghost.doc.apply_update(self._structs)
        else:
            self.haunt(update.content)

    def haunt(self, content: bytes) -> None:
        """Apply what the document has to the ghost, without all that it deletes if that is a cell that was gone before.

        So it comes from a tab whose person removed the cell, too, or that heard of its removal after somebody typed
        there and before it could say so.
        """
        if self._removed and self._removes_again(content):
            probe: Doc[Any] = Doc(skip_gc=True)
            probe.apply_update(self.ghost.doc.get_update())
            events = list[bytes]()
            probe.observe(lambda event: events.append(event.update.removesuffix(event.delete_set) + _NO_DELETIONS))
            probe.apply_update(content)
            for structs in events:
                self.ghost.doc.apply_update(structs)
        else:
            self.ghost.doc.apply_update(content)

    def _removes_again(self, content: bytes) -> bool:
        """Is one of the cells that are gone among what *content* deletes?"""
        deleted = deletions_of(content, self.document.doc.get_state())
        return any(
            client == author and start <= clock < start + length
            for author, clock in self._removed
            for client, start, length in deleted
        )


def _done_to_ghosts(kind: str, updates: list[Update], late: bytes) -> list[Found]:
    """What the edit *late* does to cells that *updates* have removed."""
    both = _Ghost(kind)
    for update in updates:
        both.play(update)
    before, living = both.ghost.cells(), both.document.sources()
    both.document.doc.apply_update(late)
    both.haunt(late)
    after = both.ghost.cells()
    own = {cell["id"] for key, cell in after.items() if key not in before}
    found, place = [], 0
    for key, cell in before.items():
        place += key in living
        # Who moved the cell, too, took along what they had typed.
        if key not in living and key in after and after[key] != cell and cell["id"] not in own:
            found.append(Found(cell, after[key], place, both.removers.get(key, "")))
    return found
