"""Garbage collection holds nobody up for long."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from jupyter_hubcollab.pauses import IN_SIGHT_EVERY_S, Pauses


class Time:
    """A clock that tests move; each look takes *step* seconds."""

    def __init__(self) -> None:
        self.now, self.step = 0.0, 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pauses(time: Time) -> Iterator[Pauses]:
    others = gc.callbacks[:]  # another that watches this process would take its own long collections out of sight
    gc.callbacks.clear()
    watching = Pauses(long_s=0.5, clock=time)
    watching.begin()
    yield watching
    watching.end()
    gc.callbacks.extend(others)


def in_sight(thing: object) -> bool:
    """Whether a collection looks through *thing*; a count of all would change with whatever else dies meanwhile."""
    return any(seen is thing for seen in gc.get_objects())


def test_what_outlives_a_long_collection_is_looked_through_no_more(pauses: Pauses, time: Time) -> None:
    """The next one is short again."""
    kept = [[number] for number in range(1000)]
    gc.collect()
    assert in_sight(kept)

    time.step = 1.0
    gc.collect()

    assert not in_sight(kept)
    assert not in_sight(kept[-1])


def test_everything_comes_into_sight_again(pauses: Pauses, time: Time) -> None:
    """What was garbage meanwhile is found then."""
    kept = [[number] for number in range(1000)]
    gc.freeze()

    time.now += IN_SIGHT_EVERY_S + 1
    gc.collect()

    assert in_sight(kept)
