"""The workspace document: one Yjs document that the server alone writes, in the name of whoever asked.

It is a room like others (in the log before anybody hears of it, with lineage and authors), which panels join by the
same protocol and only read. What people do together goes through functions of the server, so that nobody can write
under another's name. It is a set of named maps; each value is JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from .people import Person

if TYPE_CHECKING:
    from pycrdt import Map

    from .room import Room

KEPT = "hubcollab:"
"""How the names of rooms begin that have no file and are kept in the log."""

NAME = f"{KEPT}workspace"
DRAFTS = f"{KEPT}draft/"
"""Rooms of drafts, which whoever may write edits directly."""

Part = Literal["pins", "shortlist", "drafts", "threads", "roles", "suggestions", "people", "comparison"]


class Board:
    """The maps of the workspace document. Lives on the event loop."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def all(self, part: Part) -> dict[str, Any]:
        """Everything in one map."""
        return self._map(part).to_py() or {}

    def one(self, part: Part, key: str) -> Any:
        """One value; None if there is none."""
        return self._map(part).get(key)

    async def put(self, person: Person, part: Part, key: str, value: Any) -> None:
        """Set a value in the name of *person*; it is in the log when this is done."""
        await self.do(person, lambda: self._put(person, part, key, value))

    async def drop(self, person: Person, part: Part, key: str) -> bool:
        """Remove a value in the name of *person*; False if there was none."""
        if key not in self._map(part):
            return False
        await self.do(person, lambda: self._drop(part, key))
        return True

    async def do(self, person: Person, change: Callable[[], None]) -> None:
        """Change the document in the name of *person*, all at once."""
        with self._room.in_the_name_of(person), self._room.document.doc.transaction():
            change()
        await self._room.stored(self._room.last_seq)

    def _put(self, person: Person, part: Part, key: str, value: Any) -> None:
        people = self._map("people")
        if people.get(person.name) != person.display_name:
            people[person.name] = person.display_name
        self._map(part)[key] = value

    def _drop(self, part: Part, key: str) -> None:
        del self._map(part)[key]

    def _map(self, part: Part) -> Map[Any]:
        from pycrdt import Map

        found: Map[Any] = self._room.document.doc.get(part, type=Map)
        return found
