"""How far a transfer is: one line that is drawn over, on a terminal and in a cell alike."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from .tables import size

WIDTH = 24
EVERY_S = 0.1


class Progress:
    """A bar for *total* bytes; draws nothing where there is nothing to move."""

    def __init__(
        self, title: str, total: int, *, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._title = title
        self._total = total
        self._out = sys.stderr if out is None else out
        self._clock = clock
        self._done = 0
        self._drawn_at = float("-inf")

    def add(self, count: int) -> None:
        """So many more bytes are through."""
        self._done += count
        if self._clock() - self._drawn_at >= EVERY_S:
            self._draw()

    def finish(self) -> None:
        """Draw the full bar and end the line."""
        if self._total:
            self._draw()
            self._out.write("\n")
            self._out.flush()

    def _draw(self) -> None:
        self._drawn_at = self._clock()
        share = min(1.0, self._done / self._total) if self._total else 1.0
        bar = "█" * int(share * WIDTH)
        line = f"\r{self._title} {bar:░<{WIDTH}} {share:4.0%} {size(self._done)} of {size(self._total)}"
        self._out.write(line.ljust(79))
        self._out.flush()
