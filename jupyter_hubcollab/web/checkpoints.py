"""``hubcollab/api/models/NS/NAME/checkpoints``: the states of a model while a run trained it."""

from __future__ import annotations

import msgspec

from ..errors import BadQuery
from ..handler import HubHandler, in_thread
from ..wire import CheckpointRequest, Promotion
from .models import ModelHandler

_MODEL = r"/hubcollab/api/models/([^/]+)/([^/]+)"


class CheckpointsHandler(ModelHandler):
    """All checkpoints of a run."""

    async def get(self, namespace: str, name: str) -> None:
        """Those that are kept, by step."""
        found = await in_thread(
            self.services.models.checkpoints.list,
            self.actor,
            self.repo(namespace, name),
            self.get_query_argument("run"),
        )
        self.reply(found)

    async def post(self, namespace: str, name: str) -> None:
        """Keep one more of files whose bytes were sent before; gives those that stay."""
        asked = self.body(CheckpointRequest)
        add = self.services.models.checkpoints.add
        self.reply(await in_thread(add, self.actor, self.repo(namespace, name), asked), 201)


class PromoteHandler(ModelHandler):
    """From a checkpoint to a version."""

    async def post(self, namespace: str, name: str, run: str, step: str) -> None:
        """Make a version of a step."""
        if not step.isascii() or len(step) > 12:
            raise BadQuery("a step is a whole number")
        asked, repo = self.body(Promotion), self.repo(namespace, name)
        promote = self.services.models.checkpoints.promote
        made = await in_thread(promote, self.actor, repo, run, step=int(step), asked=asked)
        self.reply(msgspec.structs.replace(made, url=self.base_url + made.url), 201)


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (_MODEL + "/checkpoints", CheckpointsHandler),
    (_MODEL + r"/checkpoints/([^/]+)/(\d+)/promote", PromoteHandler),
]
