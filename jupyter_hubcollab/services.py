"""Everything that handlers may call, in one frozen value, and how it is built."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from .catalogue.embed import MiniLm
from .catalogue.embedders import embedder, note_model
from .catalogue.ours import Ours
from .catalogue.saved import SavedSearches
from .catalogue.search import Search
from .config import Config, environment
from .experiments.artifacts import Artifacts
from .experiments.link import Link
from .experiments.recorded import Alive, RunStore
from .experiments.registry import Registry, Stock
from .experiments.rest import Rest
from .experiments.run_models import RunModels
from .experiments.run_numbers import metrics_of
from .experiments.run_sides import RunSides
from .experiments.runs import Runs
from .experiments.sql_store import SqlStore
from .experiments.tracking import Places, RunsWritten, Tracking, TrackingServer
from .hub.attachments import Attachments
from .hub.collaborators import Collaborators
from .hub.commits import Commits
from .hub.courier import Courier
from .hub.devices import Devices
from .hub.events import Events
from .hub.files import Files
from .hub.gates import Gates
from .hub.hub import Hub, open_hub
from .hub.likes import Likes
from .hub.namespaces import Namespaces
from .hub.operations import Operations
from .hub.organisations import Organisations
from .hub.protection import Protection
from .hub.pushes import Pushes
from .hub.quotas import Quotas
from .hub.refs import Refs
from .hub.repos import Repos
from .hub.resolved import Resolved
from .hub.rules import Rules
from .hub.signing import Signer, secret_of
from .hub.social import Social
from .hub.targets import Caller
from .hub.tokens import Tokens
from .hub.told import Told
from .hub.upkeep import Upkeep
from .hub.upstream import Upstream, open_upstream
from .hub.xet import Xet
from .hub.xet_sharing import Sharing
from .hub.xet_tokens import XetTokens
from .jobs import Jobs
from .models.accesses import Accesses
from .models.diff import Diffs, RepoSides
from .models.gates.opening import open_gates
from .models.gates.service import ModelGates
from .models.histories import Histories
from .models.models import Models, open_models
from .models.publications import Shelves
from .models.solutions import Solutions
from .models.variants import Variants
from .storage.database import Database, note_url
from .storage.exclusive import Exclusive
from .storage.parts import Parts
from .storage.pooled import PooledBlobs

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """The parts of a running hub."""

    config: Config
    blobs: PooledBlobs
    parts: Parts
    events: Events
    namespaces: Namespaces
    organisations: Organisations
    collaborators: Collaborators
    gates: Gates
    protection: Protection
    quotas: Quotas
    accesses: Accesses
    repos: Repos
    refs: Refs
    commits: Commits
    pushes: Pushes
    files: Files
    resolved: Resolved
    likes: Likes
    social: Social
    tokens: Tokens
    told: Told
    signer: Signer
    upkeep: Upkeep
    operations: Operations
    xet: Xet
    xet_tokens: XetTokens
    sharing: Sharing
    upstream: Upstream
    models: Models
    diffs: Diffs
    histories: Histories
    solutions: Solutions
    variants: Variants
    attachments: Attachments
    devices: Devices
    search: Search
    saved: SavedSearches
    tracking: TrackingServer
    link: Link
    runs: Runs
    run_models: RunModels
    registry: Registry
    model_gates: ModelGates
    artifacts: Artifacts
    jobs: Jobs
    stoppers: tuple[Callable[[], None], ...]
    """What ends the parts that work by themselves, side by side."""
    closers: tuple[Callable[[], None], ...]
    """What ends the others then, in order."""

    async def close(self, within_s: float) -> None:
        """Stop child processes, finish what is being written, let the folder go.

        What does not stop in time is cut off with the process, as by a crash; the next start looks after it.
        """
        await self.link.close()
        stopping = [asyncio.ensure_future(asyncio.to_thread(stop)) for stop in self.stoppers]
        done, late = await asyncio.wait(stopping, timeout=within_s)
        for failed in filter(None, (task.exception() for task in done)):
            _log.error("a part of the hub did not stop well", exc_info=failed)
        if late:
            _log.warning("%d parts of the hub work on and are cut off", len(late))
            return
        for close in self.closers:
            await asyncio.to_thread(close)


def build(config: Config, owner: str, alive: Alive) -> Services:
    """Open the hub in ``config.data_dir`` for *owner*, a sentence that tells another server who has it.

    *alive* knows which kernels live, and so which runs are lost.

    Raises:
        Unavailable: another server has the folder, or it cannot be written.
    """
    lock = Exclusive(config.data_dir, owner)
    try:
        services = _opened(config, lock, alive)
        services.told.begin()
        return services
    except BaseException:
        lock.release()
        raise


def _opened(config: Config, lock: Exclusive, alive: Alive) -> Services:
    database = _database(config)
    hub = open_hub(config.data_dir, database, largest_file=config.max_upload_bytes, rules=rules_of(config))
    models = open_models(hub, numbers="semantic" if config.version_numbers == "semantic" else "running")
    search, saved = _searching(config, database, hub, models)
    upstream = _upstream(config, database)
    jobs = Jobs(database, hub.events.publish)
    gates = open_gates(hub, models, config.data_dir / "gates", environment(), at_once=config.gates_at_once)
    tracking, store, rest = _experiments(config, hub)
    runs = Runs(tracking, store, hub.events.publish, alive=alive)
    hub.events.on(RunsWritten, runs.tell)
    run_models = RunModels(runs, rest, models.held, models.publications, jobs)
    return Services(
        **_shared(hub),
        config=config,
        parts=Parts(config.data_dir / "blobs", hub.blobs.whole),
        accesses=Accesses(hub),
        resolved=Resolved(hub.files, hub.blobs, hub.namespaces, hub.events),
        operations=Operations(hub.upkeep, jobs, config.owner),
        upstream=upstream,
        models=models,
        attachments=Attachments(config.data_dir / "attachments"),
        devices=Devices(hub.tokens),
        **_compared(hub, models, jobs, runs=runs, run_sides=RunSides(runs, run_models, rest)),
        search=search,
        saved=saved,
        tracking=tracking,
        link=Link(tracking),
        runs=runs,
        run_models=run_models,
        artifacts=Artifacts(runs, rest),
        registry=Registry(Stock(hub.repos, hub.commits, hub.refs, models), run_models),
        jobs=jobs,
        model_gates=gates,
        stoppers=(
            _courier(config, database, hub).close,
            tracking.stop,
            *(part.close for part in (gates, upstream, jobs, search, rest)),
        ),
        closers=(hub.close, database.close, lock.release),
    )


def _database(config: Config) -> Database:
    """The index; the folder says where it is."""
    note_url(config.data_dir, config.database_url)
    return Database(config.index_url)


def _searching(config: Config, database: Database, hub: Hub, models: Models) -> tuple[Search, SavedSearches]:
    folder, model = config.data_dir / "catalogue", config.embedding_model
    note_model(folder, model)
    search = Search(
        folder,
        Ours(hub, models),
        partial(embedder, model, offline=config.offline),
        url=config.catalogue_url,
        asker=MiniLm if model else None,
    )
    search.listen(hub.events)
    saved = SavedSearches(database, search, hub.events.publish)
    search.on_news.append(saved.look)
    return search, saved


def _compared(hub: Hub, models: Models, jobs: Jobs, *, runs: Runs, run_sides: RunSides) -> dict[str, Any]:
    """What sets versions and runs against each other, by the names of the services."""
    sides = RepoSides(hub.refs, hub.files, hub.blobs, models.facts, models.evaluated)
    shelves = Shelves(hub.repos, hub.refs, hub.files, hub.commits, hub.blobs)
    return {
        "diffs": Diffs({"": sides.open, "run": run_sides.open}, hub.database, jobs),
        "histories": Histories(
            models.versions, models.facts, models.evaluated, hub.files, hub.database, of_runs=partial(metrics_of, runs)
        ),
        "variants": Variants(shelves, models.summaries, jobs),
        "solutions": Solutions(shelves, hub.social.pulls, hub.social.discussions, sides.open, jobs),
    }


def _shared(hub: Hub) -> dict[str, Any]:
    """The services that the hub has under the same name."""
    return {each.name: getattr(hub, each.name) for each in fields(Services) if hasattr(hub, each.name)}


def _courier(config: Config, database: Database, hub: Hub) -> Courier:
    courier = Courier(database, hub.repos, Caller(loopback=config.webhook_loopback))
    hub.social.webhooks.on_mail = courier.wake
    courier.start()
    return courier


def _upstream(config: Config, database: Database) -> Upstream:
    return open_upstream(
        config.data_dir / "upstream",
        database,
        secret_of(config.data_dir),
        urls=config.upstreams,
        offline=config.offline,
        most_bytes=config.upstream_cache_bytes,
    )


def _experiments(config: Config, hub: Hub) -> tuple[TrackingServer, RunStore, Rest]:
    """The team's own MLflow server if one is set, else ours."""
    if config.mlflow_tracking_uri:
        from .experiments.external import ExternalTracking
        from .experiments.rest_store import RestStore

        external = ExternalTracking(config.mlflow_tracking_uri, hub.events.publish, environment())
        rest = Rest(external)
        external.watch(store := RestStore(rest))
        return external, store, rest
    places = Places(config.mlflow_database_url, config.mlflow_artifacts_url)
    tracking = Tracking(config.data_dir / "mlflow", hub.events.publish, environ=environment(), places=places)
    rest = Rest(tracking)
    if places.database_url:
        from .experiments.rest_store import RestStore

        return tracking, RestStore(rest), rest
    return tracking, SqlStore(tracking.database), rest


def rules_of(config: Config) -> Rules:
    """What the settings say the hub allows."""
    return Rules(
        everyone="write" if config.everyone_role == "write" else "read",
        owner=config.owner,
        person_quota_bytes=config.person_quota_bytes,
        organisation_quota_bytes=config.organisation_quota_bytes,
        most_files=config.max_files,
        largest_commit=config.max_commit_bytes,
    )
