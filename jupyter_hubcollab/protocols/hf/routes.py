"""All Hugging Face routes, in the order in which they are tried."""

from __future__ import annotations

from ...handler import HubHandler
from . import commit, discussions, fallback, identity, info, lfs, refs, repos, resolve, social, tree, xet

ROUTES: list[tuple[str, type[HubHandler]]] = [
    route
    for part in (identity, repos, tree, refs, commit, info, social, discussions, lfs, resolve, xet, fallback)
    for route in part.ROUTES
]
