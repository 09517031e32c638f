"""Texts that two sides changed at one time."""

from __future__ import annotations

import pytest

from jupyter_hubcollab.collab.merge import merge_text

SETTLED = {
    "far apart": ("one two three", "1 two three", "one two 3", "1 two 3"),
    "before what the other replaced": ("a b", "a c", "a very b", "a very c"),
    "before it, a letter that is in the replacement": ("a b", "a max", "a xb", "a xmax"),
    "behind what the other replaced": ("a b", "a c", "a b!", "a c!"),
    "both at one place": ("a b", "a new b", "a good b", "a new good b"),
    "the same": ("a b", "a c", "a c", "a c"),
}


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(("base", "ours", "theirs", "merged"), SETTLED.values(), ids=SETTLED)
def test_changes_that_both_can_stay_do(base: str, ours: str, theirs: str, merged: str, swapped: bool) -> None:
    """What one side adds beside what the other replaces is no clash, whichever side it is."""
    found = merge_text(base, theirs, ours) if swapped else merge_text(base, ours, theirs)

    assert not found.conflicts
    assert sorted(found.content.split()) == sorted(merged.split())


def test_two_replacements_of_one_place_are_both_kept() -> None:
    """They stand between marks, as nobody but a person can tell which one is right."""
    found = merge_text("x = 1", "x = 2", "x = 3")

    assert len(found.conflicts) == 1
    assert {"2", "3"} <= set(found.content)
