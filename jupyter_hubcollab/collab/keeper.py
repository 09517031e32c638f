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
from functools import partial

from ..config import Config
from ..errors import HubError, RoomNotFound
from .bases import Bases
from .by_reference import LargeOutputs
from .content import Content, fingerprint, for_file, with_ids_of, without_twins
from .document import Document, doc_of
from .due import Due
from .files import File, FileChanged, Files, Kind
from .history import compact
from .merge import merge, shared_base
from .mirror import Mirror
from .people import Client, Person
from .room import Room
from .salvage import Salvage
from .strangers import Strangers
from .updates import Save, UpdateLog

_log = logging.getLogger(__name__)

Tell = Callable[[str, str, str], None]
"""Level, action and message of an event about the room."""

_LAST_SAVES = 3
_COMPACTED_EDITS = 5000
_LATELY_S = 60.0


@dataclass(frozen=True)
class Means:
    """What a keeper works with."""

    files: Files
    log: UpdateLog
    config: Config
    tell: Tell
    outputs: LargeOutputs


TOLD = "ERROR"
"""How loud the events of jupyter-collaboration are that say what we show ourselves: at WARNING its front end opens a
dialog, which says that the file is open in two views, and swallows what one types."""


class Keeper:
    """The file side of one room."""

    def __init__(self, room: Room, kind: Kind, file_id: str, means: Means) -> None:
        self._room, self._kind, self._file_id = room, kind, file_id
        self._files, self._log, self._outputs = means.files, means.log, means.outputs
        self._config, self._tell = means.config, means.tell
        self._due = Due(means.config, self.save, room.presence.wants_autosave)
        self._mirror = Mirror(room, means.outputs, self._salvaged)
        self._bases = Bases(room.name, kind.content_type, means.log, means.outputs)
        self._version: str | None = None
        self._compacted = 0
        self._is_elsewhere = False
        self._is_gone = False
        self._is_unreadable = False
        self._failed = False
        self.lock = asyncio.Lock()
        self.salvage = Salvage(room, means.log) if kind.content_type == "notebook" else None
        room.on_edit, room.on_save, room.on_stranger = (
            self._due.edited,
            self.save_when_asked,
            Strangers(self, room).take_in,
        )

    @property
    def path(self) -> str | None:
        """Where the file is, or was when it was deleted."""
        known = self._files.path_of(self._file_id)
        return known if known is not None else self._room.document.shared.path

    # ── load ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def load(self) -> None:
        """Fill the room from the log, and the log from the file.

        Raises:
            RoomNotFound: there is no such file.
            HubError: it cannot be read, or not as this kind of document.
        """
        updates = await asyncio.to_thread(self._log.updates, self._room.name)
        if updates:
            await self._resume([update.content for update in updates], updates[-1].seq)
        else:
            await self._begin(await self._read())
        path = self.path
        if path is not None:
            self._room.document.set_path(path)
            await self._see_who_else(path)
        await self._room.stored(self._room.last_seq)
        self._room.edits_by_people = 0
        self._tell("INFO", "initialize", "Room initialized")

    async def _read(self) -> File:
        path = self._files.path_of(self._file_id)
        if path is None:
            raise RoomNotFound("the file of this room was deleted")
        file = await self._files.read(path, self._kind)
        self._version = file.version
        return file

    async def _begin(self, file: File) -> None:
        document = self._room.document
        document.mark()
        document.fill(without_twins(file.content))
        document.set_saved(file.digest)
        self._remember(file.content)
        self._due.settled()
        self._tell("INFO", "load", "Content loaded from disk.")

    async def _resume(self, updates: list[bytes], seq: int) -> None:
        """Go on where the log ends; what it has is not lost with the file."""
        document = Document(self._kind.content_type, doc_of(updates))
        self._room.adopt(document)
        self._room.last_seq = seq
        self._room.durable(seq)
        if self.salvage is not None:
            await self.salvage.part_twins()
        saves = await asyncio.to_thread(self._log.saves, self._room.name)
        self._tell("INFO", "load", "Content loaded from the log.")
        try:
            file = await self._read()
        except RoomNotFound:
            self._bases.begin(saves[0] if saves else Save(seq, ""))
            self._is_gone = True
            return
        found = fingerprint(file.content)
        newest = saves[0] if saves else Save(seq, "")
        self._bases.begin(next((save for save in saves if save.fingerprint == found), newest))
        if self._bases.newest.fingerprint != found:
            await self._merge_in(file)
        if fingerprint(document.content()) != found:
            self._due.edited()

    # ── save ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def save_when_asked(self) -> bool:
        """Save now because somebody said so, even where the file was deleted."""
        self._is_gone = False
        return await self.save()

    async def save(self) -> bool:
        """Bring the file up to date; False if it could not be written, which is tried again."""
        async with self.lock:
            try:
                await self._save()
            except HubError as error:
                self._note_failure(str(error))
                return False
            self._failed = False
            return True

    async def _salvaged(self) -> None:
        """Wait until no cell stands twice and late text is where it belongs; salvage.py knows what was before."""
        if self.salvage is not None:
            await self.salvage.done()

    def _note_failure(self, why: str) -> None:
        _log.error("%s", why)
        self._tell("ERROR", "save", why)
        if not self._failed:
            self._failed = True
            self._room.notify_all("unsaved", reason=why)
        self._due.missed()

    async def _save(self) -> None:
        path = self.path
        if path is None or self._is_gone:
            return
        await self._take_in_changes(path)
        if self._is_gone:
            return
        self._due.begun()
        look = await self._mirror.look()
        if look.fingerprint == self._bases.newest.fingerprint and self._version is not None:
            self._settle_if_at(look.seq, None)
            return
        save = Save(look.seq, look.fingerprint)
        self._log.note_save(self._room.name, save)
        await asyncio.to_thread(self._log.flush)
        await self._room.stored(look.seq)
        try:
            await self._write(path, look.content, save)
        except FileChanged:
            await self._save()

    async def _write(self, path: str, content: Content, save: Save) -> None:
        if self._is_unreadable:
            await self._files.keep_copy(path)
        file = await self._files.write(path, self._kind, for_file(content), expected=self._version)
        if self._version is None:
            self._room.notify_all("back", path=path)
        self._version, self._is_unreadable = file.version, False
        await self._see_who_else(path)
        self._bases.note(self._as_written(save, content, file))
        self._log.forget_saves(self._room.name, save.seq)
        self._settle_if_at(save.seq, file.digest)
        self._tell("INFO", "save", "Content saved.")

    def _as_written(self, save: Save, content: Content, file: File) -> Save:
        """What the file is now; stored in full where a hook made it differ from the document."""
        written = fingerprint(file.content)
        if written == save.fingerprint:
            return save
        save = Save(save.seq, written, _packed(with_ids_of(file.content, content)))
        self._log.note_save(self._room.name, save)
        return save

    def _remember(self, content: Content) -> None:
        self._bases.begin(Save(self._room.last_seq, fingerprint(content)))
        self._log.note_save(self._room.name, self._bases.newest)

    def _settle_if_at(self, seq: int, digest: str | None) -> None:
        """Tell the tabs that the file has everything, unless somebody has typed since."""
        if self._room.last_seq == seq:
            self._room.document.set_saved(digest)
            self._due.settled()

    # ── changes by others ────────────────────────────────────────────────────────────────────────────────────────

    async def look(self) -> None:
        """Take in what somebody wrote to the file, and where it was moved."""
        path = self.path
        if path is None:
            return
        self._room.document.set_path(path)
        async with self.lock:
            await self._take_in_changes(path)
        await self._compact()

    async def _compact(self) -> None:
        """Put old edits together while people go on, so that a room that is never closed does not grow for ever."""
        edits, lately = self._room.edits_by_people, self._log.now() - _LATELY_S
        if edits - self._compacted >= _COMPACTED_EDITS:
            work = partial(compact, self._log, self._room.name, self._kind.content_type, older_than=lately)
            if await asyncio.to_thread(work):
                self._compacted = edits

    async def _take_in_changes(self, path: str) -> None:
        version = await self._files.version(path)
        if self._notes_absence(path, version) or version == self._version:
            return
        try:
            file = await self._files.read(path, self._kind)
        except HubError as error:
            # Half a file, or one with conflict marks of git: the room goes on, and its next save replaces it.
            self._version, self._is_unreadable = version, True
            self._tell(TOLD, "overwrite", f"{path} was changed on disk and cannot be read: {error}")
            self._room.notify_all("unreadable", path=path)
            return
        self._version, self._is_unreadable = file.version, False
        await self._see_who_else(path)
        if fingerprint(file.content) != self._bases.newest.fingerprint:
            await self._merge_in(file)

    async def _see_who_else(self, path: str) -> None:
        """Another server that works on this file is told once: it and we see each other only through the file."""
        was, self._is_elsewhere = self._is_elsewhere, not await self._files.claim(path)
        if self._is_elsewhere and not was:
            self._tell(TOLD, "overwrite", f"{path} is edited on another server, too")
            self._room.notify_all("elsewhere", path=path)

    def greet(self, client: Client) -> None:
        """Tell a newcomer what the others were told before."""
        path = self.path
        if self._is_elsewhere:
            self._room.notify(client, "elsewhere", path=path)
        if self._is_gone:
            self._room.notify(client, "gone", path=path)

    def _notes_absence(self, path: str, version: str | None) -> bool:
        """Is there no file to write to? A file that was deleted is not made again before somebody says so."""
        was_there = self._version is not None
        if version is None and was_there:
            self._version, self._is_gone = None, True
            self._tell(TOLD, "overwrite", f"{path} was deleted")
            self._room.notify_all("gone", path=path)
        elif version is not None and self._is_gone:
            self._is_gone = False
            self._room.notify_all("back", path=path)
            self._due.edited()
        return version is None

    async def _merge_in(self, file: File) -> None:
        base = await asyncio.to_thread(self._bases.best, file.content)
        await self._salvaged()
        document = self._room.document
        ours = document.content()
        theirs = with_ids_of(file.content, ours if base is None else base)
        merged = merge(shared_base(ours, theirs) if base is None else base, ours, theirs)
        document.change_to(merged.content)
        save = Save(self._room.last_seq, fingerprint(theirs), _packed(theirs))
        self._bases.begin(save)
        self._log.note_save(self._room.name, save)
        self._log.forget_saves(self._room.name, save.seq)
        what = "; ".join(merged.conflicts) or "the changes were merged"
        self._tell("INFO", "overwrite", f"The file was changed on disk: {what}")
        self._room.notify_all("merged", conflicts=merged.conflicts)

    # ── for strangers.py ─────────────────────────────────────────────────────────────────────────────────────────

    async def base_content(self) -> Content | None:
        """What the file held when the room last knew it; None if that is not known."""
        return await asyncio.to_thread(self._bases.content)

    def begin_anew(self, document: Document, author: Person) -> None:
        """Let *document* be the room's, with a history of its own."""
        before = self._room.document.content()
        self._log.set_aside(self._room.name)
        self._room.adopt(document)
        if document.lineage is None:
            document.mark()
        self._room.store_whole(author)
        content = _packed(with_ids_of(for_file(before), document.content()))
        self._bases.begin(Save(self._room.last_seq, self._bases.newest.fingerprint, content))
        self._log.note_save(self._room.name, self._bases.newest)
        self._due.edited()

    async def close(self) -> None:
        """Save what is unsaved."""
        await self._salvaged()
        await self._due.idle()
        # What was on its way while the file was written is in the log, and belongs into the file, too.
        for _ in range(_LAST_SAVES):
            if not self._due.is_unsaved or not self._due.is_wanted() or not await self.save():
                break
        self._due.settled()
        path = self.path
        if path is not None:
            self._files.release(path)


def _packed(content: Content) -> bytes | None:
    return None if isinstance(content, bytes) else zlib.compress(json.dumps(content).encode(), 1)
