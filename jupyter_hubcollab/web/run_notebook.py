"""``hubcollab/api/runs/<id>/notebook``: the notebook of a run as it was when the run began.

The rooms remember every edit; a run that begins in a kernel asks for the newest (``hubcollab/api/past/point``) and
keeps the number as a tag. Of a run without it, its time says so. Both ask the authorizer for the right to read files,
like everything that shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..collab import parse_kind
from ..errors import PointNotFound
from ..handler import HubHandler, in_thread
from ..wire import NotebookCell, PastPoint, RunNotebook
from .rooms import RoomsHandler

if TYPE_CHECKING:
    from ..collab.updates import Update

CLOCKS_DIFFER_S = 0.5


class RunNotebookHandler(RoomsHandler):
    """What somebody looked at when the run began."""

    needs_hub = True

    async def get(self, id: str) -> None:
        """The cells, without their outputs."""
        from ..experiments.recorded import CELL_TAG, NOTEBOOK_TAG, POINT_TAG

        run = await in_thread(self.services.runs.recorded, self.actor, id)
        path = run.tags.get(NOTEBOOK_TAG)
        if path is None:
            raise PointNotFound("the run was not begun in a notebook of this server")
        room = self.rooms.room_of(path, parse_kind("json", "notebook"))
        log = await self.rooms.log()
        updates = await in_thread(log.updates, room)
        until = run.started_ms / 1000 + CLOCKS_DIFFER_S
        number = _point(updates, run.tags.get(POINT_TAG) or "") or max(
            (update.seq for update in updates if update.at <= until), default=None
        )
        if number is None:
            raise PointNotFound("nobody had the notebook open in the lab when the run began: its past is not known")
        content = await self.rooms.past.content(room, number)
        cells = [_cell(cell) for cell in content["cells"]]
        # Outputs come and go with each execution; only what people write is a change.
        changed = cells != [_cell(cell) for cell in (await self.rooms.past.content(room, updates[-1].seq))["cells"]]
        self.reply(RunNotebook(path=path, number=number, cell=run.tags.get(CELL_TAG), changed=changed, cells=cells))


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
