"""Pages of repos, and lists of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from ...errors import RepoNotFound
from ...handler import HubHandler
from ...hub.listing import Listing
from ...names import DEFAULT_BRANCH, RepoId, RepoKind, Revision, file_path
from ..threads import in_thread
from .base import API_REPO, REPO, REVISION, ROOT, HFHandler
from .filters import asks_for_inference, listing_of
from .meant import meant
from .shapes import Json, detailed, expanded, repo_shape, sibling, weights_shape
from .upstream import or_upstream, pull_info

if TYPE_CHECKING:
    from ...hub.repos import Repo

_PAGE, _PAGE_WITH_FILES = 1000, 100
_LEVELS = {"caution": "caution", "unsafe": "unsafe"}


class InfoHandler(HFHandler):
    """``model_info``, ``dataset_info``, ``space_info``."""

    @or_upstream(pull_info)
    async def get(self, kind: str, namespace: str, name: str, revision: str = DEFAULT_BRANCH) -> None:
        """The page of a repo at a revision."""
        repo = self.repo(kind, namespace, name)
        shape = await in_thread(self._shape, repo, self.revision(revision))
        wanted = self._wanted()
        if wanted:
            self.reply(expanded(shape, wanted))
            return
        if not self.flag("blobs"):
            shape["siblings"] = [{"rfilename": one["rfilename"]} for one in shape["siblings"]]
        self.reply(shape)

    async def delete(self, kind: str, namespace: str, name: str, revision: str = "") -> None:  # noqa: ARG002
        """Asked for a like of a repo without a namespace."""
        raise RepoNotFound(f"there is no repo '{namespace}' on this hub; repos here are called namespace/name")

    def _wanted(self) -> list[str]:
        return [name for many in self.get_query_arguments("expand") for name in many.split(",")]

    def _shape(self, id: RepoId, revision: Revision) -> Json:
        repo = self.services.repos.get(self.actor, id)
        commit = self.services.refs.resolve(self.actor, id, revision)
        entries = self.services.files.tree(self.actor, id, Revision(commit.id))
        shape = detailed(repo_shape(repo), repo)
        shape["sha"] = commit.id
        shape["siblings"] = [sibling(entry) for entry in entries if not entry.is_dir]
        shape["usedStorage"] = self.services.repos.used_bytes(repo)
        if repo.id.kind == "model":
            self.warn(repo, commit.id)
            facts = self.services.social.weights.of(self.actor, repo, commit.id)
            shape["tags"] = list(dict.fromkeys([*facts["formats"], *shape["tags"]]))
            shape |= weights_shape(facts)
        if self.flag("securityStatus"):
            shape["securityRepoStatus"] = self._security(id, commit.id)
        return shape

    def _security(self, id: RepoId, commit: str) -> Json:
        files = self.services.models.summaries.files(self.actor, id, Revision(commit)).files
        issues = [
            {"path": one.path, "level": _LEVELS[one.safety]} for one in files if one.is_blob and one.safety in _LEVELS
        ]
        return {"scansDone": all(one.safety != "unscanned" for one in files if one.is_blob), "filesWithIssues": issues}


class SafetensorsHandler(HFHandler):
    """``get_sharded_safetensors_metadata``."""

    async def get(self, namespace: str, name: str, path: str) -> None:
        """An index and the headers of the files that it names."""
        index, headers = await in_thread(self._found, self.repo("models", namespace, name), file_path(path))
        self.reply({"index": index, "headers": headers})

    def _found(self, id: RepoId, path: str) -> tuple[Json, dict[str, Json]]:
        found = self.services.repos.get(self.actor, id)
        self.services.gates.require_open(self.actor, found)
        return self.services.social.weights.headers(self.actor, found, path)


class ListHandler(HFHandler):
    """``list_models``, ``list_datasets``, ``list_spaces``."""

    async def get(self, kind: str) -> None:
        """A page of repos; the next one is in the ``Link`` header."""
        most = _PAGE_WITH_FILES if self._needs_files() else _PAGE
        listing = listing_of(self, cast(RepoKind, kind.removesuffix("s")), most)
        if asks_for_inference(self):
            self.reply([])
            return
        found = list(await in_thread(self.services.repos.select, self.actor, _one_more(listing)))
        if not found:
            found = await meant(self, listing)
        if len(found) > listing.limit:
            self.link_next(listing.offset + listing.limit)
        self.reply(await in_thread(self._shapes, found[: listing.limit], listing))

    def _needs_files(self) -> bool:
        return self.flag("full") or "siblings" in self.get_query_arguments("expand")

    def _shapes(self, found: list[Repo], listing: Listing) -> list[Json]:
        wanted = [name for many in self.get_query_arguments("expand") for name in many.split(",")]
        asks = listing.order == "trending" or "trendingScore" in wanted
        liked = self.services.repos.trending(self.actor, listing.kind) if asks else {}
        shapes = []
        for repo in found:
            shape = repo_shape(repo) | {"trendingScore": liked.get(repo.pk, 0)}
            if wanted or self.flag("cardData") or self.flag("config") or self.flag("full"):
                shape = detailed(shape, repo)
            if self._needs_files():
                tree = self.services.files.tree(self.actor, repo.id, DEFAULT_BRANCH)
                shape["siblings"] = [{"rfilename": entry.path} for entry in tree if not entry.is_dir]
            shapes.append(expanded(shape, wanted) if wanted else shape)
        return shapes


def _one_more(listing: Listing) -> Listing:
    return replace(listing, limit=listing.limit + 1)


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/api/(?P<kind>models|datasets|spaces)", ListHandler),
    (rf"{API_REPO}/revision/{REVISION}", InfoHandler),
    (rf"{API_REPO}", InfoHandler),
    (rf"{ROOT}/api/models/{REPO}/safetensors-metadata/(?P<path>.+)", SafetensorsHandler),
]
