"""A room: one document, and the tabs that edit it.

An edit is applied, given to the log, and told to the others once the log has it; fanout.py tells.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from ..errors import BadInput
from .document import Document, died_at_once
from .fanout import Edit, Fanout
from .messages import (
    EMPTY_STATE,
    EMPTY_UPDATE,
    Awareness,
    Notice,
    SaveAsked,
    Step1,
    Updates,
    awareness_message,
    clients_of_state,
    parse,
    raw_message,
    reload_reason,
    step1_message,
    step2_message,
)
from .people import SERVER, Client, Person
from .presence import Presence


class Journal(Protocol):
    """Where a room's edits are stored before anybody hears of them."""

    def append(self, author: Person, content: bytes) -> int:
        """Store an edit with the next commit; gives its number."""
        ...

    def commit(self) -> None:
        """Store what was given."""
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

    def commit(self) -> None:
        """It is."""


@dataclass(frozen=True, slots=True)
class CellsChanged:
    """Edit number *seq* added, moved or removed cells."""

    seq: int
    removed: bool
    by: Person
    tab: Client | None
    known: bytes | None
    """What the tab had when it came, as a state vector, if it may not have known more; None if it was up to date."""
    was_away: bool
    """It had nothing but that: it made the edit before it came."""


CATCHING_UP_S = 15.0
"""Longer than a line may be silent before it is given up; no edit is on its way for longer."""


