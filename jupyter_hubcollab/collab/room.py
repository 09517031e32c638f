"""A room: one document, the tabs that edit it, and what goes to whom and when.

An edit is applied, given to the log, and told to the others once the log has it. The first edit goes out at once; those
that follow within a tick go out together. Nobody gets back what they wrote. A tab that does not keep up is sent nothing
more until its line is free, and then everything it missed in one message.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pycrdt import merge_updates

from ..errors import BadInput
from .document import Document
from .messages import (
    EMPTY_STATE,
    EMPTY_UPDATE,
    Awareness,
    SaveAsked,
    Step1,
    Updates,
    awareness_message,
    clients_of_state,
    parse,
    raw_message,
    step1_message,
    step2_message,
    update_message,
)
from .people import SERVER, Client, Person
from .presence import Presence

_log = logging.getLogger(__name__)

TICK_S = 0.02
_MOST_MISSED = 256


class Journal(Protocol):
    """Where a room's edits are stored before anybody hears of them."""

    def append(self, author: Person, content: bytes) -> int:
        """Store an edit soon; gives its number."""
        ...


class NoJournal:
    """For rooms that are not kept: everything is stored as soon as it is there."""

    def __init__(self, on_durable: Callable[[int], None]) -> None:
        self._on_durable, self._number = on_durable, 0

    def append(self, author: Person, content: bytes) -> int:  # noqa: ARG002
        """Count it."""
        self._number += 1
        asyncio.get_running_loop().call_soon(self._on_durable, self._number)
        return self._number


@dataclass(frozen=True, slots=True)
class _Edit:
    seq: int
    content: bytes
    author: Client | None


