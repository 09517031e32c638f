"""The services of models, put together on a hub.

Use: ``hub = open_hub(folder, database); models = open_models(hub)``; from then on every commit is scanned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ..clock import utc_now
from ..hub.differences import Differences
from ..hub.events import CommitMade, RepoCounted, RepoDeleted
from ..storage.partials import Partials
from .activity import Activities
from .aliases import Aliases
from .cards import refuse_bomb
from .checkpoints import Checkpoints
from .deprecations import Deprecations
from .evaluated import Evaluated
from .facts import FactsOf
from .held import Held
from .lineage import Lineages
from .linked import Linked
from .notes import Notes
from .pages import Pages
from .publications import Publications, Shelves
from .reviews import Reviews
from .rollbacks import Rollbacks
from .scan import Scans
from .suggesting import Suggesting
from .summaries import Summaries
from .uploads import Uploads
from .usage import Usage
from .versions import Numbers, Versions

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
    aliases: Aliases
    notes: Notes
    checkpoints: Checkpoints
    pages: Pages
    uploads: Uploads
    reviews: Reviews
    linked: Linked
    suggesting: Suggesting
    lineages: Lineages
    usage: Usage
    deprecations: Deprecations
    rollbacks: Rollbacks
    activities: Activities
    evaluated: Evaluated


def open_models(hub: Hub, *, numbers: Numbers = "running", now: Callable[[], datetime] = utc_now) -> Models:
    """The services of models on *hub*; scans commits and listens to its events from now on."""
    scans = Scans(hub.database, hub.blobs)
    facts = FactsOf(hub.database, hub.refs, hub.files)
    deprecations = Deprecations(hub.database, hub.repos, hub.refs, hub.events.publish, now=now)
    aliases = Aliases(hub.database, hub.repos, hub.refs, hub.events.publish, now=now)
    evaluated = Evaluated()
    versions = Versions(hub.refs, facts, aliases, deprecations, evaluated)
    partials = Partials(hub.running.parent / "uploads", hub.blobs.whole, now)
    held = Held(hub.database, hub.blobs, partials, hub.namespaces.opened_to, now)
    shelves = Shelves(hub.repos, hub.refs, hub.files, hub.commits, hub.blobs)
    summaries = Summaries(hub.repos, hub.refs, hub.files, facts, versions=versions, scans=scans)
    notes = Notes(hub.database, hub.repos, now=now)
    publications = Publications(shelves, facts, versions, held, retired=notes.retired, numbers=numbers, now=now)
    rollbacks = Rollbacks(shelves, aliases, versions, facts, next_of=publications.next_of)
    pages = partial(Pages, shelves, Differences(hub.refs), summaries, versions=versions, facts=facts)
    usage = Usage(hub.database, hub.repos, now=now)
    hub.events.on_later(RepoCounted, usage.counted)
    _listen(hub, scans, aliases, facts)
    return Models(
        facts,
        versions,
        summaries,
        publications,
        held,
        scans,
        aliases,
        notes,
        Checkpoints(shelves, held, publications, now=now),
        pages(scans=scans, protection=hub.protection),
        Uploads(shelves, held),
        Reviews(hub.database, hub.repos, hub.refs, hub.events, now=now),
        Linked(shelves, facts, versions),
        Suggesting(shelves, facts),
        Lineages(hub.repos),
        usage,
        deprecations,
        rollbacks,
        Activities(hub.database, hub.repos, hub.refs, facts),
        evaluated,
    )


def _listen(hub: Hub, scans: Scans, aliases: Aliases, facts: FactsOf) -> None:
    """Look through every commit from now on, and remember what it says."""
    hub.refs.nicknames.append(aliases.tag_of)
    hub.commits.scans += [scans.check, refuse_bomb]
    hub.events.on_later(CommitMade, facts.remember)
    hub.events.on(RepoDeleted, facts.forget)
