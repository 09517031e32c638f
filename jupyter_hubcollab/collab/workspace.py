"""What people do together outside notebooks: runs they pinned, models they consider, drafts, and comments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import msgspec

from ..errors import BadInput, NotFound
from ..wire import Author, Draft, Pin, RunsCompared, RunsComparedAsked, Shortlisted, Thread, Workspace
from .board import DRAFTS, NAME, Board, Part
from .people import Person

if TYPE_CHECKING:
    from pycrdt import Map

    from .room import Room
    from .rooms import Rooms

T = TypeVar("T")
MOST_CHARACTERS = 20_000
_MOST_OF_A_KIND = 10_000


_CARD, _SINCE = "card", "since"
"""The map in the document of a draft, and the field of it with the commit on which it stands."""


@dataclass(frozen=True, slots=True)
class CardOf:
    """Which card a draft is of."""

    number: str
    """Of its room: always the same for a repo."""
    since: str
    """The commit whose card is the beginning."""
    is_listed: bool


def _about(room: Room) -> Map[Any]:
    """What the document of a draft says of the card that it is of."""
    from pycrdt import Map

    found: Map[Any] = room.document.doc.get(_CARD, type=Map)
    return found


def author_of(person: Person) -> Author:
    """*person* as the wire has people."""
    return Author(name=person.name, display_name=person.display_name)


def checked(text: str, what: str) -> str:
    """*text*, if it is one that somebody may have written by hand.

    Raises:
        BadInput: it is empty or very long.
    """
    text = text.strip()
    if not text or len(text) > MOST_CHARACTERS:
        raise BadInput(f"{what} has 1 to {MOST_CHARACTERS} characters")
    return text


class Shared:
    """The workspace of one server. Lives on the event loop."""

    def __init__(self, rooms: Rooms, now: Callable[[], float]) -> None:
        self._rooms, self._now = rooms, now
        self._board: Board | None = None

    def now(self) -> datetime:
        """The time by the server's clock."""
        return datetime.fromtimestamp(self._now(), UTC)

    async def board(self) -> Board:
        """The document, opened at first use."""
        if self._board is None:
            room = await self._rooms.room(NAME)
            if self._board is None:
                self._board = Board(room)
        return self._board

    async def whole(self) -> Workspace:
        """Everything, newest last."""
        board = await self.board()
        return Workspace(
            pins=_by_time(board, "pins", Pin),
            comparison=next(iter(values(board, "comparison", RunsCompared)), None),
            shortlist=_by_time(board, "shortlist", Shortlisted),
            drafts=_by_time(board, "drafts", Draft),
            threads=values(board, "threads", Thread),
            people={**await self._rooms.people(), **board.all("people")},
        )

    async def pin(self, person: Person, run: str, *, name: str, note: str) -> Pin:
        """Put a run up for everybody, or change the note at it."""
        pin = Pin(run=run, name=name[:200], note=note[:MOST_CHARACTERS], by=author_of(person), at=self.now())
        await self.keep(person, "pins", run, pin)
        return pin

    async def compare(self, person: Person, asked: RunsComparedAsked) -> RunsCompared:
        """Put a comparison up for everybody in the place of the one before.

        Raises:
            BadInput: it is not of 2 to 20 runs, or cannot be drawn so.
        """
        runs, metrics = list(dict.fromkeys(asked.runs)), list(dict.fromkeys(asked.metrics))
        if not 2 <= len(runs) <= 20 or len(metrics) > 50 or not 0 <= asked.smoothing < 1:
            raise BadInput("a comparison is of 2 to 20 runs and at most 50 metrics, smoothed by 0 to 0.99")
        if any(not name or len(name) > 250 for name in (*runs, *metrics)):
            raise BadInput("the names of runs and metrics have 1 to 250 characters")
        compared = RunsCompared(
            runs=runs,
            metrics=metrics,
            smoothing=asked.smoothing,
            log=asked.log,
            x=asked.x,
            by=author_of(person),
            at=self.now(),
        )
        await self.keep(person, "comparison", "now", compared)
        return compared

    async def shortlist(self, person: Person, model: str, *, note: str) -> Shortlisted:
        """Put a model on the short list, or change the note at it."""
        listed = Shortlisted(model=model, note=note[:MOST_CHARACTERS], by=author_of(person), at=self.now())
        await self.keep(person, "shortlist", model, listed)
        return listed

    async def draft(
        self, person: Person, title: str, model: str | None, text: str, *, card: CardOf | None = None
    ) -> Draft:
        """Begin a draft with *text* in it, which is edited in a room of its own.

        Of a *card* there is one draft only: who comes second gets the one that was begun. That of a private repo is not
        listed; the name of its room, which nobody can guess, is told to those who may see the repo.
        """
        number = card.number if card else uuid4().hex[:12]
        draft = Draft(
            id=number,
            title=checked(title, "a title"),
            model=model,
            room=DRAFTS + number,
            by=author_of(person),
            at=self.now(),
        )
        room = await self._rooms.room(draft.room)
        about = _about(room)
        if not (card and about.get(_SINCE)):
            with room.in_the_name_of(person), room.document.doc.transaction():
                room.document.shared.set(text)
                if card:
                    about[_SINCE] = card.since
            await room.stored(room.last_seq)
        if card and not card.is_listed:
            return draft
        known = (await self.board()).one("drafts", number)
        if known is not None:
            return msgspec.convert(known, Draft)
        await self.keep(person, "drafts", number, draft)
        return draft

    async def end_card(self, person: Person, number: str) -> None:
        """Empty the draft of a card, which was committed or is not wanted, and take it off the list."""
        room = await self._rooms.room(DRAFTS + number)
        with room.in_the_name_of(person), room.document.doc.transaction():
            room.document.shared.set("")
            _about(room)[_SINCE] = ""
        await room.stored(room.last_seq)
        await (await self.board()).drop(person, "drafts", number)

    async def draft_text(self, number: str) -> str:
        """What stands in a draft now.

        Raises:
            NotFound: there is no such draft.
        """
        if (await self.board()).one("drafts", number) is None:
            raise NotFound("there is no such draft")
        return str((await self._rooms.room(DRAFTS + number)).document.shared.get())

    async def drop(self, person: Person, part: Part, key: str) -> None:
        """Take something down.

        Raises:
            NotFound: it is not there.
        """
        if not await (await self.board()).drop(person, part, key):
            raise NotFound(f"there is no {key} among the {part}")
        if part == "drafts":
            self._rooms.forget(DRAFTS + key, "the draft was deleted")

    async def keep(self, person: Person, part: Part, key: str, value: msgspec.Struct) -> None:
        """Store *value* as everybody will see it."""
        board = await self.board()
        if board.one(part, key) is None and len(board.all(part)) >= _MOST_OF_A_KIND:
            raise BadInput(f"there are {_MOST_OF_A_KIND} {part} already")
        await board.put(person, part, key, msgspec.to_builtins(value))


def values(board: Board, part: Part, kind: type[T]) -> list[T]:
    """All values of one map, oldest first as they were put there."""
    return [msgspec.convert(value, kind) for value in board.all(part).values()]


def _by_time(board: Board, part: Part, kind: type[T]) -> list[T]:
    found: list[Any] = values(board, part, kind)
    return sorted(found, key=lambda one: one.at)
