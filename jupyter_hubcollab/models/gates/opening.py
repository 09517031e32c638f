"""Puts the gates together on a hub, and lets them listen and hold back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ...clock import utc_now
from ...hub.events import CommitMade, DiscussionMoved
from .service import Grounds, ModelGates
from .stock import Shelf

if TYPE_CHECKING:
    from ...hub.hub import Hub
    from ..models import Models


CORES_FOR_EACH = 2
"""What a run leaves free keeps the hub answering, and latencies from being those of a crowd."""
MOST_BY_THEMSELVES = 4


def open_gates(
    hub: Hub,
    models: Models,
    folder: Path,
    environ: Mapping[str, str],
    *,
    at_once: int = 0,
    now: Callable[[], datetime] = utc_now,
) -> ModelGates:
    """The gates of *hub*, which keep their work and their logs in *folder*; so many runs at once, 0: as cores allow."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    runs = at_once if at_once > 0 else min(max(1, cores // CORES_FOR_EACH), MOST_BY_THEMSELVES)
    if runs > 1:  # else each of them would count on all cores
        environ = {"OMP_NUM_THREADS": str(max(1, cores // runs)), **environ}
    shelf = Shelf(hub.repos, hub.refs, hub.files, hub.blobs, models.scans, models.facts, models.aliases)
    grounds = Grounds(
        hub.database, shelf, hub.commits, hub.social.discussions, hub.events.publish, folder, environ, runs, now
    )
    gates = ModelGates(grounds)
    models.evaluated.sources.append(gates.runs.evaluations)
    models.aliases.guards.append(gates.guards.alias)
    hub.social.pulls.checks.append(gates.guards.merge)
    hub.events.on(CommitMade, gates.on_commit)
    hub.events.on(DiscussionMoved, gates.on_discussion)
    gates.open()
    return gates
