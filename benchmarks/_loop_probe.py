"""A server extension that measures how long the event loop lets others wait; writes what it saw to ``LOOP_PROBE``."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

EVERY_S = 0.005


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "benchmarks._loop_probe"}]


def _load_jupyter_server_extension(server: Any) -> None:
    Probe(server.io_loop.asyncio_loop, Path(os.environ["LOOP_PROBE"])).begin()


class Probe:
    """Comes back every few milliseconds, or later."""

    def __init__(self, loop: Any, file: Path) -> None:
        self._loop = loop
        self._file = file
        self._lags: list[float] = []
        self._due = self._shown = 0.0

    def begin(self) -> None:
        self._loop.call_soon(self._again)

    def _again(self) -> None:
        now = time.perf_counter()
        if self._due:
            self._lags.append((now - self._due) * 1000)
        if now - self._shown > 0.5:
            self._shown = now
            if not self._file.exists():  # somebody wants to begin anew
                self._lags.clear()
            worst = sorted(self._lags)[-20:]
            self._file.write_text(json.dumps({"worst": worst, "count": len(self._lags), "over": self._over()}))
        self._due = time.perf_counter() + EVERY_S
        self._loop.call_later(EVERY_S, self._again)

    def _over(self) -> int:
        return sum(lag > 50 for lag in self._lags)
