"""The time as the hub tells it; who needs another one is given a function like this."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Generic, TypeVar

Value = TypeVar("Value")


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class Lately(Generic[Value]):
    """Something that takes long to work out, as it was some seconds ago at most."""

    def __init__(self, work_out: Callable[[], Value], *, seconds: float, now: Callable[[], float] = time.monotonic):
        self._work_out = work_out
        self._seconds = seconds
        self._now = now
        self._lock = threading.Lock()
        self._known: tuple[float, Value] | None = None

    def value(self) -> Value:
        """It; one thread works it out anew, the others take the last one meanwhile."""
        known = self._known
        if known is not None and self._now() - known[0] < self._seconds:
            return known[1]
        # Only the first time is there nothing to take.
        if not self._lock.acquire(blocking=known is None):
            assert known is not None
            return known[1]
        try:
            if self._known is known:
                self._known = (self._now(), self._work_out())
            assert self._known is not None
            return self._known[1]
        finally:
            self._lock.release()
