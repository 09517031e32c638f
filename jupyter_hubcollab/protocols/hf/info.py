"""Pages of repos, and lists of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from ...errors import BadQuery, NotSupported
from ...handler import HubHandler, in_thread
from ...hub.listing import Listing, Order
from ...names import DEFAULT_BRANCH, RepoId, RepoKind, Revision
from .base import API_REPO, REVISION, ROOT, HFHandler
from .shapes import Json, detailed, expanded, repo_shape, sibling
from .upstream import or_upstream, pull_info

if TYPE_CHECKING:
    from ...hub.repos import Repo

_ORDERS: dict[str, Order] = {
    "": "updated",
    "lastModified": "updated",
    "last_modified": "updated",
    "createdAt": "created",
    "created_at": "created",
    "downloads": "downloads",
    "likes": "likes",
    "likes7d": "likes",
    "trendingScore": "downloads",
    "trending_score": "downloads",
}
_NOT_INDEXED = ("apps", "inference", "inference_provider", "num_parameters", "benchmark")
_PAGE, _PAGE_WITH_FILES = 1000, 100


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

    def _wanted(self) -> list[str]:
        return [name for many in self.get_query_arguments("expand") for name in many.split(",")]

    def _shape(self, id: RepoId, revision: Revision) -> Json:
        repo = self.services.repos.get(self.actor, id)
        commit = self.services.refs.resolve(self.actor, id, revision)
        entries = self.services.files.tree(self.actor, id, Revision(commit.id))
        shape = detailed(repo_shape(repo), repo)
        shape["sha"] = commit.id
        shape["siblings"] = [sibling(entry) for entry in entries if not entry.is_dir]
        return shape


class ListHandler(HFHandler):
    """``list_models``, ``list_datasets``, ``list_spaces``."""

    async def get(self, kind: str) -> None:
        """A page of repos; the next one is in the ``Link`` header."""
        listing = self._listing(cast(RepoKind, kind.removesuffix("s")))
        found = list(await in_thread(self.services.repos.select, self.actor, _one_more(listing)))
        if len(found) > listing.limit:
            self.link_next(listing.offset + listing.limit)
        self.reply(await in_thread(self._shapes, found[: listing.limit]))

    def _listing(self, kind: RepoKind) -> Listing:
        for name in _NOT_INDEXED:
            if self.get_query_argument(name, ""):
                raise NotSupported(f"this hub cannot filter by '{name}'")
        sort = self.get_query_argument("sort", "")
        if sort not in _ORDERS:
            raise BadQuery(f"cannot sort by '{sort}'; use one of {', '.join(filter(None, _ORDERS))}")
        tags = [tag for many in self.get_query_arguments("filter") for tag in many.split(",") if tag]
        most = _PAGE_WITH_FILES if self._needs_files() else _PAGE
        return Listing(
            kind=kind,
            namespace=self.get_query_argument("author", "") or None,
            search=self.get_query_argument("search", "") or None,
            tags=[*tags, *filter(None, self.get_query_arguments("pipeline_tag"))],
            gated=self.flag("gated") if self.get_query_argument("gated", "") else None,
            order=_ORDERS[sort],
            direction="ascending" if self.get_query_argument("direction", "") == "1" else "descending",
            limit=max(1, self.number("limit", most, most)),
            offset=self.number("cursor", 0, 1 << 40),
        )

    def _needs_files(self) -> bool:
        return self.flag("full") or "siblings" in self.get_query_arguments("expand")

    def _shapes(self, found: list[Repo]) -> list[Json]:
        wanted = [name for many in self.get_query_arguments("expand") for name in many.split(",")]
        shapes = []
        for repo in found:
            shape = repo_shape(repo)
            if wanted or self.flag("cardData") or self.flag("full"):
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
]
