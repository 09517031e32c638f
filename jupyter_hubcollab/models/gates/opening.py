"""Puts the gates together on a hub, and lets them listen and hold back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ...hub.events import CommitMade, DiscussionMoved
from .service import Grounds, ModelGates
from .stock import Shelf

if TYPE_CHECKING:
    from ...hub.hub import Hub
    from ..models import Models


def _now() -> datetime:
    return datetime.now(UTC)


def open_gates(
    hub: Hub, models: Models, folder: Path, environ: Mapping[str, str], *, now: Callable[[], datetime] = _now
) -> ModelGates:
    """The gates of *hub*, which keep their work and their logs in *folder*."""
    shelf = Shelf(hub.repos, hub.refs, hub.files, hub.blobs, models.scans, models.facts, models.aliases)
    grounds = Grounds(
        hub.database, shelf, hub.commits, hub.social.discussions, hub.events.publish, folder, environ, now
    )
    gates = ModelGates(grounds)
    models.evaluated.sources.append(gates.runs.evaluations)
    models.aliases.guards.append(gates.guards.alias)
    hub.social.pulls.checks.append(gates.guards.merge)
    hub.events.on(CommitMade, gates.on_commit)
    hub.events.on(DiscussionMoved, gates.on_discussion)
    gates.open()
    return gates
