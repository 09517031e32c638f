"""What people do with repos together, put together: discussions, pull requests, webhooks, collections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..storage.bare import BareRepos
from ..storage.database import Database
from .collections import Collections
from .commits import Commits
from .discussions import Discussions
from .duplicates import Duplicates
from .erasing import Erasing
from .events import CommitMade, DiscussionMoved, Events, RepoChanged, RepoDeleted
from .files import Files
from .namespaces import Namespaces
from .pulls import Pulls
from .refs import Refs
from .repos import Repos
from .webhooks import Webhooks
from .weights import Weights


@dataclass(frozen=True)
class Basis:
    """The parts of a hub on which the social ones stand."""

    database: Database
    bare: BareRepos
    events: Events
    repos: Repos
    refs: Refs
    commits: Commits
    namespaces: Namespaces
    files: Files


@dataclass(frozen=True)
class Social:
    """What people do with repos together."""

    discussions: Discussions
    pulls: Pulls
    webhooks: Webhooks
    collections: Collections
    duplicates: Duplicates
    weights: Weights
    erasing: Erasing

    def recover(self) -> None:
        """Finish or remove what a crash left undone."""
        self.pulls.recover()
        self.pulls.catch_up()


def open_social(basis: Basis, now: Callable[[], datetime]) -> Social:
    """Begin to heed what happens in the repos."""
    database, events, repos = basis.database, basis.events, basis.repos
    discussions = Discussions(database, repos, events, now)
    pulls = Pulls(database, basis.bare, basis.refs, basis.commits, discussions, events=events, now=now)
    webhooks = Webhooks(database, repos, basis.namespaces, discussions, now=now)
    events.on(CommitMade, pulls.heed)
    events.on(CommitMade, webhooks.heed)
    events.on(RepoChanged, webhooks.heed)
    events.on(RepoDeleted, webhooks.heed)
    events.on(DiscussionMoved, webhooks.heed)
    collections = Collections(database, repos, basis.namespaces, now)
    duplicates = Duplicates(repos, basis.refs, basis.commits)
    weights = Weights(database, basis.refs, basis.files, basis.namespaces)
    events.on(CommitMade, weights.heed)
    erasing = Erasing(database, basis.bare, repos, events, now)
    return Social(discussions, pulls, webhooks, collections, duplicates, weights, erasing)
