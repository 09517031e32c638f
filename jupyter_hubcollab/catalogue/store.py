"""The index on disk: one SQLite file with documents, their words and their vectors.

It may be deleted; it is made again: nothing here is the only copy. Read as a whole into memory.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from ..errors import StorageFull, Unavailable
from .columns import Facts, facts_of
from .documents import Document, passage, spoken
from .postings import packed
from .taxonomy import tasks, title_of
from .text import words

if TYPE_CHECKING:
    from .stores import Slots, VectorIndex

_log = logging.getLogger(__name__)

LAYOUT = 6
"""Raised when tables or the making of words change: an older file is thrown away and made again."""

_TABLES = """
CREATE TABLE documents (
    slot INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    embedder INTEGER, content BLOB NOT NULL, facts BLOB NOT NULL, words BLOB NOT NULL, passage TEXT NOT NULL,
    vector BLOB
);
CREATE INDEX documents_by_embedder ON documents (embedder);
CREATE TABLE embedders (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL,
    is_used INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX documents_by_source ON documents (source);
CREATE TABLE made (mark TEXT NOT NULL);
INSERT INTO made VALUES (hex(randomblob(8)));
CREATE TABLE progress (source TEXT PRIMARY KEY, position TEXT NOT NULL);
"""
_OWN = "CASE WHEN embedder = ?1 THEN vector END"
"""The vector, unless it is another embedder's."""
_USED = "SELECT number, id, dimensions FROM embedders WHERE is_used"
_FORGET = (
    "DELETE FROM embedders WHERE NOT is_used AND NOT EXISTS (SELECT 1 FROM documents WHERE embedder = embedders.number)"
)
NOBODY = (0, "", 1)
"""Number, id and dimensions while nothing has embedded anything."""
NAME, TASK, SUMMARY, TAGS, BODY = 6.0, 3.0, 2.0, 2.0, 0.5
"""Weights of a word by where it stands."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document as it is stored."""

    slot: int
    facts: Facts
    words: bytes
    vector: bytes | None
    replaced: int | None = None
    """Slot that held the document before."""


class OfOneEmbedder:
    """What both stores know of the embedder whose vectors they read and write."""

    _embedder: tuple[int, str, int] = NOBODY
    """Its number in the store, its id, the numbers of a vector."""

    @property
    def embedder(self) -> str:
        """Whose vectors are read and written here; those of others are as if they were not there."""
        return self._embedder[1]

    @property
    def dimensions(self) -> int:
        """Numbers of each of those vectors."""
        return self._embedder[2]


class Store(OfOneEmbedder):
    """Documents by slot, a number that is never used twice."""

    def __init__(self, file: Path) -> None:
        """Open *file*; one of another layout, or a damaged one, is made anew.

        Raises:
            Unavailable: the folder cannot be written.
        """
        self._lock = threading.RLock()
        self.snapshot = file.with_suffix(".snapshot")
        """Folder of the index as it was in memory."""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _open(file)
        except (OSError, sqlite3.OperationalError) as error:
            raise Unavailable(f"cannot open the search index {file} ({error}); is its folder writable?") from error
        made = self._connection.execute("SELECT mark FROM made").fetchone()[0]
        self.mark = f"{LAYOUT}:{made}"
        """Another one for every file that was ever made."""
        self._embedder = self._connection.execute(_USED).fetchone() or NOBODY

    def use(self, embedder: str, dimensions: int) -> bool:
        """From now on, vectors are those of *embedder*; whether that is another one."""
        if embedder == self.embedder:
            return False
        with self.writing():
            self._connection.execute(
                "INSERT OR IGNORE INTO embedders (id, dimensions) VALUES (?, ?)", (embedder, dimensions)
            )
            self._connection.execute("UPDATE embedders SET is_used = (id = ?)", (embedder,))
            self._connection.execute(_FORGET)
            self._embedder = self._connection.execute(_USED).fetchone()
        return True

    @property
    def vectors_there(self) -> VectorIndex | None:
        """None: they are compared in memory."""
        return None

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction for all that is written inside.

        Raises:
            StorageFull: the disk is.
        """
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            try:
                with self._connection:
                    self._connection.execute("BEGIN IMMEDIATE")
                    yield
            except sqlite3.OperationalError as error:
                raise StorageFull(f"the search index could not be written ({error})") from error

    def put(self, document: Document) -> Row:
        """Add *document* or replace what has its key; its vector is kept while its meaning stays."""
        text, number = passage(document), self._embedder[0]
        with self.writing():
            before = self._connection.execute(
                f"SELECT slot, passage, {_OWN} FROM documents WHERE key = ?2",  # noqa: S608 -- our own words
                (number, document.key),
            ).fetchone()
            vector = before[2] if before and before[1] == text else None
            if before:
                self._drop(before[0])
            found, facts = packed(fields_of(document)), facts_of(document)
            slot = self._connection.execute(
                "INSERT INTO documents (key, source, embedder, content, facts, words, passage, vector)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document.key,
                    document.source,
                    number if vector is not None else None,
                    msgspec.json.encode(document),
                    msgspec.msgpack.encode(facts),
                    found,
                    text,
                    vector,
                ),
            ).lastrowid
        assert slot is not None
        return Row(slot, facts, found, vector, before[0] if before else None)

    def drop(self, key: str) -> int | None:
        """Remove the document of *key*; its slot, if it was there."""
        with self.writing():
            row = self._connection.execute("SELECT slot FROM documents WHERE key = ?", (key,)).fetchone()
            if row:
                self._drop(row[0])
        return row[0] if row else None

    def _drop(self, slot: int) -> None:
        self._connection.execute("DELETE FROM documents WHERE slot = ?", (slot,))

    def rows(self, after: int, most: int) -> list[Row]:
        """The first *most* documents in slots above *after*, in order."""
        decode = msgspec.msgpack.Decoder(Facts).decode
        asked = f"SELECT slot, facts, words, {_OWN} FROM documents WHERE slot > ?2 ORDER BY slot LIMIT ?3"  # noqa: S608
        with self._lock:
            found = self._connection.execute(asked, (self._embedder[0], after, most))
            return [Row(slot, decode(facts), words, vector) for slot, facts, words, vector in found]

    def slot(self, key: str) -> int | None:
        """The slot of a document, if it is there."""
        with self._lock:
            row = self._connection.execute("SELECT slot FROM documents WHERE key = ?", (key,)).fetchone()
        return int(row[0]) if row else None

    def count(self, last: int) -> int:
        """How many slots up to *last* are in use."""
        with self._lock:
            found = self._connection.execute("SELECT count(*) FROM documents WHERE slot <= ?", (last,))
            return int(found.fetchone()[0])

    def slots(self) -> Slots:
        """All slots that are in use."""
        with self._lock:
            found = self._connection.execute("SELECT slot FROM documents")
            return np.fromiter((slot for (slot,) in found), np.int64)

    def state(self) -> int:
        """A number that is another one as soon as another process has written."""
        with self._lock:
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def contents(self, keys: Sequence[str]) -> dict[str, Document]:
        """The documents of some keys."""
        marks = ",".join("?" * len(keys))
        decode = msgspec.json.Decoder(Document).decode
        with self._lock:
            found = self._connection.execute(
                f"SELECT key, content FROM documents WHERE key IN ({marks})",  # noqa: S608 -- only question marks
                list(keys),
            )
            return {key: decode(content) for key, content in found}

    def document(self, slot: int) -> Document:
        """The document in *slot*, which must be there."""
        with self._lock:
            row = self._connection.execute("SELECT content FROM documents WHERE slot = ?", (slot,)).fetchone()
        return msgspec.json.decode(row[0], type=Document)

    def documents(self, slots: Sequence[int]) -> dict[int, Document]:
        """The documents in some slots, in the order of the slots given; those that are gone are left out."""
        decode = msgspec.json.Decoder(Document).decode
        asked = "SELECT slot, content FROM documents WHERE slot IN (SELECT value FROM json_each(?))"
        with self._lock:
            found = dict(self._connection.execute(asked, (msgspec.json.encode(slots),)).fetchall())
        return {slot: decode(found[slot]) for slot in slots if slot in found}

    def keys(self, source: str) -> dict[str, Document]:
        """The documents of *source* by key."""
        decode = msgspec.json.Decoder(Document).decode
        with self._lock:
            found = self._connection.execute("SELECT key, content FROM documents WHERE source = ?", (source,))
            return {key: decode(content) for key, content in found}

    def unembedded(self, most: int) -> list[tuple[int, str]]:
        """Slots that have no vector yet, with the text to embed; the newest first."""
        with self._lock:
            # One question for each embedder: the index answers them in order, which it cannot for all others at once.
            others = self._connection.execute("SELECT number FROM embedders").fetchall()
            left = " UNION ALL ".join(
                f"SELECT * FROM (SELECT slot FROM documents WHERE embedder {those} ORDER BY slot DESC LIMIT ?1)"  # noqa: S608
                for those in ("IS NULL", *(f"= {number}" for (number,) in others if number != self._embedder[0]))
            )
            asked = f"SELECT slot, passage FROM documents WHERE slot IN ({left}) ORDER BY slot DESC LIMIT ?1"  # noqa: S608
            return self._connection.execute(asked, (most,)).fetchall()

    def set_vectors(self, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Remember the vectors of some slots."""
        with self.writing():
            self._connection.executemany(
                "UPDATE documents SET vector = ?, embedder = ? WHERE slot = ?",
                [(vector, self._embedder[0], slot) for slot, vector in vectors],
            )

    def vectors(self, slots: Sequence[int]) -> list[tuple[int, bytes]]:
        """Those of *slots* that have a vector, with it."""
        asked = "SELECT slot, vector FROM documents WHERE embedder = ? AND slot IN (SELECT value FROM json_each(?))"
        with self._lock:
            some = "SELECT 1 FROM documents WHERE embedder = ? LIMIT 1"
            if self._connection.execute(some, self._embedder[:1]).fetchone() is None:
                return []
            return self._connection.execute(asked, (self._embedder[0], msgspec.json.encode(slots))).fetchall()

    def progress(self, source: str) -> str | None:
        """Where reading *source* stopped."""
        with self._lock:
            row = self._connection.execute("SELECT position FROM progress WHERE source = ?", (source,)).fetchone()
        return row[0] if row else None

    def set_progress(self, source: str, position: str) -> None:
        """Remember where reading *source* stopped."""
        with self.writing():
            self._connection.execute("INSERT OR REPLACE INTO progress VALUES (?, ?)", (source, position))


def _open(file: Path) -> sqlite3.Connection:
    connection = _connect(file)
    try:
        _configure(connection)
        if connection.execute("PRAGMA user_version").fetchone()[0] == LAYOUT:
            return connection
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            connection.close()
            raise
        _log.warning("the search index %s is damaged (%s) and is made again", file, error)
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    connection = _connect(file)
    _configure(connection)
    connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {LAYOUT}; COMMIT;")
    return connection


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, check_same_thread=False, isolation_level=None, cached_statements=64)


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -16000")


def fields_of(document: Document) -> list[tuple[float, list[str]]]:
    """The words of *document*, each group with what a word in it weighs."""
    known = tasks().get(document.task or "")
    task = " ".join([title_of(document.task), *(known.phrases[:6] if known else ())]) if document.task else ""
    facts = (document.library, document.architecture, document.dtype, document.base_model)
    named = [*(fact for fact in facts if fact), *document.datasets]
    return [
        (NAME, words(f"{document.name} {document.namespace}")),
        (TASK, words(task)),
        (SUMMARY, words(document.summary)),
        (TAGS, words(spoken(" ".join([*document.tags, *named])))),
        (BODY, words(document.body)),
    ]
