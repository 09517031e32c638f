"""Everything that handlers may call, in one frozen value, and how it is built."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from .config import Config, environment
from .experiments.link import Link
from .experiments.tracking import Tracking, TrackingServer
from .hub.commits import Commits
from .hub.events import Events
from .hub.files import Files
from .hub.hub import open_hub
from .hub.refs import Refs
from .hub.repos import Repos
from .hub.tokens import Tokens
from .models import Models, open_models
from .storage.blobs import Blobs
from .storage.database import Database
from .storage.exclusive import Exclusive


@dataclass(frozen=True)
class Services:
    """The parts of a running hub."""

    config: Config
    blobs: Blobs
    events: Events
    repos: Repos
    refs: Refs
    commits: Commits
    files: Files
    tokens: Tokens
    models: Models
    tracking: TrackingServer
    link: Link
    closers: tuple[Callable[[], None], ...]
    """What ends the parts, in order."""

    async def close(self) -> None:
        """Stop child processes, finish what is being written, let the folder go."""
        await self.link.close()
        for close in self.closers:
            await asyncio.to_thread(close)


def build(config: Config, owner: str) -> Services:
    """Open the hub in ``config.data_dir`` for *owner*, a sentence that tells another server who has it.

    Raises:
        Unavailable: another server has the folder, or it cannot be written.
    """
    lock = Exclusive(config.data_dir, owner)
    try:
        return _opened(config, lock)
    except BaseException:
        lock.release()
        raise


def _opened(config: Config, lock: Exclusive) -> Services:
    database = Database(config.index_url)
    hub = open_hub(config.data_dir, database)
    tracking = Tracking(config.data_dir / "mlflow", hub.events.publish, environ=environment())
    return Services(
        config=config,
        blobs=hub.blobs,
        events=hub.events,
        repos=hub.repos,
        refs=hub.refs,
        commits=hub.commits,
        files=hub.files,
        tokens=hub.tokens,
        models=open_models(hub),
        tracking=tracking,
        link=Link(tracking),
        closers=(tracking.stop, database.close, lock.release),
    )
