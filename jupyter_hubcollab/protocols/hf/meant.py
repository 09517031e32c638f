"""A search that names no repo: what is meant by the sentence, as the panel would find it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...names import RepoId
from ..threads import in_thread

if TYPE_CHECKING:
    from ...hub.listing import Listing
    from ...hub.repos import Repo
    from .base import HFHandler

MOST = 100


async def meant(handler: HFHandler, listing: Listing) -> list[Repo]:
    """The repos of this hub that fit the sentence and all filters; empty where one word was searched, or none."""
    if listing.search is None or len(listing.search.split()) < 2 or listing.offset:
        return []
    return await in_thread(_found, handler, listing)


def _found(handler: HFHandler, listing: Listing) -> list[Repo]:
    services = handler.services
    reply = services.search.search(handler.actor, listing.search or "", limit=MOST, kind=listing.kind, source="hub")
    keys = [RepoId(hit.model.namespace, hit.model.name, listing.kind).key for hit in reply.hits]
    fitting = services.repos.select(handler.actor, replace(listing, search=None, among=keys))
    if handler.get_query_argument("sort", ""):
        return list(fitting)
    return sorted(fitting, key=lambda repo: keys.index(repo.id.key))
