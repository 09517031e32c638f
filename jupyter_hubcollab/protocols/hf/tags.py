"""The words by which repos can be filtered, sorted by what they say."""

from __future__ import annotations

from typing import cast

from ...handler import HubHandler
from ...names import RepoKind
from ..threads import in_thread
from .base import ROOT, HFHandler
from .shapes import Json

_PREFIXED = ("language", "license", "dataset", "base_model", "task_categories", "size_categories", "arxiv", "region")


class TagsHandler(HFHandler):
    """``get_model_tags``, ``get_dataset_tags``."""

    async def get(self, kinds: str) -> None:
        """Those of all repos that the asker sees."""
        self.reply(await in_thread(self._sorted, cast(RepoKind, kinds.removesuffix("s"))))

    def _sorted(self, kind: RepoKind) -> dict[str, list[Json]]:
        from ...catalogue.taxonomy import libraries, tasks

        found: dict[str, list[Json]] = {}
        known = {"pipeline_tag": set(tasks()), "library": {name.lower() for name in libraries()}}
        for tag in self.services.repos.tags(self.actor, kind):
            prefix, _, rest = tag.partition(":")
            words = next((each for each, of in known.items() if tag.lower() in of), "other")
            group = prefix if rest and prefix in _PREFIXED else words
            found.setdefault(group, []).append({"type": group, "id": tag, "label": rest or tag})
        return found


ROUTES: list[tuple[str, type[HubHandler]]] = [(rf"{ROOT}/api/(?P<kinds>models|datasets)-tags-by-type", TagsHandler)]
