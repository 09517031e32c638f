"""A lazy value is made once, and a failure is no verdict."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_hubcollab.lazy import Lazy


def test_a_value_is_made_once_however_many_ask() -> None:
    """Ten first requests at once build one set of services."""
    made: list[int] = []
    lazy = Lazy(lambda: made.append(1) or len(made))

    async def ask() -> list[int]:
        return await asyncio.gather(*(lazy.ready() for _ in range(10)))

    assert asyncio.run(ask()) == [1] * 10


def test_what_failed_is_tried_again() -> None:
    """A full disk that was emptied needs no restart."""
    attempts = iter([OSError("full"), 42])

    def make() -> int:
        result = next(attempts)
        if isinstance(result, OSError):
            raise result
        return result

    async def ask() -> int:
        lazy = Lazy(make)
        with pytest.raises(OSError, match="full"):
            await lazy.ready()
        assert lazy.made is None
        value = await lazy.ready()
        assert lazy.made == value
        return value

    assert asyncio.run(ask()) == 42


def test_a_caller_that_goes_away_does_not_stop_the_making() -> None:
    """The next caller gets the value that was begun."""

    async def ask() -> str:
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()
        lazy = Lazy(lambda: loop.call_soon_threadsafe(begun.set) and "value")
        first = asyncio.ensure_future(lazy.ready())
        await begun.wait()
        first.cancel()
        return await lazy.ready()

    assert asyncio.run(ask()) == "value"
