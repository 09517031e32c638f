"""``hubcollab/api/events``: a WebSocket that tells what happens; one `wire.Event` as JSON per message.

A client that reads slowly gets the newest state of a thing, not each step; one that does not read at all is cut off
and asks again when it is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ..errors import RepoNotFound, Unauthenticated
from ..handler import HubHandler, in_thread
from ..wire import (
    Author,
    DiscussionChanged,
    Event,
    GateChanged,
    JobChanged,
    Mentioned,
    ModelChanged,
    ModelDeleted,
    RepoGone,
    RepoNews,
    ReviewsChanged,
    RoomNotice,
    RunChanged,
    RunDeleted,
    SavedSearchNews,
    TrackingChanged,
)
from .notices import NOTICES

MOST_WAITING = 2000
TOO_SLOW = 1013


class Mailbox:
    """What a client has still to be told: the newest of each thing, in the order of their first news."""

    def __init__(self) -> None:
        self._waiting: dict[object, object] = {}
        self._arrived = asyncio.Event()
        self.full = False

    def put(self, thing: object, news: object) -> None:
        """Keep *news* of *thing*; older ones are out of date."""
        if len(self._waiting) >= MOST_WAITING:
            self.full = True
        else:
            self._waiting[thing] = news
        self._arrived.set()

    async def take(self) -> list[object]:
        """All that waits, as soon as there is something."""
        await self._arrived.wait()
        self._arrived.clear()
        waiting, self._waiting = self._waiting, {}
        return list(waiting.values())


class EventsHandler(HubHandler, WebSocketHandler):
    """One client."""

    _sending: asyncio.Task[None] | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Log in; news are for people who are."""
        await super().prepare()
        if self.current_user is None:
            raise Unauthenticated("log in to Jupyter to follow what happens")
        self._ends: list[Callable[[], None]] = []

    def open(self, *_: str, **__: str) -> None:
        """Begin to listen."""
        from ..hub.events import CommitMade, DiscussionMoved, RepoChanged, RepoCounted, RepoDeleted
        from ..models.gates.moved import GateMoved

        self._mailbox = Mailbox()
        loop = asyncio.get_running_loop()

        def keep(event: Any) -> None:
            # Domain events come from any thread.
            loop.call_soon_threadsafe(self._mailbox.put, _thing(event), event)

        kinds = (
            CommitMade,
            DiscussionMoved,
            GateMoved,
            RepoChanged,
            RepoCounted,
            RepoDeleted,
            RunChanged,
            RunDeleted,
            JobChanged,
            TrackingChanged,
            Mentioned,
            RoomNotice,
            SavedSearchNews,
        )
        self._ends = [self.services.events.on(kind, keep) for kind in kinds]
        for notice in self.settings[NOTICES].lately(self.actor.name):
            self._mailbox.put(_thing(notice), notice)
        self._sending = asyncio.create_task(self._send())

    def on_message(self, message: str | bytes) -> None:
        """Clients have nothing to say here."""

    def on_close(self) -> None:
        """Stop listening."""
        for end in self._ends:
            end()
        if self._sending is not None:
            self._sending.cancel()

    async def _send(self) -> None:
        while not self._mailbox.full:
            for event in await self._mailbox.take():
                try:
                    message = await in_thread(self._worded, event)
                    if message is not None:
                        await self.write_message(msgspec.json.encode(message).decode())
                except WebSocketClosedError:
                    return
                except Exception:
                    self.log.exception("an event was not sent: %r", event)
        self.close(TOO_SLOW, "too many events are waiting; connect again")

    def _worded(self, event: Any) -> Event | None:
        """*event* as this client may see it; None if it is not for them."""
        if isinstance(event, Mentioned | RoomNotice | SavedSearchNews):
            return event if event.to == self.actor.name else None
        if isinstance(event, JobChanged):
            return event if event.job.owner == self.actor.name else None
        if isinstance(event, RunChanged | RunDeleted | TrackingChanged):
            return event
        if type(event).__name__ == "DiscussionMoved":
            return self._of_discussion(event)
        return self._of_repo(event)

    def _of_discussion(self, event: Any) -> Event | None:
        try:
            self.services.repos.get(self.actor, event.repo)
        except RepoNotFound:
            return None
        author = Author(name=event.actor.name, display_name=event.actor.display_name)
        kind, id = event.repo.kind, str(event.repo)
        return DiscussionChanged(repo_id=id, kind=kind, number=event.number, change=event.change, by=author)

    def _of_repo(self, event: Any) -> Event | None:
        sees = self.services.namespaces.sees_repo
        if not sees(self.actor, event.repo, event.owner, private=event.private):
            return None
        if type(event).__name__ in ("GateMoved", "RepoCounted"):
            return _of_part(event)
        if event.repo.kind != "model":
            return _of_other_kind(event)
        if type(event).__name__ == "RepoDeleted":
            return ModelDeleted(id=str(event.repo))
        try:
            model = self.services.models.summaries.one(self.actor, event.repo)
        except RepoNotFound:
            return None
        author = Author(name=event.actor.name, display_name=event.actor.display_name)
        return ModelChanged(model=model, by=author, tag=getattr(event, "tag", None))


def _of_part(event: Any) -> Event | None:
    """News of the gates of a model, or of what people said of a repo."""
    if type(event).__name__ == "GateMoved":
        return GateChanged(run=event.run)
    reviewed = event.what == "review"
    return ReviewsChanged(repo_id=str(event.repo), kind=event.repo.kind) if reviewed else None


def _of_other_kind(event: Any) -> Event:
    """News of a dataset or a space."""
    kind, id = event.repo.kind, str(event.repo)
    if type(event).__name__ == "RepoDeleted":
        return RepoGone(kind=kind, id=id)
    author = Author(name=event.actor.name, display_name=event.actor.display_name)
    ref, commit = getattr(event, "ref", None), getattr(event, "commit", None)
    return RepoNews(kind=kind, id=id, ref=ref, commit=commit, by=author)


def _thing(event: Any) -> object:
    """What *event* is about: newer news of the same thing replace older ones."""
    match event:
        case RunChanged():
            thing: tuple[object, ...] = ("run", event.run.id)
        case RunDeleted():
            thing = ("run", event.id)
        case JobChanged():
            thing = ("job", event.job.id)
        case TrackingChanged():
            thing = ("tracking",)
        case Mentioned() | RoomNotice():
            thing = ("told", event.to, msgspec.json.encode(event))
        case SavedSearchNews():
            thing = ("saved", event.search.id)
        case _:
            # Being counted is other news than a commit.
            thing = (event.repo.key, *(getattr(event, name, None) for name in ("what", "number", "tag")))
    return thing


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/events", EventsHandler)]
