"""Two texts that were made of one, put together line by line; what both changed differently is left to people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring lines. *merged* is what they become; None where both sides changed them differently."""

    merged: str | None
    base: str
    ours: str
    theirs: str


def parts(base: str, ours: str, theirs: str) -> list[Part]:
    """The text in parts, conflicts apart; all that is there on all sides is kept as it is."""
    old, left, right = (text.splitlines(keepends=True) for text in (base, ours, theirs))
    found: list[Part] = []
    at = (0, 0, 0)
    for old_at, left_at, right_at, size in _common(old, left, right):
        between = (old[at[0] : old_at], left[at[1] : left_at], right[at[2] : right_at])
        if any(between):
            found.append(_part(*("".join(lines) for lines in between)))
        if size:
            same = "".join(old[old_at : old_at + size])
            found.append(Part(same, same, same, same))
        at = (old_at + size, left_at + size, right_at + size)
    return _joined(found)


def _common(old: list[str], left: list[str], right: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where lines are the same on all three sides: begin on each, and how many; the end of all comes last."""
    ours = SequenceMatcher(None, old, left, autojunk=False).get_matching_blocks()
    theirs = SequenceMatcher(None, old, right, autojunk=False).get_matching_blocks()
    a = b = 0
    while a < len(ours) and b < len(theirs):
        begin = max(ours[a].a, theirs[b].a)
        end = min(ours[a].a + ours[a].size, theirs[b].a + theirs[b].size)
        if begin < end:
            yield begin, ours[a].b + begin - ours[a].a, theirs[b].b + begin - theirs[b].a, end - begin
        if ours[a].a + ours[a].size < theirs[b].a + theirs[b].size:
            a += 1
        else:
            b += 1
    yield len(old), len(left), len(right), 0


def _part(base: str, ours: str, theirs: str) -> Part:
    if theirs in (ours, base):
        return Part(ours, base, ours, theirs)
    return Part(theirs if ours == base else None, base, ours, theirs)


def _joined(found: list[Part]) -> list[Part]:
    """Neighbours that need nobody's word are one."""
    joined: list[Part] = []
    for one in found:
        last = joined[-1] if joined else None
        if last is not None and last.merged is not None and one.merged is not None:
            joined[-1] = Part(
                last.merged + one.merged, last.base + one.base, last.ours + one.ours, last.theirs + one.theirs
            )
        else:
            joined.append(one)
    return joined
