"""What a scan finds: one verdict for a file, the worst of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Safety = Literal["safe", "caution", "unsafe", "unscanned"]
_WORSE: tuple[Safety, ...] = ("safe", "unscanned", "caution", "unsafe")
MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """How safe it is to load a file; ``note`` says why, in words for the user."""

    safety: Safety
    note: str = ""
    imports: tuple[str, ...] = ()
    """What unpickling the file would import, as ``module name``, sorted."""


SAFE = Verdict("safe")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of *verdicts*, with the imports of all; safe where there are none."""
    found = list(verdicts)
    gravest = max(found, key=lambda verdict: _WORSE.index(verdict.safety), default=SAFE)
    imports = sorted({name for verdict in found for name in verdict.imports})
    return Verdict(gravest.safety, gravest.note, tuple(imports))


def unsafe(note: str, imports: Iterable[str] = ()) -> Verdict:
    """A file that may run code, or that hides what it does."""
    return Verdict("unsafe", note, tuple(sorted(set(imports))))


def caution(note: str, imports: Iterable[str] = ()) -> Verdict:
    """A file that loads foreign classes, which is not dangerous in itself."""
    return Verdict("caution", note, tuple(sorted(set(imports))))


def named(imports: Iterable[str]) -> str:
    """The first few of *imports*, written as Python writes them."""
    shown = [name.replace(" ", ".") for name in sorted(set(imports))]
    more = f" and {len(shown) - MOST_NAMED} more" if len(shown) > MOST_NAMED else ""
    return ", ".join(name[:120] for name in shown[:MOST_NAMED]) + more
