"""What `doctor` finds: one thing that must be right, and what helps where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from .words import Result


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must be right."""

    name: str
    good: bool
    detail: str
    remedy: str = ""
    """What helps; empty where nothing is wrong."""


def checked(name: str, detail: str, remedy: str, *, wrong: bool) -> Check:
    """A check that comes with its remedy in case it is needed."""
    return Check(name, not wrong, detail, remedy if wrong else "")


def shown(checks: Sequence[Check]) -> Result:
    """All of them, a line each."""
    lines = [
        f"{'✓' if check.good else '✗'} {check.name}: {check.detail}{'; ' + check.remedy if check.remedy else ''}"
        for check in checks
    ]
    return Result([asdict(check) for check in checks], "\n".join(lines), good=all(check.good for check in checks))
