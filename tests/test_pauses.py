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
    watching = Pauses(long_s=0.5, clock=time)
    watching.begin()
    yield watching
    watching.end()


def test_what_outlives_a_long_collection_is_looked_through_no_more(pauses: Pauses, time: Time) -> None:
    """The next one is short again."""
    before = gc.get_freeze_count()
    kept = [[number] for number in range(1000)]
    gc.collect()
    assert gc.get_freeze_count() == before

    time.step = 1.0
    gc.collect()

    assert gc.get_freeze_count() >= before + len(kept)


def test_everything_comes_into_sight_again(pauses: Pauses, time: Time) -> None:
    """What was garbage meanwhile is found then."""
    time.now += IN_SIGHT_EVERY_S + 1
    gc.collect()

    assert gc.get_freeze_count() == 0
