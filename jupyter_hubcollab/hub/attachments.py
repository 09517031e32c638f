"""Pictures, films and sounds in comments: files beside the hub's repos, found by an address that nobody can guess.

Whoever may read a comment finds its pictures by their addresses; a hub that is asked for one asks for no repo. They are
in the backup, and stay as long as any text of the hub has their address: others may have quoted a comment that is gone.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from ..access import ANONYMOUS, Actor, require_scope
from ..errors import AccessDenied, BadInput, EntryNotFound, QuotaExceeded, TooLarge
from ..storage.files import write_whole
from ..storage.schema import collection_items, collections, discussion_events, reviews, version_notes

MOST_OF_ONE = 1 << 30
"""What the attachments of one person may take together."""
_NAME = re.compile(r"[0-9a-f]{16}/[0-9a-f]{40}\.[a-z0-9]{3,4}")
_TEXTS = (
    discussion_events.c.content,
    reviews.c.text,
    collections.c.description,
    collection_items.c.note,
    version_notes.c.description,
)
"""Where people write what others read; cards of models stand in git."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What may be attached, and how its bytes begin."""

    suffix: str
    begins: re.Pattern[bytes]
    most_bytes: int = 10_000_000


_FILM = 50_000_000
KINDS = {
    "image/png": _Kind("png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    "image/jpeg": _Kind("jpg", re.compile(rb"\xff\xd8\xff")),
    "image/gif": _Kind("gif", re.compile(rb"GIF8[79]a")),
    "image/webp": _Kind("webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    "video/mp4": _Kind("mp4", re.compile(rb"....ftyp", re.DOTALL), _FILM),
    "video/quicktime": _Kind("mov", re.compile(rb"....(ftyp|moov|mdat|wide|free)", re.DOTALL), _FILM),
    "video/webm": _Kind("webm", re.compile(rb"\x1aE\xdf\xa3"), _FILM),
    "audio/mpeg": _Kind("mp3", re.compile(rb"ID3|\xff[\xe0-\xff]")),
    "audio/wav": _Kind("wav", re.compile(rb"RIFF....WAVE", re.DOTALL)),
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was attached."""

    path: Path
    content_type: str


def names_in(text: str) -> set[str]:
    """The names of the attachments whose addresses are in *text*."""
    return set(_NAME.findall(text))


def named_by(connection: Connection) -> Iterator[str]:
    """The names of the attachments whose addresses are in a text of the index."""
    for column in _TEXTS:
        for text in connection.execute(select(column).where(column.contains("/uploads/"))).scalars():
            yield from names_in(text)


class Attachments:
    """The attachments of all people, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, actor: Actor, content_type: str, content: bytes) -> str:
        """Keep a file; the name by which it is found.

        Raises:
            BadInput: it is of a kind that a browser might run, or not of the kind that it says.
            TooLarge: it is larger than its kind may be.
            QuotaExceeded: this person has attached too much.
        """
        require_scope(actor, "write")
        if actor.name == ANONYMOUS:
            raise AccessDenied("log in to attach files")
        kind = KINDS.get(content_type.partition(";")[0].strip().lower())
        if kind is None or not kind.begins.match(content):
            raise BadInput(f"attach a file of one of these kinds: {', '.join(KINDS)}")
        if len(content) > kind.most_bytes:
            raise TooLarge(f"an attachment of this kind has at most {kind.most_bytes // 1_000_000} MB")
        own = self._folder / hashlib.sha256(actor.name.encode()).hexdigest()[:16]
        own.mkdir(parents=True, exist_ok=True)
        if sum(one.stat().st_size for one in own.iterdir()) + len(content) > MOST_OF_ONE:
            raise QuotaExceeded(f"your attachments take {MOST_OF_ONE >> 20} MiB already")
        name = f"{secrets.token_hex(20)}.{kind.suffix}"
        write_whole(own / name, content, own)
        return f"{own.name}/{name}"

    def find(self, name: str) -> Attachment:
        """An attachment by its name.

        Raises:
            EntryNotFound: there is none.
        """
        path = self._folder / name
        kinds = {kind.suffix: content_type for content_type, kind in KINDS.items()}
        if not _NAME.fullmatch(name) or path.suffix[1:] not in kinds or not path.is_file():
            raise EntryNotFound("there is no such attachment")
        return Attachment(path, kinds[path.suffix[1:]])
