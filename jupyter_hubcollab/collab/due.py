"""When a file is saved: a moment after people pause, and at the latest some seconds after the first edit it lacks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from ..config import Config

_RETRY_S = 5.0


class Due:
    """The clock of one room's saves."""

    def __init__(
        self, config: Config, save: Callable[[], Coroutine[Any, Any, bool]], is_wanted: Callable[[], bool]
    ) -> None:
        """*is_wanted*: do people want their edits to be saved without a word?"""
        self._config, self._save, self.is_wanted = config, save, is_wanted
        self._timer: asyncio.TimerHandle | None = None
        self._saving: asyncio.Task[bool] | None = None
        self._unsaved_since: float | None = None

    @property
    def is_unsaved(self) -> bool:
        """Does the file lack an edit, by all we know?"""
        return self._unsaved_since is not None

    def edited(self) -> None:
        """Somebody edited the document."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._unsaved_since = now if self._unsaved_since is None else self._unsaved_since
        due = min(now + self._config.save_delay_s, self._unsaved_since + self._config.save_at_latest_s)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(due, self._start)

    def _start(self) -> None:
        self._timer = None
        if not self.is_wanted():
            return
        if self._saving is None or self._saving.done():
            self._saving = asyncio.get_running_loop().create_task(self._save())
        else:
            self._timer = asyncio.get_running_loop().call_later(self._config.save_delay_s / 10, self._start)

    def begun(self) -> None:
        """A save has begun: from here on, edits are those that it may not have."""
        self._unsaved_since = None

    def missed(self) -> None:
        """The file was not written; it is tried again."""
        loop = asyncio.get_running_loop()
        self._unsaved_since = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(_RETRY_S, self._start)

    def settled(self) -> None:
        """The file has everything: forget the timer, which our own note of the save has set."""
        self._unsaved_since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def idle(self) -> None:
        """Wait for a save that is under way."""
        if self._saving is not None and not self._saving.done():
            await self._saving