class Room:
    """One document and its tabs. Lives on the event loop."""

    def __init__(self, name: str, document: Document, journal: Journal | None = None) -> None:
        self.name, self.document = name, document
        self.clients: set[Client] = set()
        self.followers: set[Room] = set()
        """Forks that get every edit of this room."""
        self.on_edit: Callable[[], None] = lambda: None
        self.on_save: Callable[[], Any] | None = None
        self.on_stranger: Callable[[Client, bytes], Coroutine[Any, Any, None]] | None = None
        self.on_cells: Callable[[CellsChanged], None] | None = None
        """Cells were added, moved or removed."""
        self.on_dead: Callable[[Client, int, bytes], None] | None = None
        """A tab typed into a cell that was gone when its edit came."""
        self.on_notice: Callable[[Person, str, dict[str, Any]], None] = lambda *_: None
        """A tab of this person was told something; of which kind, and what."""
        self.may_edit: Callable[[Person], bool] = lambda _: True
        """What the roles in this room say; asked at every edit."""
        self.last_seq = 0
        self.edits_by_people = 0
        self.edited_at: dict[Client | None, float] = {}
        """When each tab, or the server, edited last, on the event loop's clock; those that left are forgotten later."""
        self._journal = journal if journal is not None else NoJournal(self.durable)
        self._durable_seq = 0
        self._author: Client | None = None
        self._on_behalf_of: Person = SERVER
        self._incoming: bytes | None = None
        self._cells_changed: bool | None = None
        self._storing: deque[Edit] = deque()
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._fanout = Fanout(name, self.clients, lambda: self.presence, self._journal.commit)
        self.presence = Presence(document.awareness, self._fanout.moved)
        self._subscription = self._observe(document)

    def _observe(self, document: Document) -> Any:
        document.on_cells = self._note_cells
        return document.doc.observe(self._on_update)

    def _note_cells(self, removed: bool) -> None:
        self._cells_changed = removed or bool(self._cells_changed)

    # ── people come and go ───────────────────────────────────────────────────────────────────────────────────────

    def enter(self, client: Client) -> None:
        """Let a tab in; it hears nothing until it has said what it has."""
        self.clients.add(client)
        client.on_free = lambda: self._fanout.catch_up(client)
        client.send(step1_message(self.document.doc.get_state()))

    def leave(self, client: Client) -> None:
        """Forget a tab."""
        self.clients.discard(client)
        self.presence.leave(client)
        lately = asyncio.get_running_loop().time() - CATCHING_UP_S
        self.edited_at = {tab: at for tab, at in self.edited_at.items() if at > lately}

    async def hear(self, client: Client, message: bytes) -> None:
        """Do what a tab's message says. Messages of one tab come one after the other.

        Raises:
            BadInput: the message is damaged.
        """
        await _done(self.take(client, message))

    def take(self, client: Client, message: bytes) -> Coroutine[Any, Any, None] | None:
        """The same; gives what is left to be awaited. Most messages need no waiting, and a task for each is dear.

        Raises:
            BadInput: the message is damaged.
        """
        match parse(message):
            case Updates(content, answers):
                return self._take(client, content, answers=answers)
            case Awareness([]):
                client.send(awareness_message(self.presence.everybody()))
            case Awareness(entries):
                self.presence.hear(client, entries)
            case Step1(state):
                return self._answer(client, state)
            case SaveAsked(number):
                return self._save(client, number)
        return None

    async def _answer(self, client: Client, state: bytes) -> None:
        early, client.early = client.early, []
        # Who comes with nothing writes nothing before it has everything.
        client.known = state if state != EMPTY_STATE else self.document.doc.get_state()
        client.catches_up_until = asyncio.get_running_loop().time() + CATCHING_UP_S
        if self._has_other_history(state):
            client.is_stranger = True
            client.send(step1_message(EMPTY_STATE))
            return
        await self.welcome(client, state)
        client.brings = True
        for content in early:
            await _done(self._edit(client, content))

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

    def _take(self, client: Client, content: bytes, *, answers: bool) -> Coroutine[Any, Any, None] | None:
        client.answers += answers
        if client.is_stranger:
            # The first answer is to the step 1 of `enter`; the second, to that of `_answer`, has the whole document.
            if answers and client.answers == 2 and self.on_stranger is not None:
                return self.on_stranger(client, content)
        elif not client.joined:
            client.early.append(content)
        else:
            if answers:
                client.catches_up_until = asyncio.get_running_loop().time() + CATCHING_UP_S
            client.brings = answers
            return self._edit(client, content)
        return None

    def _edit(self, client: Client, content: bytes) -> Coroutine[Any, Any, None] | None:
        if content == EMPTY_UPDATE:
            return None
        allowed = self.may_edit(client.person) and client.link.may_write()
        if not isinstance(allowed, bool):
            return self._edit_when(allowed, client, content)
        self._edit_if(allowed, client, content)
        return None

    async def _edit_when(self, allowed: Awaitable[bool], client: Client, content: bytes) -> None:
        self._edit_if(await allowed, client, content)

    def _edit_if(self, allowed: bool, client: Client, content: bytes) -> None:
        if not allowed:
            client.was_refused = True
            self.notify(client, "refused", reason="you may read this document, not change it")
        elif client.was_refused:
            # What it wrote before is missing here, so that nothing it writes now could be understood.
            client.link.close(1003, reload_reason("Your role in this document changed; reload the page."))
        else:
            self.edit_as(client, content)

    async def may_write(self, client: Client) -> bool:
        """Do the roles and the server's authorizer let this tab write at this moment?"""
        allowed = self.may_edit(client.person) and client.link.may_write()
        return allowed if isinstance(allowed, bool) else await allowed

    @contextmanager
    def in_the_name_of(self, person: Person) -> Iterator[None]:
        """Whatever is done to the document in here, *person* did."""
        before, self._on_behalf_of = self._on_behalf_of, person
        try:
            yield
        finally:
            self._on_behalf_of = before

    def edit_as(self, client: Client, content: bytes) -> None:
        """Apply a tab's edit.

        Raises:
            BadInput: it cannot be applied.
        """
        self._author, self._incoming = client, content
        try:
            self.edit_for(client.person, content)
        except BadInput as error:
            if "block parent" in str(error):
                self.notify(client, "conflict")
            raise
        finally:
            self._author = self._incoming = None

    def edit_for(self, person: Person, content: bytes) -> None:
        """Apply an edit in the name of *person*.

        Raises:
            BadInput: it cannot be applied.
        """
        try:
            with self.in_the_name_of(person):
                self.document.doc.apply_update(content)
        except (ValueError, RuntimeError) as error:
            raise BadInput(f"an edit cannot be applied: {error}") from error

    async def _save(self, client: Client, number: int) -> None:
        status = "failed" if not await self.may_write(client) else "success"
        if status == "success" and self.on_save is not None:
            status = "success" if await self.on_save() else "failed"
            # Who hears that the file is saved has all that is in it.
            self._fanout.tell()
        client.send(raw_message("save", responseTo=number, status=status))

    def notify(self, client: Client, kind: Notice, **fields: Any) -> None:
        """Tell a tab what its person should know."""
        client.send(raw_message(kind, **fields))
        self.on_notice(client.person, kind, fields)

    def notify_all(self, kind: Notice, **fields: Any) -> None:
        """Tell everybody here."""
        for client in list(self.clients):
            self.notify(client, kind, **fields)

    # ── edits go out ─────────────────────────────────────────────────────────────────────────────────────────────

    def adopt(self, document: Document) -> None:
        """Go on with another document, while nobody has synced with the old one; who is here stays."""
        self.document.doc.unobserve(self._subscription)
        # What waits to be told is of the old document, and would double all text in the new one.
        self._storing.clear()
        self._fanout.clear()
        document.awareness = document.shared.awareness = self.document.awareness
        self.document = document
        self._subscription = self._observe(document)

    @property
    def is_untouched(self) -> bool:
        """Has no tab the document, and did nobody edit it since it was loaded?"""
        return not self.edits_by_people and not any(client.joined for client in self.clients)

    def store_whole(self, author: Person) -> None:
        """Give the log the document as it is."""
        self.last_seq = self._journal.append(author, self.document.doc.get_update())
        self._journal.commit()

    async def stored(self, seq: int) -> None:
        """Wait until edit number *seq* is in the log."""
        if seq > self._durable_seq:
            self._journal.commit()
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
            self._fanout.add(self._storing.popleft())
        if not self._waiters:
            return
        for number, waiter in self._waiters:
            if number <= seq and not waiter.done():
                waiter.set_result(None)
        self._waiters = [(number, waiter) for number, waiter in self._waiters if number > seq]

    def _on_update(self, event: Any) -> None:
        if event.update == EMPTY_UPDATE:
            return
        content, author, cells_changed = event.update, self._author, self._cells_changed
        self._cells_changed = None
        self.edited_at[author] = now = asyncio.get_running_loop().time()
        is_dead = self._incoming is not None and died_at_once(event)
        if is_dead and self._incoming is not None:
            # What the document made of it has no text any more; the log keeps what was typed.
            content = self._incoming
        self.last_seq = self._journal.append(self._on_behalf_of, content)
        self._storing.append(Edit(self.last_seq, event.update, author))
        self._fanout.expect()
        self.edits_by_people += author is not None
        for follower in self.followers:
            follower.document.doc.apply_update(event.update)
        self.on_edit()
        if cells_changed is not None and self.on_cells is not None:
            known = author.known if author is not None and now < author.catches_up_until else None
            away = author is not None and author.brings
            self.on_cells(CellsChanged(self.last_seq, cells_changed, self._on_behalf_of, author, known, away))
        if is_dead and author is not None and self.on_dead is not None:
            self.on_dead(author, self.last_seq, content)


async def _done(rest: Coroutine[Any, Any, None] | None) -> None:
    if rest is not None:
        await rest
