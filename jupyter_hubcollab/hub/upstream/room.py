"""How much room files of other hubs take, and who makes room: what was not read for longest goes first."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from ...clock import Lately

_FRESH_S = 10
_UNDER = 0.9
"""To this share of the limit it is emptied, so that not every file makes the next one go."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept now."""

    files: int
    size_bytes: int
    limit_bytes: int
    """0: no limit."""


class Room:
    """Keeps the folder below a limit. Nothing that a repo of this hub names lies in it."""

    def __init__(self, folder: Path, limit_bytes: int, now: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._kept = Lately(self._looked, seconds=_FRESH_S, now=now)

    def kept(self) -> Kept:
        """What lies there, or lay there some seconds ago."""
        return self._kept.value()

    def _looked(self) -> Kept:
        sizes = [size for _, size, _ in self._files()]
        return Kept(len(sizes), sum(sizes), self._limit)

    def used(self, place: Path) -> None:
        """Somebody reads *place*."""
        try:
            os.utime(place)
        except FileNotFoundError:  # it is arriving, or went just now
            return

    def make(self, busy: Callable[[], Collection[Path]]) -> int:
        """Remove what was not read for longest until the limit is kept; how many bytes went.

        Who reads a file that goes keeps it open and reads it to its end. *busy* are files that are arriving.
        """
        if not self._limit:
            return 0
        with self._lock:
            files = sorted(self._files())
            over = sum(size for _, size, _ in files) - self._limit
            if over <= 0:
                return 0
            over += int(self._limit * (1 - _UNDER))
            gone, kept = 0, set(busy())
            for _, size, place in files:
                if gone >= over:
                    break
                if place not in kept:
                    place.unlink(missing_ok=True)
                    gone += size
            return gone

    def _files(self) -> list[tuple[float, int, Path]]:
        """Moment of the last use, size and place of every file."""
        found = []
        for place in self._folder.glob("*/*/*"):
            try:
                about = place.stat()
            except FileNotFoundError:
                continue
            found.append((about.st_mtime, about.st_size, place))
        return found
