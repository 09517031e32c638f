"""All Hugging Face routes, in the order in which they are tried."""

from __future__ import annotations

from ...handler import HubHandler
from . import (
    attachments,
    canonical,
    collections,
    commit,
    discussions,
    fallback,
    gated,
    identity,
    info,
    lfs,
    lfs_parts,
    oauth,
    organizations,
    refs,
    repos,
    resolve,
    social,
    spaces,
    tags,
    tree,
    webhooks,
    xet,
)

ROUTES: list[tuple[str, type[HubHandler]]] = [
    route
    for part in (
        identity,
        oauth,
        tags,
        organizations,
        repos,
        gated,
        tree,
        refs,
        commit,
        info,
        social,
        discussions,
        attachments,
        webhooks,
        collections,
        lfs,
        lfs_parts,
        resolve,
        xet,
        spaces,
        canonical,
        fallback,
    )
    for route in part.ROUTES
]
