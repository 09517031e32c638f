"""How well known models are that stand where nobody counts downloads: by how usual the words of their names are.

What is famous is copied, trimmed and listed again: its name's words are in many names, of many publishers. A name is as
usual as the rarest of its words, so that the plain member of a large family comes before its odd sizes and special
uses. Among the models of one task on Hugging Face this goes with the logarithm of downloads (Spearman's rho .15),
though nothing was fitted to them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .documents import HUB

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .columns import Columns

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float32]
    Numbers = NDArray[np.uint32]

SOME_COUNTED = 0.01
"""Share of models with downloads from which on a source counts them."""


def renown(columns: Columns) -> Floats:
    """For each slot how usual its name is, 0 to 1; 0 for all of a source that counts downloads."""
    found = np.zeros(len(columns.alive), np.float32)
    uncounted = _uncounted(columns)
    if not uncounted.any():
        return found
    words, slots = columns.said("word")
    there = columns.alive[slots]
    words, slots = words[there], slots[there]
    by = _publishers(columns)
    pairs = np.sort(words.astype(np.uint64) << np.uint64(32) | by[slots])
    different = pairs[np.append(np.ones(min(1, len(pairs)), np.bool_), pairs[1:] != pairs[:-1])]
    publishers = np.bincount((different >> np.uint64(32)).astype(np.int64))
    shared = np.log(np.maximum(np.bincount(words) * publishers, 1))
    usual = (shared / (2 * math.log(max(2, int(np.count_nonzero(columns.alive)))))).astype(np.float32)
    asked = uncounted[slots]
    rarest = np.full(len(found), np.inf, np.float32)
    np.minimum.at(rarest, slots[asked], usual[words[asked]])
    return np.where(np.isfinite(rarest), rarest, found)


def _uncounted(columns: Columns) -> Bools:
    """What stands in a source that counts no downloads; this hub counts them."""
    found = np.zeros(len(columns.alive), np.bool_)
    for source in columns.values("source") - {HUB}:
        there = columns.having("source", source) & columns.alive
        if np.count_nonzero(columns.numbers["downloads"][there] > 0) <= SOME_COUNTED * np.count_nonzero(there):
            found |= there
    return found


def _publishers(columns: Columns) -> Numbers:
    """Who published what is in each slot, as a number; where no one is named, the source."""
    found = np.zeros(len(columns.alive), np.uint32)
    for field in ("source", "publisher"):
        values, slots = columns.said(field)
        found[slots] = values + found.max() + 1
    return found
