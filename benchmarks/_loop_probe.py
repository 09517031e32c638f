"""A server extension that measures how long the event loop lets others wait; writes what it saw to ``LOOP_PROBE``.

It tells apart what the process can help from what it cannot: for how long the loop's thread could have run, but the
machine gave it no core (``schedstat`` of Linux). What is left is its own work and waiting for other threads.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

EVERY_S = 0.005
LATE_MS = 50


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "benchmarks._loop_probe"}]


def _load_jupyter_server_extension(server: Any) -> None:
    Probe(server.io_loop.asyncio_loop, Path(os.environ["LOOP_PROBE"])).begin()


class Probe:
    """Comes back every few milliseconds, or later."""

    def __init__(self, loop: Any, file: Path) -> None:
        self._loop = loop
        self._file = file
        self._schedule = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        self._forget()
        self._due = self._shown = self._coreless = 0.0

    def begin(self) -> None:
        self._loop.call_soon(self._again)

    def _forget(self) -> None:
        self._count = self._over = self._own_over = 0
        self._usual = [0] * 1000
        self._longest = self._own_longest = 0.0

    def _again(self) -> None:
        now = time.perf_counter()
        if self._due:
            self._note((now - self._due) * 1000, self._without_a_core() - self._coreless)
        if now - self._shown > 0.5:
            self._shown = now
            if not self._file.exists():  # somebody wants to begin anew
                self._forget()
            shown = {name[1:]: value for name, value in vars(self).items() if name in SHOWN}
            self._file.write_text(json.dumps(shown | {"p50": self._share(0.5), "p99": self._share(0.99)}))
        self._coreless = self._without_a_core()
        self._due = time.perf_counter() + EVERY_S
        self._loop.call_later(EVERY_S, self._again)

    def _note(self, late_ms: float, coreless_ms: float) -> None:
        own = late_ms - min(coreless_ms, late_ms)
        self._count += 1
        self._usual[min(int(late_ms), len(self._usual) - 1)] += 1
        self._longest, self._own_longest = max(self._longest, late_ms), max(self._own_longest, own)
        self._over += late_ms > LATE_MS
        self._own_over += own > LATE_MS

    def _share(self, share: float) -> int:
        """The milliseconds that are not exceeded in this share of the times."""
        seen = 0
        for late_ms, times in enumerate(self._usual):
            seen += times
            if seen >= share * self._count:
                return late_ms + 1
        return len(self._usual)

    def _without_a_core(self) -> float:
        """Milliseconds for which this thread was ready to run and had to wait for a core."""
        return int(os.pread(self._schedule, 100, 0).split()[1]) / 1e6


SHOWN = {"_count", "_longest", "_over", "_own_longest", "_own_over"}
