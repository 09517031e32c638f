"""The hub's services, put together on a folder and an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..clock import utc_now
from ..storage.bare import BareRepos
from ..storage.database import Database
from ..storage.files import sync_folder
from ..storage.journal import Journal
from ..storage.local import LocalBlobs
from ..storage.pooled import PooledBlobs
from ..storage.recipes import Recipes
from ..storage.xorbs import Xorbs
from .changes import Scan
from .collaborators import Collaborators
from .collecting import Places
from .commits import Commits, Stores
from .events import CommitMade, Events
from .files import Files
from .gates import Gates
from .likes import Likes
from .limits import Limits
from .namespaces import Namespaces
from .organisations import Organisations
from .protection import Protection
from .pushes import Pushes
from .quotas import Quotas
from .refs import Refs
from .repos import Repos
from .rules import STANDARD, Rules
from .signing import Signer, secret_of
from .social import Basis, Social, open_social
from .tokens import Tokens
from .told import Told
from .upkeep import Upkeep
from .xet import Xet
from .xet_sharing import Sharing
from .xet_tokens import XetTokens


@dataclass(frozen=True)
class Hub:
    """Everything that a hub can do."""

    database: Database
    blobs: PooledBlobs
    bare: BareRepos
    events: Events
    namespaces: Namespaces
    organisations: Organisations
    collaborators: Collaborators
    gates: Gates
    protection: Protection
    quotas: Quotas
    repos: Repos
    refs: Refs
    commits: Commits
    pushes: Pushes
    files: Files
    likes: Likes
    social: Social
    tokens: Tokens
    signer: Signer
    xet: Xet
    xet_tokens: XetTokens
    sharing: Sharing
    upkeep: Upkeep
    told: Told
    running: Path

    def close(self) -> None:
        """Say that nothing was left undone; without it the next start looks."""
        self.events.close()
        if not self.told.is_behind:
            self.running.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Core:
    """What all other parts of a hub stand on."""

    database: Database
    bare: BareRepos
    xet: Xet
    blobs: PooledBlobs
    events: Events
    namespaces: Namespaces
    repos: Repos
    gates: Gates
    protection: Protection
    refs: Refs


def open_hub(
    folder: Path,
    database: Database,
    *,
    scans: Sequence[Scan] = (),
    largest_file: int = 64 << 30,
    rules: Rules = STANDARD,
    now: Callable[[], datetime] = utc_now,
) -> Hub:
    """Open the hub in *folder*, and finish what a crash left undone."""
    core = _core(folder, database, largest_file=largest_file, rules=rules, now=now)
    repos, refs, events = core.repos, core.refs, core.events
    refs.made.append(events.publish)
    stores = Stores(database, core.bare, core.blobs, Journal(folder / "journal"))
    quotas = Quotas(database, core.namespaces, rules, now)
    limits = Limits(quotas, rules)
    repos.move_checks.append(quotas.require_move)
    commits = Commits(stores, repos, events, limits, scans=scans, now=now)
    events.on(CommitMade, lambda event: quotas.note_commit(event.repo.namespace))
    commits.recover()
    files = Files(refs, core.blobs)
    social = open_social(Basis(database, core.bare, events, repos, refs, commits, core.namespaces, files), now)
    signer, told = Signer(secret_of(folder), now), Told(database, core.bare, events)
    return Hub(
        **vars(core),
        organisations=Organisations(database, core.namespaces, now),
        collaborators=Collaborators(database, repos, core.namespaces, events, now=now),
        quotas=quotas,
        commits=commits,
        pushes=Pushes(stores, events, commits.scans, limits, now=now),
        files=files,
        likes=Likes(database, repos, events, now),
        social=social,
        tokens=Tokens(database, now),
        signer=signer,
        xet_tokens=XetTokens(repos, core.gates, signer),
        sharing=Sharing(database, core.xet.reading, core.namespaces, signer, now=now),
        upkeep=Upkeep(Places(folder, database, core.bare, core.blobs, core.xet), social.weights.refresh, now=now),
        told=told,
        running=_begun(folder, core, commits, social, told),
    )


def _core(folder: Path, database: Database, *, largest_file: int, rules: Rules, now: Callable[[], datetime]) -> _Core:
    bare, events = BareRepos(folder / "repos"), Events()
    namespaces = _namespaces(database, rules, now)
    xorbs, recipes = Xorbs(folder / "blobs"), Recipes(folder / "blobs")
    xet = Xet(database, xorbs, recipes, namespaces, largest_file=largest_file, now=now)
    blobs = PooledBlobs(LocalBlobs(folder / "blobs"), xet)
    repos = Repos(database, bare, events, namespaces, now)
    gates, protection = Gates(database, repos, now), Protection(database, repos, now)
    refs = Refs(repos, bare, gates, protection, now)
    return _Core(database, bare, xet, blobs, events, namespaces, repos, gates, protection, refs)


def _namespaces(database: Database, rules: Rules, now: Callable[[], datetime]) -> Namespaces:
    found = Namespaces(database, rules, now)
    found.adopt()
    return found


def _begun(folder: Path, core: _Core, commits: Commits, social: Social, told: Told) -> Path:
    """The file that says that the hub runs; if it is there already, the last one did not end well."""
    running = folder / "running"
    if running.exists():
        core.repos.recover()
        commits.catch_up()
        social.recover()
        told.is_behind = True
    running.touch()
    for made in (*folder.glob("*/"), folder):
        sync_folder(made)
    return running
