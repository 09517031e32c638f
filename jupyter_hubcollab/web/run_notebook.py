"""``hubcollab/api/runs/<id>/notebook``: the notebook of a run as it was when the run began.

The rooms remember every edit with its time; the notebook is what the edits until then made. Asks the authorizer for the
right to read files, like everything that shows them.
"""

from __future__ import annotations

from typing import Any

from ..collab import parse_kind
from ..errors import PointNotFound
from ..handler import HubHandler, in_thread
from ..wire import NotebookCell, RunNotebook
from .rooms import RoomsHandler

CLOCKS_DIFFER_S = 0.5


class RunNotebookHandler(RoomsHandler):
    """What somebody looked at when the run began."""

    needs_hub = True

    async def get(self, id: str) -> None:
        """The cells, without their outputs."""
        from ..experiments.recorded import CELL_TAG, NOTEBOOK_TAG

        run = await in_thread(self.services.runs.recorded, self.actor, id)
        path = run.tags.get(NOTEBOOK_TAG)
        if path is None:
            raise PointNotFound("the run was not begun in a notebook of this server")
        room = self.rooms.room_of(path, parse_kind("json", "notebook"))
        log = await self.rooms.log()
        updates = await in_thread(log.updates, room)
        until = run.started_ms / 1000 + CLOCKS_DIFFER_S
        number = max((update.seq for update in updates if update.at <= until), default=None)
        if number is None:
            raise PointNotFound("nobody had the notebook open in the lab when the run began: its past is not known")
        content = await self.rooms.past.content(room, number)
        changed = any(update.seq > number for update in updates)
        cells = [_cell(cell) for cell in content["cells"]]
        self.reply(RunNotebook(path=path, number=number, cell=run.tags.get(CELL_TAG), changed=changed, cells=cells))


def _cell(cell: dict[str, Any]) -> NotebookCell:
    source = cell.get("source", "")
    text = "".join(source) if isinstance(source, list) else str(source)
    return NotebookCell(id=str(cell.get("id", "")), kind=str(cell.get("cell_type", "code")), source=text)


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/runs/([^/]+)/notebook", RunNotebookHandler)]
