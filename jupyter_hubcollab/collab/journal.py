"""Where a room that is kept stores its edits."""

from __future__ import annotations

from collections.abc import Callable

from .people import Person
from .updates import UpdateLog


class LogJournal:
    """Stores a room's edits in the log."""

    def __init__(self, log: UpdateLog, name: str, storing: Callable[[], None]) -> None:
        self._log, self._name, self._storing = log, name, storing

    def append(self, author: Person, content: bytes) -> int:
        """Store an edit with the next commit."""
        self._storing()
        return self._log.add(self._name, author.name, content)

    def commit(self) -> None:
        """Store what was given."""
        self._log.commit()
