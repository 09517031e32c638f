"""The hub's services, put together on a folder and an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..storage.bare import BareRepos
from ..storage.database import Database
from ..storage.journal import Journal
from ..storage.local import LocalBlobs
from ..storage.pooled import Nothing, PooledBlobs
from .changes import Scan
from .commits import Commits, Stores
from .events import Events
from .files import Files
from .refs import Refs
from .repos import Repos
from .signing import Signer, secret_of
from .tokens import Tokens


@dataclass(frozen=True)
class Hub:
    """Everything that a hub can do."""

    database: Database
    blobs: PooledBlobs
    bare: BareRepos
    events: Events
    repos: Repos
    refs: Refs
    commits: Commits
    files: Files
    tokens: Tokens
    signer: Signer


def _now() -> datetime:
    return datetime.now(UTC)


def open_hub(
    folder: Path, database: Database, *, scans: Sequence[Scan] = (), now: Callable[[], datetime] = _now
) -> Hub:
    """Open the hub in *folder*, and finish what a crash left undone."""
    bare = BareRepos(folder / "repos")
    blobs = PooledBlobs(LocalBlobs(folder / "blobs"), Nothing())
    events = Events()
    repos = Repos(database, bare, events, now)
    refs = Refs(repos, bare, now)
    stores = Stores(database, bare, blobs, Journal(folder / "journal"))
    commits = Commits(stores, repos, events, scans=scans, now=now)
    commits.recover()
    return Hub(
        database=database,
        blobs=blobs,
        bare=bare,
        events=events,
        repos=repos,
        refs=refs,
        commits=commits,
        files=Files(refs, blobs),
        tokens=Tokens(database, now),
        signer=Signer(secret_of(folder), now),
    )
