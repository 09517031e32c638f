"""Who is in a room, by the server's word, and how messages reach them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Person:
    """A user as the server knows them."""

    name: str
    display_name: str
    initials: str | None = None
    avatar_url: str | None = None
    color: str | None = None

    def shown(self, claimed: object) -> dict[str, object]:
        """What others see of this person; of what the browser claims, little counts, and only where we know nothing."""
        given = claimed if isinstance(claimed, dict) else {}
        return {
            "username": self.name,
            "name": self.display_name,
            "display_name": self.display_name,
            "initials": self.initials if self.initials is not None else given.get("initials"),
            "avatar_url": self.avatar_url,
            "color": self.color if self.color is not None else given.get("color"),
        }


SERVER = Person("", "the server")
"""Author of what no user wrote."""


class Link(Protocol):
    """A connection to one tab."""

    def write(self, *messages: bytes) -> asyncio.Future[None]:
        """Send, in one write; the future is done when the network has taken the messages."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Hang up."""
        ...

    def may_write(self) -> bool | Awaitable[bool]:
        """Does the server's authorizer let this user write at this moment?"""
        ...


@dataclass(eq=False)
class Client:
    """A tab in a room."""

    link: Link
    person: Person
    since: int
    """Seconds of the server's clock; makes this connection's awareness newer than that of an earlier one."""
    most_waiting_bytes: int = 8 << 20
    joined: bool = False
    """It has said what it has, and was sent the rest."""
    is_stranger: bool = False
    """Its document is not ours, although it asks for the same room."""
    was_refused: bool = False
    """It has edits that were not taken; it must begin anew before it may write."""
    answers: int = 0
    known: bytes = b"\x00"
    """What it had when it came: its state vector."""
    brings: bool = False
    """What it sends now was made before it came."""
    catches_up_until: float = 0.0
    """On the event loop's clock: what it sends until then may be written before it got what it missed."""
    early: list[bytes] = field(default_factory=list)
    """Edits that came before we knew what it has."""
    missed: list[bytes] = field(default_factory=list)
    """Edits that a slow tab was not sent."""
    waiting_bytes: int = 0
    awareness_ids: set[int] = field(default_factory=set)
    on_free: Callable[[], None] = lambda: None

    @property
    def is_slow(self) -> bool:
        """True while more waits for this tab than it may hold up, and until its line was free once."""
        return bool(self.missed) or self.waiting_bytes > self.most_waiting_bytes

    def send(self, *messages: bytes) -> None:
        """Send; counts what the network has not taken yet."""
        if not messages:
            return
        sent = self.link.write(*messages)
        if not sent.done():
            size = sum(map(len, messages))
            self.waiting_bytes += size
            sent.add_done_callback(lambda sent: self._taken(size, sent))

    def _taken(self, size: int, sent: asyncio.Future[None]) -> None:
        sent.cancelled() or sent.exception()
        self.waiting_bytes -= size
        if self.missed and not self.waiting_bytes:
            self.on_free()
