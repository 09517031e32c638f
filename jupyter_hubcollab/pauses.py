"""Keeps garbage collection from holding up the event loop.

A full collection looks through all that lives, a quarter of a second for a hub, in which nobody is answered. What
outlived one that took long is taken out of sight, so that the next one looks only through what came later. Now and then
everything comes back into sight, so that no garbage is kept for ever.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

LONG_S = 0.002
IN_SIGHT_EVERY_S = 3600.0


class Pauses:
    """A callback of `gc`; one for a process."""

    def __init__(self, long_s: float = LONG_S, clock: Callable[[], float] = time.perf_counter) -> None:
        self._long_s = long_s
        self._clock = clock
        self._began = clock()
        self._in_sight_at = clock()

    def begin(self) -> None:
        """Take what lives by now out of sight, and watch from here on."""
        gc.freeze()
        gc.callbacks.append(self)

    def end(self) -> None:
        """Watch no more; everything is in sight again."""
        gc.callbacks.remove(self)
        gc.unfreeze()

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        """A collection begins or ends."""
        if info["generation"] < 2:
            return
        now = self._clock()
        if phase == "start":
            self._began = now
        elif now - self._in_sight_at > IN_SIGHT_EVERY_S:
            self._in_sight_at = now
            gc.unfreeze()
        elif now - self._began > self._long_s:
            gc.freeze()
