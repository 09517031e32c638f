"""Looking after a hub's storage: is it whole (fsck), what can go (gc), what can be worked out again (reindex).

All of it may run while the hub is in use; what removes things and what copies them take turns.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from ..clock import utc_now
from ..errors import BadInput
from .backups import Backup, back_up
from .checking import Finding, check, check_contents
from .collecting import Collection, Freed, Places
from .reindexing import Facts, reindex
from .work import Tell, silent

__all__ = ["Finding", "Freed", "Upkeep"]

GRACE = timedelta(hours=24)
"""What is younger may belong to an upload that goes on."""
SHORTEST_GRACE = timedelta(hours=1)


class Upkeep:
    """Looks after the storage of a hub."""

    def __init__(self, places: Places, facts: Facts, *, now: Callable[[], datetime] = utc_now) -> None:
        self.places = places
        self._facts = facts
        self._now = now
        self.turn = threading.Lock()
        """Held by what removes things and by what copies all of them."""

    def fsck(self, tell: Tell = silent) -> Iterator[Finding]:
        """Everything that is broken: refs that lead nowhere, objects and blobs that are missing, a stale index."""
        return check(self.places, tell)

    def verify_blobs(self, tell: Tell = silent) -> Iterator[Finding]:
        """Read every byte again; what has changed."""
        return check_contents(self.places, tell)

    def gc(self, grace: timedelta = GRACE, *, dry: bool = False, tell: Tell = silent) -> Freed:
        """Remove what nothing reaches and what crashes left; younger than *grace* stays. *dry*: only count it.

        Raises:
            BadInput: *grace* is shorter than an upload may take.
        """
        if grace < SHORTEST_GRACE:
            raise BadInput("the grace period must be an hour at least; uploads that go on need it")
        with self.turn:
            return Collection(self.places, self._now() - grace, dry=dry, tell=tell).run()

    def backup(self, folder: Path, *, keep: int | None = None, tell: Tell = silent) -> Backup:
        """Add a snapshot to the backup in *folder*; with *keep*, only so many are left in the end.

        Raises:
            BadInput: *folder* holds something else.
        """
        with self.turn:
            return back_up(self.places, folder, self._now(), keep=keep, tell=tell)

    def reindex(self, tell: Tell = silent) -> Iterator[str]:
        """Work out again what git knows better, repo by repo; a repo that the index has lost comes back."""
        with self.turn:
            yield from reindex(self.places, self._now(), tell, self._facts)
