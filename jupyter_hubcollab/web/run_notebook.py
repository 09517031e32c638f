"""``hubcollab/api/runs/<id>/notebook``: the notebook of a run as it was when the run began.

The rooms remember every edit; a run that begins in a kernel asks for the newest (``hubcollab/api/past/point``) and
keeps the number as a tag. Of a run without it, its time says so. Both ask the authorizer for the right to read files,
like everything that shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..collab import parse_kind
from ..errors import PointNotFound
from ..handler import HubHandler, in_thread
from ..wire import NotebookCell, PastPoint, RunNotebook
from .rooms import RoomsHandler

if TYPE_CHECKING:
    from ..collab import Rooms
    from ..collab.updates import Update
    from ..experiments.recorded import Recorded

CLOCKS_DIFFER_S = 0.5


@dataclass(frozen=True, slots=True)
class Then:
    """A notebook when a run began."""

    path: str
    room: str
    number: int
    """Of the last edit."""
    newest: int
    """Of the last edit by now."""
    content: dict[str, Any]


async def notebook_then(rooms: Rooms, run: Recorded) -> Then:
    """What somebody looked at when *run* began.

    Raises:
        PointNotFound: nobody knows.
    """
    from ..experiments.recorded import NOTEBOOK_TAG, POINT_TAG

    path = run.tags.get(NOTEBOOK_TAG)
    if path is None:
        raise PointNotFound("the run was not begun in a notebook of this server")
    room = rooms.room_of(path, parse_kind("json", "notebook"))
    log = await rooms.log()
    updates = await in_thread(log.updates, room)
    until = run.started_ms / 1000 + CLOCKS_DIFFER_S
    number = _point(updates, run.tags.get(POINT_TAG) or "") or max(
        (update.seq for update in updates if update.at <= until), default=None
    )
    if number is None:
        raise PointNotFound("nobody had the notebook open in the lab when the run began: its past is not known")
    content: Any = await rooms.past.content(room, number)
    return Then(path, room, number, updates[-1].seq, content)


class RunNotebookHandler(RoomsHandler):
    """What somebody looked at when the run began."""

    needs_hub = True

    async def get(self, id: str) -> None:
        """The cells, without their outputs."""
        from ..experiments.recorded import CELL_TAG

        run = await in_thread(self.services.runs.recorded, self.actor, id)
        then = await notebook_then(self.rooms, run)
        now: Any = await self.rooms.past.content(then.room, then.newest)
        cells = [_cell(cell) for cell in then.content["cells"]]
        # Outputs come and go with each execution; only what people write is a change.
        changed = cells != [_cell(cell) for cell in now["cells"]]
        of = run.tags.get(CELL_TAG)
        self.reply(RunNotebook(path=then.path, number=then.number, cell=of, changed=changed, cells=cells))


class PointHandler(RoomsHandler):
    """Where a document is in its history."""

    async def get(self) -> None:
        """The number of the newest edit of a notebook; null where nobody has it open."""
        room = self.rooms.opened(self.rooms.room_of(self.get_query_argument("path"), parse_kind("json", "notebook")))
        self.reply(PastPoint(number=room.last_seq if room is not None and room.last_seq else None))


def _point(updates: Sequence[Update], tag: str) -> int | None:
    """The edit that *tag* names, or the one into which it was put when the log was made smaller."""
    wanted = int(tag) if tag.isascii() and tag.isdecimal() else None
    return min((update.seq for update in updates if wanted is not None and update.seq >= wanted), default=None)


def _cell(cell: dict[str, Any]) -> NotebookCell:
    source = cell.get("source", "")
    text = "".join(source) if isinstance(source, list) else str(source)
    return NotebookCell(id=str(cell.get("id", "")), kind=str(cell.get("cell_type", "code")), source=text)


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/runs/([^/]+)/notebook", RunNotebookHandler),
    (r"/hubcollab/api/past/point", PointHandler),
]
