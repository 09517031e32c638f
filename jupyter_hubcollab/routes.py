"""Every route of ours, in one list: registered by the extension, walked by the tests, described by OpenAPI."""

from __future__ import annotations

from collections.abc import Container

from .handler import HubHandler
from .protocols.git import smart as git
from .protocols.hf import commit, lfs, lfs_parts, resolve, xet
from .protocols.hf import routes as hf
from .protocols.mlflow import registry
from .web import (
    access,
    activity,
    attachments,
    blobs,
    cards,
    catalogue,
    checkpoints,
    collections,
    devices,
    diffs,
    discussions,
    events,
    executions,
    fallback,
    gates,
    jobs,
    linked,
    me,
    mlflow,
    models,
    openapi,
    organizations,
    outputs,
    past,
    reached,
    repos,
    reviews,
    rooms,
    run_notebook,
    runs,
    saved,
    search,
    solving,
    tokens,
    upkeep,
    upstreams,
    uses,
    variants,
    versions,
    webhooks,
    workspace,
)

Route = tuple[str, type[HubHandler]]
PARTS = (
    me,
    models,
    repos,
    discussions,
    diffs,
    solving,
    versions,
    linked,
    uses,
    activity,
    variants,
    cards,
    access,
    organizations,
    outputs,
    tokens,
    blobs,
    checkpoints,
    runs,
    run_notebook,
    jobs,
    events,
    mlflow,
    rooms,
    past,
    workspace,
    executions,
    search,
    saved,
    catalogue,
    gates,
    reviews,
    upkeep,
    upstreams,
    webhooks,
    collections,
    reached,
    attachments,
    devices,
    openapi,
    git,
    hf,
    registry,
    fallback,
)

_OFTEN = [route for part in (resolve, lfs, commit, xet, lfs_parts) for route in part.ROUTES]
ROUTES: list[Route] = [
    *_OFTEN,
    *(route for part in PARTS for route in part.ROUTES if route not in _OFTEN),
]
"""Patterns below the server's base URL and their handlers; the first match wins. What is asked most often is tried
first, as each pattern that does not match costs the event loop a microsecond."""


def routes_beside(extensions: Container[str]) -> list[Route]:
    """Those that none of these enabled *extensions* serves: jupyter-server-nbmodel has its own way to run cells."""
    theirs = executions.UPSTREAM if "jupyter_server_nbmodel" in extensions else []
    return [route for route in ROUTES if route not in theirs]
