"""Keeps a room and its file in step: loads, saves while people type, takes in what others write to the file.

What the file is, is known by fingerprints: before a save, the log is told the number of the last edit in it and the
fingerprint of what will be in the file. Whatever moment a server dies at, the next one finds which edits the file has,
and takes any other content of the file for somebody else's change.
"""

from __future__ import annotations

import asyncio
import json
import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from ..config import Config
from ..errors import HubError, RoomNotFound
from .content import Content, fingerprint, for_file, is_blank, with_ids_of
from .document import Document, doc_of
from .files import File, Files, Kind
from .merge import merge, shared_base
from .messages import raw_message, reload_reason
from .people import Client
from .room import Room
from .updates import Save, UpdateLog

_log = logging.getLogger(__name__)

Tell = Callable[[str, str, str], None]
"""Level, action and message of an event about the room."""

_RETRY_S = 5.0


@dataclass(frozen=True)
class Means:
    """What a keeper works with."""

    files: Files
    log: UpdateLog
    config: Config
    tell: Tell


class Keeper:
    """The file side of one room."""

    def __init__(self, room: Room, kind: Kind, file_id: str, means: Means) -> None:
        self._room, self._kind, self._file_id = room, kind, file_id
        self._files, self._log, self._config, self._tell = means.files, means.log, means.config, means.tell
        self._lock = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._saving: asyncio.Task[bool] | None = None
        self._unsaved_since: float | None = None
        self._base = Save(0, "")
        self._version: str | None = None
        self._copy: Document | None = None
        self._copied: Document | None = None
        room.on_edit, room.on_save, room.on_stranger = self._on_edit, self.save_when_asked, self.take_in

    @property
    def path(self) -> str | None:
        """Where the file is now; None if it was deleted."""
        return self._files.path_of(self._file_id)

    # ── load ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def load(self) -> None:
        """Fill the room from the log, and the log from the file.

        Raises:
            RoomNotFound: there is no such file.
            HubError: it cannot be read, or not as this kind of document.
        """
        file = await self._read()
        updates = await asyncio.to_thread(self._log.updates, self._room.name)
        if updates:
            await self._resume([update.content for update in updates], updates[-1].seq, file)
        else:
            await self._begin(file)
        if self.path is not None:
            self._room.document.set_path(self.path)
        await self._room.stored(self._room.last_seq)
        self._room.edits_by_people = 0
        self._tell("INFO", "initialize", "Room initialized")

    async def _read(self) -> File:
        path = self.path
        if path is None:
            raise RoomNotFound("the file of this room was deleted")
        file = await self._files.read(path, self._kind)
        self._version = file.version
        return file

    async def _begin(self, file: File) -> None:
        document = self._room.document
        document.mark()
        document.fill(file.content)
        document.set_saved(file.digest)
        self._remember(file.content)
        self._settle()
        self._tell("INFO", "load", "Content loaded from disk.")

    async def _resume(self, updates: list[bytes], seq: int, file: File) -> None:
        document = Document(self._kind.content_type, doc_of(updates))
        self._room.adopt(document)
        self._room.last_seq = seq
        self._room.durable(seq)
        saves = await asyncio.to_thread(self._log.saves, self._room.name)
        self._tell("INFO", "load", "Content loaded from the log.")
        found = fingerprint(file.content)
        self._base = next((save for save in saves if save.fingerprint == found), saves[0] if saves else Save(seq, ""))
        if self._base.fingerprint != found:
            await self._merge_in(file)
        if fingerprint(document.content()) != found:
            self._on_edit()

    # ── save ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _on_edit(self) -> None:
        """Save a moment after people pause, and at the latest some seconds after the first edit that the file lacks."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._unsaved_since = now if self._unsaved_since is None else self._unsaved_since
        due = min(now + self._config.save_delay_s, self._unsaved_since + self._config.save_at_latest_s)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(due, self._start_save)

    def _start_save(self) -> None:
        self._timer = None
        if not self._room.presence.wants_autosave():
            return
        if self._saving is None or self._saving.done():
            self._saving = asyncio.get_running_loop().create_task(self.save())
        else:
            self._timer = asyncio.get_running_loop().call_later(self._config.save_delay_s / 10, self._start_save)

    async def save_when_asked(self) -> bool:
        """Save now because somebody said so."""
        return await self.save()

    async def save(self) -> bool:
        """Bring the file up to date; False if it could not be written, which is tried again."""
        async with self._lock:
            try:
                await self._save()
            except HubError as error:
                _log.error("%s", error)
                self._tell("ERROR", "save", str(error))
                self._retry()
                return False
            return True

    def _retry(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_RETRY_S, self._start_save)

    async def _save(self) -> None:
        path = self.path
        if path is None:
            return
        await self._take_in_changes(path)
        self._unsaved_since = None
        seq, content, found = await self._look_at_document()
        if found == self._base.fingerprint and self._version is not None:
            self._settle_if_at(seq, None)
            return
        self._log.note_save(self._room.name, Save(seq, found))
        await self._room.stored(seq)
        await asyncio.to_thread(self._log.flush)
        if await self._files.version(path) != self._version:
            await self._save()
        else:
            await self._write(path, content, Save(seq, found))

    async def _write(self, path: str, content: Content, save: Save) -> None:
        try:
            file = await self._files.write(path, self._kind, for_file(content))
        except HubError:
            self._unsaved_since = asyncio.get_running_loop().time()
            raise
        self._version = file.version
        self._base = self._as_written(save, content, file)
        self._log.forget_saves(self._room.name, save.seq)
        self._settle_if_at(save.seq, file.digest)
        self._tell("INFO", "save", "Content saved.")

    async def _look_at_document(self) -> tuple[int, Content, str]:
        """Number of the last edit, content and fingerprint; of a copy, in a thread, since much text takes long."""
        document = self._room.document
        if self._copy is None or self._copied is not document:
            self._copy, self._copied = Document(self._kind.content_type), document
        for _ in range(2):
            seq, missing = self._room.last_seq, document.doc.get_update(self._copy.doc.get_state())
            has_twins = await asyncio.to_thread(_bring_up, self._copy, missing)
            if not has_twins:
                break
            document.part_twins()
        content = await asyncio.to_thread(self._copy.content)
        return seq, content, await asyncio.to_thread(fingerprint, content)

    def _as_written(self, save: Save, content: Content, file: File) -> Save:
        """What the file is now; stored in full where a hook made it differ from the document."""
        written = fingerprint(file.content)
        if written == save.fingerprint:
            return save
        save = Save(save.seq, written, _packed(with_ids_of(file.content, content)))
        self._log.note_save(self._room.name, save)
        return save

    def _remember(self, content: Content) -> None:
        self._base = Save(self._room.last_seq, fingerprint(content))
        self._log.note_save(self._room.name, self._base)

    def _settle_if_at(self, seq: int, digest: str | None) -> None:
        """Tell the tabs that the file has everything, unless somebody has typed since."""
        if self._room.last_seq == seq:
            self._room.document.set_saved(digest)
            self._settle()

    def _settle(self) -> None:
        """The file has everything: forget the timer, which our own note of the save has set."""
        self._unsaved_since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # ── changes by others ────────────────────────────────────────────────────────────────────────────────────────

    async def look(self) -> None:
        """Take in what somebody wrote to the file, and where it was moved."""
        path = self.path
        if path is None:
            return
        self._room.document.set_path(path)
        async with self._lock:
            await self._take_in_changes(path)

    async def _take_in_changes(self, path: str) -> None:
        version = await self._files.version(path)
        if version is None or version == self._version:
            self._version = version
            return
        try:
            file = await self._files.read(path, self._kind)
        except HubError as error:
            # Half a file, or one with conflict marks of git: the room goes on, and its next save replaces it.
            self._version = version
            self._tell("WARNING", "overwrite", f"{path} was changed on disk and cannot be read: {error}")
            return
        self._version = file.version
        if fingerprint(file.content) != self._base.fingerprint:
            await self._merge_in(file)

    async def _merge_in(self, file: File) -> None:
        base = await asyncio.to_thread(self._base_content)
        document = self._room.document
        ours = document.content()
        theirs = with_ids_of(file.content, ours if base is None else base)
        merged = merge(shared_base(ours, theirs) if base is None else base, ours, theirs)
        document.change_to(merged.content)
        self._base = Save(self._room.last_seq, fingerprint(theirs), _packed(theirs))
        self._log.note_save(self._room.name, self._base)
        self._log.forget_saves(self._room.name, self._base.seq)
        what = "; ".join(merged.conflicts) or "the changes were merged"
        self._tell("INFO", "overwrite", f"The file was changed on disk: {what}")
        for client in self._room.clients:
            client.send(raw_message("merged", conflicts=merged.conflicts))

    def _base_content(self) -> Content | None:
        """What the file held when the room last knew it, for the three-way merge; runs in a thread."""
        if self._base.content is not None:
            return json.loads(zlib.decompress(self._base.content))
        if not self._base.fingerprint:
            return None
        updates = self._log.updates(self._room.name, until=self._base.seq)
        if not updates:
            return None
        return Document(self._kind.content_type, doc_of(update.content for update in updates)).content()

    # ── tabs of another lineage ──────────────────────────────────────────────────────────────────────────────────

    async def take_in(self, client: Client, whole: bytes) -> None:
        """A tab with another history: go on with its document if nobody works on ours yet, else take over its text."""
        if not await self._room.may_write(client):
            client.link.close(1003, reload_reason("Reload the page to read on."))
            return
        async with self._lock:
            theirs = Document(self._kind.content_type, doc_of([whole]))
            if is_blank(theirs.content()):
                await self._let_in(client, whole)
                return
            base = await asyncio.to_thread(self._base_content)
            if self._room.is_untouched:
                await self._go_on_with(theirs, client, base)
                return
            mine = self._room.document.content()
            other = with_ids_of(for_file(theirs.content()), mine)
            self._room.document.change_to(_united(base if self._knows_file(theirs) else None, mine, other))
            await self._room.stored(self._room.last_seq)
            client.link.close(1003, reload_reason("Your text was kept; reload the page."))

    async def _let_in(self, client: Client, whole: bytes) -> None:
        """A tab that wrote a note or two about itself before it heard of us has nothing that could double."""
        client.is_stranger = False
        self._room.edit_as(client, whole)
        await self._room.welcome(client)

    def _knows_file(self, theirs: Document) -> bool:
        """Is the file still what the tab last knew of it?"""
        known = theirs.shared.hash
        return known is not None and bool(known == self._room.document.shared.hash)

    async def _go_on_with(self, document: Document, client: Client, base: Content | None) -> None:
        """Nobody has our document yet: what the tab has becomes the room's."""
        other = document.content()
        mine = with_ids_of(for_file(self._room.document.content()), other)
        known = with_ids_of(for_file(base), other) if base is not None and self._knows_file(document) else None
        self._log.set_aside(self._room.name)
        self._room.adopt(document)
        if document.lineage is None:
            document.mark()
        document.change_to(_united(known, mine, other))
        self._room.store_whole(client.person)
        self._base = Save(self._room.last_seq, self._base.fingerprint, _packed(mine))
        self._log.note_save(self._room.name, self._base)
        self._on_edit()
        client.is_stranger = False
        await self._room.welcome(client)

    async def close(self) -> None:
        """Save what is unsaved."""
        if self._saving is not None and not self._saving.done():
            await self._saving
        if self._unsaved_since is not None and self._room.presence.wants_autosave():
            await self.save()
        self._settle()


def _united(base: Content | None, mine: Content, other: Content) -> Content:
    """The text of both; where no base is known, nothing is taken for deleted."""
    return merge(shared_base(mine, other) if base is None else base, mine, other).content


def _bring_up(copy: Document, missing: bytes) -> bool:
    copy.doc.apply_update(missing)
    return copy.has_twins()


def _packed(content: Content) -> bytes | None:
    return None if isinstance(content, bytes) else zlib.compress(json.dumps(content).encode(), 1)
