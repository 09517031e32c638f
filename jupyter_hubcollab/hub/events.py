"""What happened, told to whoever listens: an in-process bus, typed by class."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from ..access import Actor
from ..names import RepoId

E = TypeVar("E")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CommitMade:
    """A branch or pull request has a new commit, or an old commit has a new branch or tag."""

    repo: RepoId
    ref: str
    """Full name, as in ``refs/heads/main``."""
    commit: str
    actor: Actor
    tag: str | None
    private: bool
    owner: str
    former: str | None = field(default=None, compare=False)
    """Where the ref was before; None where it is new, or nobody knows."""


@dataclass(frozen=True, slots=True)
class DiscussionMoved:
    """A discussion or pull request was opened, or something happened in it."""

    repo: RepoId
    number: int
    change: Literal["opened", "comment", "edited", "status", "title", "commit", "merged"]
    actor: Actor
    event: str | None
    """Id of what happened in it, where it has one."""


@dataclass(frozen=True, slots=True)
class RepoChanged:
    """A repo was made, renamed (``former`` is the old name), or has other settings."""

    repo: RepoId
    actor: Actor
    private: bool
    owner: str
    former: RepoId | None
    is_new: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class RepoDeleted:
    """A repo is gone."""

    repo: RepoId
    actor: Actor
    private: bool
    owner: str


@dataclass(frozen=True, slots=True)
class RepoCounted:
    """Somebody downloaded, liked or reviewed a repo: its numbers are others now."""

    repo: RepoId
    actor: Actor
    private: bool
    owner: str
    what: Literal["download", "like", "review"]


class Events:
    """Calls listeners on the thread that publishes, after the transaction; a listener that fails is logged."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[type, tuple[Callable[[Any], None], ...]] = {}
        self._later = ThreadPoolExecutor(1, thread_name_prefix="events")

    def publish(self, event: object) -> None:
        """Tell everyone who listens for this class of event."""
        for listener in self._listeners.get(type(event), ()):
            _tell(listener, event)

    def on(self, kind: type[E], listener: Callable[[E], None]) -> Callable[[], None]:
        """Listen for events of class *kind*; the returned function ends it."""
        with self._lock:
            self._listeners[kind] = (*self._listeners.get(kind, ()), listener)

        def off() -> None:
            with self._lock:
                self._listeners[kind] = tuple(one for one in self._listeners[kind] if one is not listener)

        return off

    def on_later(self, kind: type[E], listener: Callable[[E], None]) -> None:
        """Listen on a thread of its own: who publishes, and the person who waits for that, need not wait for it."""

        def put_off(event: E) -> None:
            with suppress(RuntimeError):  # the hub closes
                self._later.submit(_tell, listener, event)

        self.on(kind, put_off)

    def close(self) -> None:
        """Wait for those who listen later."""
        self._later.shutdown(wait=True)


def _tell(listener: Callable[[Any], None], event: object) -> None:
    try:
        listener(event)
    except Exception:  # noqa: BLE001 -- the edge of a task: a listener of another part
        _log.exception("a listener of %s failed", type(event).__name__)
