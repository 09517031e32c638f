"""How long work on the whole hub says how far it is."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[float, str], object]
"""Hears which share of the work is done, 0 to 1, and what is being done; it may raise, to stop the work."""


def silent(_share: float, _what: str) -> None:
    """Tell nobody."""
