"""How far a transfer is: one bar that is drawn over, in a cell or on a terminal; nothing where nobody looks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from html import escape
from typing import Any, Protocol, TextIO

from .tables import size

WIDTH = 24
EVERY_S = 0.1


class Screen(Protocol):
    """Where a bar is drawn."""

    def draw(self, title: str, share: float, detail: str) -> None:
        """Replace what was drawn before."""

    def close(self) -> None:
        """Nothing more will be drawn."""


class Terminal:
    """One line, drawn over."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def draw(self, title: str, share: float, detail: str) -> None:
        """Draw over what was there."""
        self._out.write(f"\r{_line(title, share, detail)}".ljust(80))
        self._out.flush()

    def close(self) -> None:
        """End the line."""
        self._out.write("\n")
        self._out.flush()


class CellOutput:
    """One output of the cell that runs, replaced by the next; *show* is ``IPython.display.display``."""

    def __init__(self, show: Callable[..., Any]) -> None:
        self._show = show
        self._shown: Any = None

    def draw(self, title: str, share: float, detail: str) -> None:
        """Replace what was there."""
        bar = f'<progress max="1" value="{share:.3f}" style="vertical-align:middle"></progress>'
        bundle = {
            "text/plain": _line(title, share, detail),
            "text/html": f"<label>{escape(title)} {bar} {share:.0%}, {escape(detail)}</label>",
        }
        if self._shown is None:
            self._shown = self._show(bundle, raw=True, display_id=True)
        else:
            self._shown.update(bundle, raw=True)

    def close(self) -> None:
        """Leave the last state for the reader."""


class Nowhere:
    """A log or a pipe: a bar would be in the way."""

    def draw(self, title: str, share: float, detail: str) -> None:
        """Draw nothing."""

    def close(self) -> None:
        """Nothing was begun."""


class Progress:
    """A bar for *total* bytes; draws nothing where there is nothing to move."""

    def __init__(
        self,
        title: str,
        total: int,
        *,
        screen: Screen | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = title
        self._total = total
        self._screen = here() if screen is None else screen
        self._clock = clock
        self._drawn_at = float("-inf")
        self.done = 0

    def add(self, count: int) -> None:
        """So many more bytes are through."""
        self.done += count
        if self._clock() - self._drawn_at >= EVERY_S:
            self._draw()

    def rewind(self, to: int) -> None:
        """Some bytes have to go again."""
        self.done = to

    def finish(self) -> None:
        """Draw the full bar and leave it."""
        if self._total:
            self._draw()
            self._screen.close()

    def _draw(self) -> None:
        self._drawn_at = self._clock()
        share = min(1.0, self.done / self._total) if self._total else 1.0
        self._screen.draw(self._title, share, f"{size(self.done)} of {size(self._total)}")


def here() -> Screen:
    """Where the user of this process looks."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if getattr(shell, "kernel", None) is not None:
        from IPython.display import display

        return CellOutput(display)
    return Terminal(sys.stderr) if sys.stderr.isatty() else Nowhere()


def _line(title: str, share: float, detail: str) -> str:
    bar = "█" * int(share * WIDTH)
    return f"{title} {bar:░<{WIDTH}} {share:4.0%} {detail}"
