"""What goes to whom and when: edits that the log has, and where people are.

The first edit goes out at once; those that follow within a tick go out together with the moves of cursors, in one write
for each tab. Nobody gets back what they wrote. A tab that does not keep up is sent nothing more until its line is free,
and then everything it missed in one message.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from pycrdt import merge_updates

from .messages import EMPTY_UPDATE, awareness_message, update_message
from .people import Client
from .presence import Presence

_log = logging.getLogger(__name__)

TICK_S = 0.02
_FEW = 10
_TICK_PER_TAB_S = 0.0008
"""In a room of many, each tick writes to all: longer ticks keep the server free, and are still no wait to a person."""
_WITH_EDITS_S = 0.003
_COMMIT_S = 0.006
"""An edit is stored so much before it may be told; it waits for that no longer than `_UNSTORED_S`."""
_UNSTORED_S = 0.05
_MOST_MISSED = 256


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit on its way: *author* is the tab that made it, None if it was none."""

    seq: int
    content: bytes
    author: Client | None


class Ticks:
    """Does something soon when it was not done lately, else when the tick is over."""

    def __init__(self, action: Callable[[], None], delay_s: float = 0.0) -> None:
        self._action, self._delay_s = action, delay_s
        self._due: asyncio.TimerHandle | None = None
        self._last = 0.0
        self.length_s = TICK_S

    @property
    def next(self) -> float:
        """From when on it may be done, on the event loop's clock."""
        return self._last + self.length_s

    def soon(self) -> None:
        """Do it."""
        if self._due is None:
            loop = asyncio.get_running_loop()
            self._due = loop.call_at(max(self.next, loop.time() + self._delay_s), self._do)

    def done(self) -> None:
        """It was done just now, by another way."""
        if self._due is not None:
            self._due.cancel()
        self._due, self._last = None, asyncio.get_running_loop().time()

    def _do(self) -> None:
        self.done()
        self._action()


class Fanout:
    """Tells the tabs of one room what is new."""

    def __init__(
        self, room: str, clients: set[Client], presence: Callable[[], Presence], commit: Callable[[], None]
    ) -> None:
        """*commit* has the log store what it was given."""
        self._room, self._clients, self._presence, self._commit = room, clients, presence, commit
        self._commit_due: asyncio.TimerHandle | None = None
        self._edits: list[Edit] = []
        self._edits_due = Ticks(self.tell)
        # A cursor moves with each edit, and goes along with it.
        self._moves_due = Ticks(self.tell, _WITH_EDITS_S)

    def expect(self) -> None:
        """An edit was given to the log: have it stored by the moment at which it may be told, with others."""
        if self._commit_due is None:
            loop = asyncio.get_running_loop()
            now = loop.time()
            due = min(self._edits_due.next - _COMMIT_S, now + _UNSTORED_S)
            self._commit_due = loop.call_at(max(due, now), self._have_stored)

    def _have_stored(self) -> None:
        self._commit_due = None
        self._commit()

    def add(self, edit: Edit) -> None:
        """Tell *edit*, which the log has."""
        self._edits.append(edit)
        self._edits_due.soon()

    def moved(self) -> None:
        """Somebody came, moved or left."""
        self._moves_due.soon()

    def clear(self) -> None:
        """Forget what was not told yet."""
        self._edits = []

    def tell(self) -> None:
        """Tell now what the log has and what moved."""
        edits, self._edits = self._edits, []
        for ticks in (self._edits_due, self._moves_due) if edits else (self._moves_due,):
            ticks.length_s = TICK_S + _TICK_PER_TAB_S * max(len(self._clients) - _FEW, 0)
            ticks.done()
        presence = self._presence()
        news = presence.news()
        to_all = _messages([edit.content for edit in edits], list(news.values()))
        authors = {edit.author for edit in edits} | {presence.owner(number) for number in news}
        for client in self._clients:
            if client.joined and self._keeps_up(client, edits):
                client.send(*(to_all if client not in authors else _by_others(client, edits, news)))

    def _keeps_up(self, client: Client, edits: list[Edit]) -> bool:
        """Keep for later what a slow tab misses, as one edit if it is much."""
        if not client.is_slow:
            return True
        if not client.missed:
            _log.info("%s is slow in room %s and gets edits later, together", client.person.display_name, self._room)
        client.missed += [edit.content for edit in edits if edit.author is not client] or [EMPTY_UPDATE]
        if len(client.missed) > _MOST_MISSED:
            client.missed = [merge_updates(*client.missed)]
        return False

    def catch_up(self, client: Client) -> None:
        """The line of a slow tab is free: send what it missed."""
        missed, client.missed = client.missed, []
        if missed and client in self._clients:
            client.send(_together(missed), awareness_message(self._presence().everybody()))


def _by_others(client: Client, edits: list[Edit], news: dict[int, bytes]) -> tuple[bytes, ...]:
    """What *client* did not write itself."""
    moves = [entry for number, entry in news.items() if number not in client.awareness_ids]
    return _messages([edit.content for edit in edits if edit.author is not client], moves)


def _messages(contents: list[bytes], moves: list[bytes]) -> tuple[bytes, ...]:
    edited = (_together(contents),) if contents else ()
    return (*edited, awareness_message(moves)) if moves else edited


def _together(contents: list[bytes]) -> bytes:
    return update_message(contents[0] if len(contents) == 1 else merge_updates(*contents))
