"""Suggestions: a fork of a notebook whose changes another person accepts or rejects, cell by cell.

The fork is a room like others, kept in the log; what it began with is its first stored edit. What was decided stands in
the workspace document. Source and order of insertion count; outputs and metadata are no suggestions.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import AccessDenied, BadInput, Conflict, SuggestionNotFound
from ..wire import CellChange, Decision, Suggestion, SuggestionSeen
from .content import joined
from .forks import new_fork
from .people import Person
from .workspace import Shared, author_of, checked

if TYPE_CHECKING:
    from .document import Document
    from .room import Room
    from .rooms import Rooms

_Cells = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Sides:
    """The cells with which the fork began, those of the fork, and those of the notebook, by id and in order."""

    base: _Cells
    fork: _Cells
    here: _Cells


class Suggestions:
    """The suggestions of one server. Lives on the event loop."""

    def __init__(self, rooms: Rooms, shared: Shared) -> None:
        self._rooms, self._shared = rooms, shared

    async def begin(self, person: Person, file: str, path: str, title: str) -> Suggestion:
        """Copy the notebook to a fork in which *person* can work."""
        root = f"json:notebook:{file}"
        title = checked(title, "a title")
        async with self._rooms.held(root):
            fork = new_fork(root, title, "a suggestion", synchronize=False)
            await self._rooms.forks.add(fork, person)
        by, at = author_of(person), self._shared.now()
        suggestion = Suggestion(
            id=fork.name, file=file, path=path, title=title, by=by, at=at, state="open", decisions={}
        )
        await self._keep(person, suggestion)
        return suggestion

    async def one(self, number: str) -> Suggestion:
        """A suggestion.

        Raises:
            SuggestionNotFound: it is not there.
        """
        value = (await self._shared.board()).one("suggestions", number)
        if value is None:
            raise SuggestionNotFound("this suggestion was withdrawn")
        return msgspec.convert(value, Suggestion)

    async def seen(self, number: str) -> SuggestionSeen:
        """A suggestion with its changes."""
        suggestion = await self.one(number)
        sides, _ = await self._sides(suggestion)
        return SuggestionSeen(suggestion=suggestion, changes=_changes(sides, suggestion.decisions))

    async def decide(self, person: Person, number: str, change: str, *, accept: bool) -> SuggestionSeen:
        """Take a change over into the notebook, or say that it is not wanted.

        Raises:
            Conflict: the notebook was changed at the same place meanwhile.
        """
        suggestion = await self.one(number)
        sides, root = await self._sides(suggestion)
        found = next((one for one in _changes(sides, suggestion.decisions) if one.id == change), None)
        if found is None or suggestion.state == "closed":
            raise SuggestionNotFound("this change is not suggested any more; look again")
        if found.decision is not None:
            raise Conflict(f"{found.decision.by.display_name} has decided on this change already")
        if accept:
            # In the name of who wrote it: history tells who wrote what, the decision tells who let it in.
            author = Person(suggestion.by.name, suggestion.by.display_name)
            with root.in_the_name_of(author), root.document.doc.transaction():
                _apply(root.document, sides, found)
            await root.stored(root.last_seq)
        decision = Decision(accepted=accept, by=author_of(person), at=self._shared.now())
        decisions = {**suggestion.decisions, change: decision}
        left = [one for one in _changes(sides, decisions) if one.decision is None]
        state = "open" if left else "closed"
        await self._keep(person, msgspec.structs.replace(suggestion, decisions=decisions, state=state))
        return await self.seen(number)

    async def withdraw(self, person: Person, number: str) -> None:
        """Take a suggestion back; who may edit the notebook may, too.

        Raises:
            AccessDenied: it is another's.
        """
        suggestion = await self.one(number)
        if suggestion.by.name != person.name and not self._rooms.roles.may(person.name, suggestion.file, "editor"):
            raise AccessDenied("only who made a suggestion, or an editor of the notebook, may withdraw it")
        await (await self._shared.board()).drop(person, "suggestions", number)
        await self._rooms.forks.end(number, merge=False, by=person)

    async def _keep(self, person: Person, suggestion: Suggestion) -> None:
        await self._shared.keep(person, "suggestions", suggestion.id, suggestion)

    async def _sides(self, suggestion: Suggestion) -> tuple[_Sides, Room]:
        from .document import Document, doc_of

        log = await self._rooms.log()
        first = (await asyncio.to_thread(log.updates, suggestion.id))[:1]
        fork = await self._rooms.room(suggestion.id)
        root = await self._rooms.room(f"json:notebook:{suggestion.file}")
        base = Document("notebook", doc_of(update.content for update in first))
        return _Sides(_cells(base), _cells(fork.document), _cells(root.document)), root


def _cells(document: Document) -> _Cells:
    return {cell["id"]: cell for cell in document.content()["cells"]}


def _changes(sides: _Sides, decisions: dict[str, Decision]) -> list[CellChange]:
    """What the fork has otherwise than what it began with, in the order of the fork; deleted cells last."""
    found = []
    before: str | None = None
    for number, cell in sides.fork.items():
        old = sides.base.get(number)
        if old is None or joined(old["source"]) != joined(cell["source"]):
            found.append(_change("added" if old is None else "edited", number, before, sides))
        before = number
    found += [_change("deleted", number, None, sides) for number in sides.base if number not in sides.fork]
    decided = [msgspec.structs.replace(one, decision=decisions.get(one.id)) for one in found]
    # Who goes on to work brings along what others did in the notebook meanwhile; that is no suggestion.
    return [one for one in decided if one.decision is not None or one.suggested != one.now]


def _change(kind: Any, number: str, after: str | None, sides: _Sides) -> CellChange:
    suggested = _source(sides.fork, number)
    mark = zlib.crc32(f"{kind} {suggested}".encode())
    return CellChange(
        id=f"{number}-{mark:08x}",
        kind=kind,
        cell=number,
        after=after,
        before=_source(sides.base, number),
        suggested=suggested,
        now=_source(sides.here, number),
        decision=None,
    )


def _source(cells: _Cells, number: str) -> str | None:
    return joined(cells[number]["source"]) if number in cells else None


def _apply(document: Document, sides: _Sides, change: CellChange) -> None:
    from .document import change_text
    from .merge import merge_text

    ycells = document.shared.ycells
    index = next((place for place, ycell in enumerate(ycells) if ycell.get("id") == change.cell), None)
    if change.kind == "added":
        if index is None:
            numbers = [ycell.get("id") for ycell in ycells]
            place = numbers.index(change.after) + 1 if change.after in numbers else len(numbers) if change.after else 0
            cell = {**sides.fork[change.cell], "outputs": [], "execution_count": None}
            ycells.insert(place, document.shared.create_ycell(_fitting(cell)))
        return
    if index is None:
        if change.kind == "edited":
            raise Conflict("the cell was deleted in the notebook meanwhile")
        return
    if change.kind == "deleted":
        if change.now != change.before:
            raise Conflict("the cell was changed in the notebook meanwhile; delete it by hand if it is to go")
        del ycells[index]
        return
    merged = merge_text(change.before or "", change.now or "", change.suggested or "")
    if merged.conflicts:
        raise Conflict("the same words of this cell were changed in the notebook meanwhile; take them over by hand")
    change_text(ycells[index]["source"], str(merged.content))


def _fitting(cell: dict[str, Any]) -> dict[str, Any]:
    if cell["cell_type"] == "code":
        return cell
    return {key: value for key, value in cell.items() if key not in ("outputs", "execution_count")}


def checked_path(path: str) -> str:
    """The path of a notebook.

    Raises:
        BadInput: it is none.
    """
    if not path.endswith(".ipynb"):
        raise BadInput("suggestions are made for notebooks")
    return path
