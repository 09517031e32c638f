"""A value that is made once, in a thread, when somebody first asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazy(Generic[T]):
    """Importing SQLAlchemy and pygit2 takes half a second, which a server that starts should not wait for."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._task: asyncio.Task[T] | None = None

    def start(self) -> asyncio.Task[T]:
        """Begin to make the value, unless that was begun before; what failed is tried again."""
        if self._task is None or _failed(self._task):
            self._task = asyncio.get_running_loop().create_task(asyncio.to_thread(self._make))
            self._task.add_done_callback(_failed)
        return self._task

    async def ready(self) -> T:
        """The value; a caller that goes away does not stop the making."""
        return await asyncio.shield(self.start())

    async def last(self, within_s: float) -> T | None:
        """The value if it is there, or soon; it is not begun to be made."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=within_s)
        return self.made

    @property
    def made(self) -> T | None:
        """The value if it is there already."""
        if self._task is None or not self._task.done() or _failed(self._task):
            return None
        return self._task.result()


def _failed(task: asyncio.Task[T]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
