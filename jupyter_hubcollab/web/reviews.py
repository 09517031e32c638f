"""``hubcollab/api/repos/…/reviews``: what people say of the versions of a repo."""

from __future__ import annotations

from ..handler import HubHandler, in_thread
from ..wire import ReviewText
from .models import ModelHandler
from .repos import REPO, named


class ReviewsHandler(ModelHandler):
    """The reviews of a repo."""

    async def get(self, kinds: str, namespace: str, name: str) -> None:
        """All of them, or those of one ``version``."""
        repo, version = named(kinds, namespace, name), self.get_query_argument("version", None)
        self.reply(await in_thread(self.services.models.reviews.list, self.actor, repo, version=version))

    async def put(self, kinds: str, namespace: str, name: str) -> None:
        """Say what you think of a version, in place of what you said before."""
        repo = named(kinds, namespace, name)
        self.reply(await in_thread(self.services.models.reviews.put, self.actor, repo, self.body(ReviewText)))

    async def delete(self, kinds: str, namespace: str, name: str) -> None:
        """Take your review of a ``version`` back; an admin of the repo removes that of a ``user``."""
        await in_thread(
            self.services.models.reviews.delete,
            self.actor,
            named(kinds, namespace, name),
            version=self.get_query_argument("version", ""),
            user=self.get_query_argument("user", None),
        )
        self.set_status(204)
        self.finish()


ROUTES: list[tuple[str, type[HubHandler]]] = [(REPO + "/reviews", ReviewsHandler)]
