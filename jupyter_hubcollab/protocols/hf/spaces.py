"""Calls below ``api/spaces`` that are about no single space."""

from __future__ import annotations

from contextlib import suppress

from ...errors import NotSupported, RepoNotFound
from ...handler import HubHandler
from ...names import RepoId
from ..threads import in_thread
from .base import ROOT, HFHandler
from .shapes import Json, repo_shape

_MOST = 20


class SpaceSearchHandler(HFHandler):
    """``search_spaces``, ``hf spaces search``."""

    async def get(self) -> None:
        """The spaces of this hub that fit a sentence, the best one first; with all tags of ``filter``."""
        tags, sdks = set(self.get_query_arguments("filter")), set(self.get_query_arguments("sdk"))
        found = await in_thread(self._found, self.get_query_argument("q", ""))
        fits = (one for one in found if tags <= set(one["tags"]) and (not sdks or one["sdk"] in sdks))
        self.reply(list(fits)[:_MOST])

    def _found(self, sentence: str) -> list[Json]:
        shapes = []
        reply = self.services.search.search(self.actor, sentence, limit=5 * _MOST, kind="space", source="hub")
        for hit in reply.hits:
            with suppress(RepoNotFound):  # deleted a moment ago
                repo = self.services.repos.get(self.actor, RepoId(hit.model.namespace, hit.model.name, "space"))
                title, emoji = (repo.card.get(name) for name in ("title", "emoji"))
                shape = repo_shape(repo) | {"title": title or repo.id.name, "emoji": emoji}
                shapes.append(shape | {"ai_short_description": hit.model.summary, "semanticRelevancyScore": hit.score})
        return shapes


class NotServedHandler(HFHandler):
    """What a hub that runs spaces would offer."""

    async def get(self) -> None:
        """Not here; without this the word would be taken for the name of a space."""
        raise NotSupported("this hub keeps spaces, but does not run them")


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/api/spaces/semantic-search", SpaceSearchHandler),
    (rf"{ROOT}/api/spaces/(?:templates|hardware)", NotServedHandler),
]
