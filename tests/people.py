"""People, a repo and a clock, for tests of the hub."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.names import RepoId

ANN = Actor("ann", "Ann Example")
BOB = Actor("bob", "Bob Example")
READER = Actor("ann", "Ann Example", "read")
DIGITS = RepoId("team", "digits")


@dataclass
class Clock:
    """A clock that tests move."""

    now: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by
