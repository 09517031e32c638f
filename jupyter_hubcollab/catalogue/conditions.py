"""A condition on models, as it is read from a sentence, shown as a chip, and sent back by a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Op = Literal[":", "-", "<=", ">=", "~"]
"""Is one of, is none of, at most, at least, about."""
COMPARING = ("<=", ">=", "~")
ABOUT = 1.25
"""What is at most so many times more or less is about as much."""

UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
MAGNITUDES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True, slots=True)
class Condition:
    """What a model must be, or must not be."""

    field: str
    op: Op
    values: tuple[str, ...] = ()
    number: float = 0.0
    text: str = ""
    guessed: bool = False
    """No word of the sentence says it, or not surely: it prefers and does not exclude."""
    alternatives: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its form in the filter language."""
        if self.op in COMPARING:
            return f"{self.field}{self.op}{self.number:.10g}"
        return f"{'-' if self.op == '-' else ''}{self.field}:{'|'.join(self.values)}"


def shown_bytes(number: float) -> str:
    """100000000 → 100 MB."""
    return _shown(number, UNITS, " ")


def shown_count(number: float) -> str:
    """1500000000 → 1.5B."""
    return _shown(number, MAGNITUDES, "")


def _shown(number: float, units: tuple[tuple[float, str], ...], space: str) -> str:
    for size, unit in units:
        if number >= size:
            return f"{number / size:.4g}{space}{unit}"
    return f"{number:.4g}"
