"""What takes long to work out is not worked out for everybody who asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count

import pytest

from jupyter_hubcollab.clock import Lately


class Slow:
    """Counts how often it is worked out, which ends when it is let go."""

    def __init__(self) -> None:
        self.began, self.may_end, self.number = threading.Event(), threading.Event(), count(1)

    def __call__(self) -> int:
        self.began.set()
        assert self.may_end.wait(20)
        return next(self.number)


def test_it_is_worked_out_again_after_some_seconds() -> None:
    """Not before, however often it is asked for."""
    time, number = [100.0], count(1)
    lately = Lately(lambda: next(number), seconds=10, now=lambda: time[0])

    first = [lately.value(), lately.value()]
    time[0] = 109.9
    still = lately.value()
    time[0] = 110.0

    assert (first, still, lately.value(), lately.value()) == ([1, 1], 1, 2, 2)


def test_nobody_waits_for_who_works_it_out_again() -> None:
    """Others are given what was known before."""
    time, slow = [0.0], Slow()
    lately = Lately(slow, seconds=10, now=lambda: time[0])
    slow.may_end.set()
    lately.value()
    slow.may_end.clear()
    slow.began.clear()
    time[0] = 20.0
    seen: list[int] = []
    one = threading.Thread(target=lambda: seen.append(lately.value()))
    one.start()
    assert slow.began.wait(20)

    other = lately.value()
    slow.may_end.set()
    one.join()

    assert (other, seen) == (1, [2])


def test_a_failure_is_told_and_not_remembered() -> None:
    """The next one who asks tries again."""
    answers: Iterator[int] = iter([1, 0, 2])
    lately = Lately(lambda: 6 // next(answers), seconds=0)
    lately.value()

    with pytest.raises(ZeroDivisionError):
        lately.value()

    assert lately.value() == 3
