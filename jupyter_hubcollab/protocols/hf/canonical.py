"""Repos without a namespace, as ``bert-base-uncased``: this hub has none, another one may."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ...errors import RepoNotFound
from ...handler import HubHandler
from ...names import RepoKind
from .base import REVISION, ROOT, HFHandler
from .resolve import ResolveHandler
from .tree import PathsInfoHandler
from .upstream import pull_commits, pull_file, pull_info, pull_paths, pull_tree

if TYPE_CHECKING:
    from .upstream import Parts, Pull

_REPO = rf"{ROOT}/api/(?P<kind>models|datasets|spaces)/(?P<name>[^/]+)"


async def _pulled(handler: HFHandler, pull: Pull, parts: Parts) -> None:
    from ...hub.upstream.ids import upstream_id

    name, kind = parts["name"] or "", (parts.get("kind") or "models").removesuffix("s")
    if not handler.services.upstream.is_used:
        raise RepoNotFound(f"there is no repo '{name}' on this hub; repos here are called namespace/name")
    await pull(handler, upstream_id(cast(RepoKind, kind), name), parts)


class CanonicalInfoHandler(HFHandler):
    """``model_info("gpt2")``."""

    async def get(self, **parts: str | None) -> None:
        """The page of the repo."""
        await _pulled(self, pull_info, parts)


class CanonicalTreeHandler(HFHandler):
    """``list_repo_tree("gpt2")``."""

    async def get(self, **parts: str | None) -> None:
        """A page of a folder."""
        await _pulled(self, pull_tree, parts)


class CanonicalPathsHandler(PathsInfoHandler):
    """``get_paths_info("gpt2", …)``."""

    async def post(self, **parts: str | None) -> None:
        """The paths that are there."""
        await _pulled(self, pull_paths, parts)


class CanonicalCommitsHandler(HFHandler):
    """``list_repo_commits("gpt2")``."""

    async def get(self, **parts: str | None) -> None:
        """A page of history."""
        await _pulled(self, pull_commits, parts)


class CanonicalResolveHandler(ResolveHandler):
    """``hf_hub_download("gpt2", …)``."""

    async def head(self, **parts: str | None) -> None:
        """What the file is."""
        await _pulled(self, pull_file, parts)

    async def get(self, **parts: str | None) -> None:
        """The bytes."""
        await _pulled(self, pull_file, parts)


# A dataset or space without a namespace looks like a model of the namespace "datasets": see upstream.py.
ROUTES: list[tuple[str, type[HubHandler]]] = [
    (_REPO, CanonicalInfoHandler),
    (rf"{_REPO}/revision/{REVISION}", CanonicalInfoHandler),
    (rf"{_REPO}/tree/{REVISION}(?:/(?P<path>.*))?", CanonicalTreeHandler),
    (rf"{_REPO}/paths-info/{REVISION}", CanonicalPathsHandler),
    (rf"{_REPO}/commits/{REVISION}", CanonicalCommitsHandler),
    (rf"{ROOT}/(?P<name>[^/]+)/(?:resolve|raw)/{REVISION}/(?P<path>.+)", CanonicalResolveHandler),
]
