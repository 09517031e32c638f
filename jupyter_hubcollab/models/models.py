"""The services of models, put together on a hub.

Use: ``hub = open_hub(folder, database); models = open_models(hub)``; from then on every commit is scanned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..hub.events import CommitMade, RepoDeleted
from .cards import refuse_bomb
from .facts import FactsOf
from .held import Held
from .publications import Publications, Shelves
from .scan import Scans
from .summaries import Summaries
from .versions import Versions

if TYPE_CHECKING:
    from ..hub.hub import Hub


@dataclass(frozen=True)
class Models:
    """Everything that can be done with models."""

    facts: FactsOf
    versions: Versions
    summaries: Summaries
    publications: Publications
    held: Held
    scans: Scans


def _now() -> datetime:
    return datetime.now(UTC)


def open_models(hub: Hub, *, now: Callable[[], datetime] = _now) -> Models:
    """The services of models on *hub*; scans commits and listens to its events from now on."""
    scans = Scans(hub.database, hub.blobs)
    facts = FactsOf(hub.database, hub.refs, hub.files)
    versions = Versions(hub.refs, facts)
    held = Held(hub.database, hub.blobs, now)
    shelves = Shelves(hub.repos, hub.refs, hub.files, hub.commits, hub.blobs)
    summaries = Summaries(hub.repos, hub.refs, hub.files, facts, versions=versions, scans=scans)
    publications = Publications(shelves, facts, versions, held, now=now)
    hub.commits.scans += [scans.check, refuse_bomb]
    hub.events.on(CommitMade, facts.remember)
    hub.events.on(RepoDeleted, facts.forget)
    return Models(facts, versions, summaries, publications, held, scans)
