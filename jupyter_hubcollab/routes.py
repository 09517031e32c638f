"""Every route of ours, in one list: registered by the extension, walked by the tests, described by OpenAPI."""

from __future__ import annotations

from .handler import HubHandler
from .web import blobs, me, mlflow, models, openapi

Route = tuple[str, type[HubHandler]]

ROUTES: list[Route] = [*mlflow.ROUTES, *me.ROUTES, *models.ROUTES, *blobs.ROUTES, *openapi.ROUTES]
"""Patterns below the server's base URL and their handlers; the first match wins."""
