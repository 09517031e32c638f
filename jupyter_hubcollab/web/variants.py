"""``…/variants`` of models: the forms in which one exists, and making some."""

from __future__ import annotations

from ..handler import HubHandler, in_thread
from ..wire import VariantRequest
from .models import ModelHandler


class VariantsHandler(ModelHandler):
    """The variants of a model."""

    async def get(self, namespace: str, name: str) -> None:
        """Those of a revision, and the repos that are this model in another form."""
        variants, repo = self.services.variants, self.repo(namespace, name)
        self.reply(await in_thread(variants.of, self.actor, repo, self.asked_revision()))

    async def post(self, namespace: str, name: str) -> None:
        """Begin to make some."""
        asked, repo = self.body(VariantRequest), self.repo(namespace, name)
        self.reply(await in_thread(self.services.variants.make, self.actor, repo, asked), 202)


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/repos/models/([^/]+)/([^/]+)/variants", VariantsHandler),
]