class _Ticks:
    """Does something at once when it was not done lately, else when the tick is over."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._due: asyncio.TimerHandle | None = None
        self._last = 0.0

    def soon(self) -> None:
        """Do it."""
        if self._due is None:
            loop = asyncio.get_running_loop()
            self._due = loop.call_at(max(self._last + TICK_S, loop.time()), self._do)

    def _do(self) -> None:
        self._due, self._last = None, asyncio.get_running_loop().time()
        self._action()


class Room:
    """One document and its tabs. Lives on the event loop."""

    def __init__(self, name: str, document: Document, journal: Journal | None = None) -> None:
        self.name, self.document = name, document
        self.clients: set[Client] = set()
        self.followers: set[Room] = set()
        """Forks that get every edit of this room."""
        self.on_edit: Callable[[], None] = lambda: None
        self.on_save: Callable[[], Any] | None = None
        self.on_stranger: Callable[[Client, bytes], Any] | None = None
        self.last_seq = 0
        self.edits_by_people = 0
        self._journal = journal if journal is not None else NoJournal(self.durable)
        self._durable_seq = 0
        self._author: Client | None = None
        self._on_behalf_of: Person = SERVER
        self._stored: list[_Edit] = []
        self._storing: list[_Edit] = []
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._edits_due = _Ticks(self._tell_all_edits)
        self._presence_due = _Ticks(self._tell_presence)
        self.presence = Presence(document.awareness, self._presence_due.soon)
        self._subscription = document.doc.observe(self._on_update)

    # ── people come and go ───────────────────────────────────────────────────────────────────────────────────────

    def enter(self, client: Client) -> None:
        """Let a tab in; it hears nothing until it has said what it has."""
        self.clients.add(client)
        client.on_free = lambda: self._catch_up(client)
        client.send(step1_message(self.document.doc.get_state()))

    def leave(self, client: Client) -> None:
        """Forget a tab."""
        self.clients.discard(client)
        self.presence.leave(client)

    async def hear(self, client: Client, message: bytes) -> None:
        """Do what a tab's message says. Messages of one tab come one after the other.

        Raises:
            BadInput: the message is damaged.
        """
        match parse(message):
            case Step1(state):
                await self._answer(client, state)
            case Updates(content, answers):
                await self._take(client, content, answers=answers)
            case Awareness([]):
                client.send(awareness_message(self.presence.everybody()))
            case Awareness(entries):
                self.presence.hear(client, entries)
            case SaveAsked(number):
                await self._save(client, number)

    async def _answer(self, client: Client, state: bytes) -> None:
        early, client.early = client.early, []
        if self._has_other_history(state):
            client.is_stranger = True
            client.send(step1_message(EMPTY_STATE))
            return
        await self.welcome(client, state)
        for content in early:
            await self._edit(client, content)

    async def welcome(self, client: Client, state: bytes = EMPTY_STATE) -> None:
        """Send a tab what it misses, and who is here."""
        missing = self.document.doc.get_update(state)
        client.joined = True
        await self.stored(self.last_seq)
        client.send(step2_message(missing))
        if others := self.presence.everybody():
            client.send(awareness_message(others))

    def _has_other_history(self, state: bytes) -> bool:
        """Has this tab a history that did not begin with our document?"""
        authors = clients_of_state(state)
        lineage = self.document.lineage
        return bool(authors) and lineage is not None and lineage not in authors

    async def _take(self, client: Client, content: bytes, *, answers: bool) -> None:
        client.answers += answers
        if client.is_stranger:
            # The first answer is to the step 1 of `enter`; the second, to that of `_answer`, has the whole document.
            if answers and client.answers == 2 and self.on_stranger is not None:
                await self.on_stranger(client, content)
        elif not client.joined:
            client.early.append(content)
        else:
            await self._edit(client, content)

    async def _edit(self, client: Client, content: bytes) -> None:
        if content == EMPTY_UPDATE:
            return
        if await client.link.may_write():
            self.edit_as(client, content)
        else:
            client.send(raw_message("refused", reason="you may read this document, not change it"))

    def edit_as(self, client: Client, content: bytes) -> None:
        """Apply a tab's edit.

        Raises:
            BadInput: it cannot be applied.
        """
        self._author = client
        try:
            self.edit_for(client.person, content)
        except BadInput as error:
            if "block parent" in str(error):
                client.send(raw_message("conflict"))
            raise
        finally:
            self._author = None

    def edit_for(self, person: Person, content: bytes) -> None:
        """Apply an edit in the name of *person*.

        Raises:
            BadInput: it cannot be applied.
        """
        self._on_behalf_of = person
        try:
            self.document.doc.apply_update(content)
        except (ValueError, RuntimeError) as error:
            raise BadInput(f"an edit cannot be applied: {error}") from error
        finally:
            self._on_behalf_of = SERVER

    async def _save(self, client: Client, number: int) -> None:
        status = "failed" if not await client.link.may_write() else "success"
        if status == "success" and self.on_save is not None:
            status = "success" if await self.on_save() else "failed"
        client.send(raw_message("save", responseTo=number, status=status))

    # ── edits go out ─────────────────────────────────────────────────────────────────────────────────────────────

    def adopt(self, document: Document) -> None:
        """Go on with another document, while nobody has synced with the old one; who is here stays."""
        self.document.doc.unobserve(self._subscription)
        # What waits to be told is of the old document, and would double all text in the new one.
        self._storing, self._stored = [], []
        document.awareness = document.shared.awareness = self.document.awareness
        self.document = document
        self._subscription = document.doc.observe(self._on_update)

    @property
    def is_untouched(self) -> bool:
        """Has no tab the document, and did nobody edit it since it was loaded?"""
        return not self.edits_by_people and not any(client.joined for client in self.clients)

    def store_whole(self, author: Person) -> None:
        """Give the log the document as it is."""
        self.last_seq = self._journal.append(author, self.document.doc.get_update())

    async def stored(self, seq: int) -> None:
        """Wait until edit number *seq* is in the log."""
        if seq > self._durable_seq:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append((seq, waiter))
            await waiter

    @property
    def is_storing(self) -> bool:
        """Does anything wait for the log?"""
        return self.last_seq > self._durable_seq

    def durable(self, seq: int) -> None:
        """The log has everything up to *seq*."""
        self._durable_seq = max(seq, self._durable_seq)
        while self._storing and self._storing[0].seq <= seq:
            self._stored.append(self._storing.pop(0))
        for number, waiter in self._waiters:
            if number <= seq and not waiter.done():
                waiter.set_result(None)
        self._waiters = [(number, waiter) for number, waiter in self._waiters if number > seq]
        if self._stored:
            self._edits_due.soon()

    def _on_update(self, event: Any) -> None:
        if event.update == EMPTY_UPDATE:
            return
        self.last_seq = self._journal.append(self._on_behalf_of, event.update)
        self._storing.append(_Edit(self.last_seq, event.update, self._author))
        self.edits_by_people += self._author is not None
        for follower in self.followers:
            follower.document.doc.apply_update(event.update)
        self.on_edit()

    def _tell_all_edits(self) -> None:
        edits, self._stored = self._stored, []
        told: dict[frozenset[int], bytes | None] = {}
        for client in self.clients:
            if client.joined and self._keeps_up(client, edits):
                self._tell_edits(client, edits, told)

    def _tell_presence(self) -> None:
        news = self.presence.news()
        everything = awareness_message(news) if news else b""
        about = {entry.client_id for entry in news}
        for client in self.clients:
            if not client.joined or client.is_slow:
                continue
            if not about & client.awareness_ids:
                message = everything
            else:
                others = [entry for entry in news if entry.client_id not in client.awareness_ids]
                message = awareness_message(others) if others else b""
            if message:
                client.send(message)

    def _tell_edits(self, client: Client, edits: list[_Edit], told: dict[frozenset[int], bytes | None]) -> None:
        own = frozenset(edit.seq for edit in edits if edit.author is client)
        if own not in told:
            told[own] = _together([edit.content for edit in edits if edit.seq not in own])
        message = told[own]
        if message is not None:
            client.send(message)

    def _keeps_up(self, client: Client, edits: list[_Edit]) -> bool:
        """Keep for later what a slow tab misses, as one edit if it is much."""
        if not client.is_slow:
            return True
        if not client.missed:
            _log.info("%s is slow in room %s and gets edits later, together", client.person.display_name, self.name)
        client.missed += [edit.content for edit in edits if edit.author is not client] or [EMPTY_UPDATE]
        if len(client.missed) > _MOST_MISSED:
            client.missed = [merge_updates(*client.missed)]
        return False

    def _catch_up(self, client: Client) -> None:
        message, client.missed = _together(client.missed), []
        if message is not None and client in self.clients:
            client.send(message)
            client.send(awareness_message(self.presence.everybody()))


def _together(contents: list[bytes]) -> bytes | None:
    if not contents:
        return None
    return update_message(contents[0] if len(contents) == 1 else merge_updates(*contents))
