"""``hubcollab/api/diffs``: what differs between two versions, branches, models or runs.

Of a run the notebook is compared as it was when the run began, which the rooms know; like everything that shows files
of the server it is shown to those whom the authorizer lets read them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jupyter_server.utils import ensure_async

from ..collab import SETTING
from ..errors import BadQuery, PointNotFound
from ..handler import HubHandler, in_thread
from ..wire import DiffAsked
from .run_notebook import notebook_then

if TYPE_CHECKING:
    from ..models.diff.sides import Side

RUN = "run:"


class DiffsHandler(HubHandler):
    """Differences between two sides, named as ``team/digits@v1`` or ``run:ID``."""

    async def get(self) -> None:
        """All that differs; of large weights only what their headers say, until they were measured."""
        before, after = (self.get_query_argument(name, "") for name in ("before", "after"))
        if not before or not after:
            raise BadQuery("name both sides, as in before=team/digits@v1&after=team/digits@v2")
        diffs = self.services.diffs
        sides = [await in_thread(diffs.open, self.actor, subject) for subject in (before, after)]
        a, b = [await self._with_notebook(side) for side in sides]
        self.reply(await in_thread(diffs.between, a, b))

    async def post(self) -> None:
        """Measure how far the tensors of both sides lie apart, as a job."""
        asked = self.body(DiffAsked)
        self.reply(await in_thread(self.services.diffs.measure, self.actor, asked), 202)

    async def _with_notebook(self, side: Side) -> Side:
        """A run with its notebook, as far as that is known and may be seen."""
        if side.kind != "run":
            return side
        try:
            run = await in_thread(self.services.runs.recorded, self.actor, side.id)
            if not await self._may_read_files():
                raise PointNotFound("you are not authorized to read notebooks on this server")
            then = await notebook_then(self.settings[SETTING], run)
        except PointNotFound as error:
            return side.with_note(f"its notebook is not compared: {error}")
        return side.with_notebook(then.path, json.dumps(then.content))

    async def _may_read_files(self) -> bool:
        user = self.current_user
        return bool(await ensure_async(self.authorizer.is_authorized(self, user, "read", "contents")))


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/diffs", DiffsHandler)]
