"""The durable log of all edits: an update is here before anybody else sees it.

A log, not an index: it is the truth about unsaved edits and about who wrote what, it is only appended to, and each
update must be on the disk within a millisecond. So it is a SQLite file of its own with one writer thread that commits
whatever queued up while the last commit ran (group commit), instead of tables in the hub's database.
``synchronous=FULL``: a commit is on the disk, not only in the kernel's memory, when it returns;
docs/protocols/collaboration.md has the measured cost.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Unavailable
from ..storage.exclusive import Exclusive

_log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS updates (
    seq INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms (id),
    author TEXT NOT NULL,
    at REAL NOT NULL,
    content BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS updates_of_room ON updates (room, seq);
CREATE TABLE IF NOT EXISTS saves (
    room INTEGER NOT NULL REFERENCES rooms (id),
    seq INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    content BLOB,
    at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS saves_of_room ON saves (room, seq);
CREATE TABLE IF NOT EXISTS forks (name TEXT PRIMARY KEY, root TEXT NOT NULL, info TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS points (
    room INTEGER NOT NULL REFERENCES rooms (id),
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    author TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (room, seq)
);
CREATE TABLE IF NOT EXISTS wrote (
    room INTEGER PRIMARY KEY REFERENCES rooms (id),
    seq INTEGER NOT NULL,
    runs TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS people (name TEXT PRIMARY KEY, display_name TEXT NOT NULL);
"""
LOG_NAME = "rooms.sqlite"
_ASK_AGAIN_S = 0.2
_RETRY_S = 0.5
_CLOSE_S = 0.8
_MOST_AT_ONCE = 5000
_BUSY = 4
_GATHER_S = 0.01
_CHECKED_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Update:
    """An edit as it was stored; ``author`` is the server's name for the user, empty for the server itself.

    Edits that several people made at one time may have been put together; then there is one name in each line.
    """

    seq: int
    at: float
    author: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Point:
    """A state of a room that somebody gave a name: that after edit number *seq*."""

    seq: int
    name: str
    author: str
    at: float


@dataclass(frozen=True, slots=True)
class Save:
    """The room up to *seq* was about to be written to its file.

    ``content`` holds what was written where that cannot be had from the updates, for a hook changed it on the way.
    """

    seq: int
    fingerprint: str
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Statement:
    sql: str
    values: tuple[object, ...]


_Job = tuple[_Statement, ...] | threading.Event | None
"""What is written together, somebody who waits, or the end."""


class UpdateLog:
    """All rooms' updates in one SQLite file. Every method may be called from any thread."""

    def __init__(self, path: Path, on_durable: Callable[[int], None], now: Callable[[], float] = time.time) -> None:
        """Open or make the log; *on_durable* hears, on the writer's thread, up to which number updates are stored."""
        self._path, self._on_durable, self.now = path, on_durable, now
        self.at_close: Callable[[], None] = lambda: None
        path.parent.mkdir(parents=True, exist_ok=True)
        self._set_aside_if_broken()
        with closing(self._connect()) as database:
            database.executescript(_SCHEMA)
            self._seq: int = database.execute("SELECT coalesce(max(seq), 0) FROM updates").fetchone()[0]
            self._seq = max(self._seq, database.execute("SELECT coalesce(max(seq), 0) FROM saves").fetchone()[0])
            self._rooms: dict[str, int] = dict(database.execute("SELECT name, id FROM rooms"))
            self._last_room = max(self._rooms.values(), default=0)
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._waiting: deque[_Job] = deque()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._write, name="room log", daemon=True)
        self._thread.start()

    def append(self, room: str, author: str, content: bytes) -> int:
        """Store an update soon; gives its number."""
        number = self.add(room, author, content)
        self.commit()
        return number

    def add(self, room: str, author: str, content: bytes) -> int:
        """Store an update with the next commit, whoever asks for it; gives its number."""
        with self._lock:
            self._seq += 1
            values = (self._seq, self._room(room), author, self.now(), content)
            self._waiting.append((_Statement("INSERT INTO updates VALUES (?, ?, ?, ?, ?)", values),))
            return self._seq

    def commit(self) -> None:
        """Store soon what was given."""
        if not self._wake.is_set():
            self._wake.set()

    def _give(self, job: _Job) -> None:
        self._waiting.append(job)
        self.commit()

    def note_save(self, room: str, save: Save) -> None:
        """Remember what the file of *room* is about to be."""
        with self._lock:
            number = self._room(room)
            values = (number, save.seq, save.fingerprint, save.content, self.now())
            self._give((_Statement("INSERT INTO saves VALUES (?, ?, ?, ?, ?)", values),))

    def forget_saves(self, room: str, before: int) -> None:
        """The file is what the save at number *before* made it; it cannot be an older one any more."""
        with self._lock:
            self._give((_Statement("DELETE FROM saves WHERE room = ? AND seq < ?", (self._room(room), before)),))

    def note_person(self, name: str, display_name: str) -> None:
        """Remember how a user wants to be called."""
        sql = "INSERT INTO people VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET display_name = excluded.display_name"
        self._give((_Statement(sql, (name, display_name)),))

    def set_aside(self, room: str) -> None:
        """Begin a new history of *room*; the old one stays in the file under another name."""
        with self._lock:
            number = self._rooms.pop(room, None)
            if number is not None:
                self._give((_Statement("UPDATE rooms SET name = ? WHERE id = ?", (f"{room}~{number}", number)),))

    def note_point(self, room: str, seq: int, name: str, author: str) -> Point:
        """Give the state after edit number *seq* a name."""
        with self._lock:
            point = Point(seq, name, author, self.now())
            values = (self._room(room), seq, name, author, point.at)
            self._give((_Statement("INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?, ?)", values),))
            return point

    def drop_point(self, room: str, seq: int) -> None:
        """Take the name from a state."""
        with self._lock:
            values = (self._room(room), seq)
            self._give((_Statement("DELETE FROM points WHERE room = ? AND seq = ?", values),))

    def points(self, room: str) -> list[Point]:
        """The named states of *room*, oldest first."""
        return [
            Point(*row)
            for row in self._rows(room, "SELECT seq, name, author, at FROM points WHERE room = ? ORDER BY seq")
        ]

    def note_wrote(self, room: str, seq: int, runs: str) -> None:
        """Remember who wrote what up to edit number *seq*."""
        with self._lock:
            values = (self._room(room), seq, runs)
            self._give((_Statement("INSERT OR REPLACE INTO wrote VALUES (?, ?, ?)", values),))

    def wrote(self, room: str) -> tuple[int, str] | None:
        """Up to which edit it is remembered who wrote what, and that."""
        rows = self._rows(room, "SELECT seq, runs FROM wrote WHERE room = ?")
        return (rows[0][0], rows[0][1]) if rows else None

    def _rows(self, room: str, sql: str) -> list[tuple[Any, ...]]:
        self.flush()
        with closing(self._connect()) as database:
            return database.execute(sql, (self._rooms.get(room, -1),)).fetchall()

    def note_fork(self, name: str, root: str, info: str) -> None:
        """Remember that *name* is a fork of the room *root*; *info* is JSON."""
        self._give((_Statement("INSERT OR REPLACE INTO forks VALUES (?, ?, ?)", (name, root, info)),))

    def drop_fork(self, name: str) -> None:
        """Forget a fork; its updates stay."""
        self._give((_Statement("DELETE FROM forks WHERE name = ?", (name,)),))
        self.set_aside(name)

    def forks(self) -> dict[str, tuple[str, str]]:
        """Root and info by name of the fork."""
        self.flush()
        with closing(self._connect()) as database:
            return {name: (root, info) for name, root, info in database.execute("SELECT name, root, info FROM forks")}

    def replace(self, room: str, old: Iterable[int], new: Update) -> None:
        """Put one update in the place of several that it contains, both or neither."""
        with self._lock:
            number = self._room(room)
            deleted = [_Statement("DELETE FROM updates WHERE seq = ?", (seq,)) for seq in old]
            values = (new.seq, number, new.author, new.at, new.content)
            self._give((*deleted, _Statement("INSERT INTO updates VALUES (?, ?, ?, ?, ?)", values)))

    def updates(self, room: str, *, until: int | None = None) -> list[Update]:
        """All updates of *room* in their order, up to number *until*."""
        self.flush()
        sql = "SELECT seq, at, author, content FROM updates WHERE room = ? AND seq <= ? ORDER BY seq"
        with closing(self._connect()) as database:
            rows = database.execute(sql, (self._rooms.get(room, -1), 2**62 if until is None else until)).fetchall()
        return [Update(*row) for row in rows]

    def contents(self) -> Iterator[bytes]:
        """All that is stored of documents, of any room, in no order."""
        self.flush()
        with closing(self._connect()) as database:
            for row in database.execute("SELECT content FROM updates"):
                yield row[0]
            for row in database.execute("SELECT content FROM saves WHERE content IS NOT NULL"):
                yield zlib.decompress(row[0])

    def saves(self, room: str) -> list[Save]:
        """What the file of *room* may be, most likely first."""
        sql = "SELECT seq, fingerprint, content FROM saves WHERE room = ? ORDER BY rowid DESC"
        return [Save(*row) for row in self._rows(room, sql)]

    def people(self) -> dict[str, str]:
        """Display names by user name."""
        self.flush()
        with closing(self._connect()) as database:
            return dict(database.execute("SELECT name, display_name FROM people"))

    def flush(self) -> None:
        """Wait until everything that was given is stored, or the log is closed."""
        done = threading.Event()
        self._give(done)
        # The writer may end between the question and the answer: a thread that waits for ever keeps the server alive.
        while not done.wait(_ASK_AGAIN_S) and self._thread.is_alive() and not self._closed.is_set():
            pass

    def close(self) -> None:
        """Store everything and stop; a disk that takes nothing is waited for only so long."""
        self._give(None)
        self._thread.join(_CLOSE_S)
        self._closed.set()
        at_close, self.at_close = self.at_close, lambda: None
        at_close()

    def _room(self, name: str) -> int:
        """The number of a room, which is made when it is new; the caller holds the lock."""
        if name not in self._rooms:
            self._last_room += 1
            self._rooms[name] = self._last_room
            self._give((_Statement("INSERT INTO rooms VALUES (?, ?)", (self._last_room, name)),))
        return self._rooms[name]

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _write(self) -> None:
        with closing(self._connect()) as database:
            for batch in self._batches():
                self._commit(database, [statement for job in batch if isinstance(job, tuple) for statement in job])
                for job in batch:
                    if isinstance(job, threading.Event):
                        job.set()

    def _batches(self) -> Iterator[list[_Job]]:
        """Whatever queued up while the last batch was written, until somebody says stop."""
        stopping, recent = False, deque([0.0] * _BUSY, maxlen=_BUSY)
        while not stopping:
            self._wake.wait()
            now = time.monotonic()
            if now - recent[0] < _BUSY * _GATHER_S:
                # Many commits lately: a commit costs the same for several edits as for one.
                time.sleep(max(recent[-1] + _GATHER_S - now, 0))
            recent.append(time.monotonic())
            self._wake.clear()
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))]
            if self._waiting:
                self._wake.set()
            stopping = None in batch
            yield batch

    def _commit(self, database: sqlite3.Connection, statements: list[_Statement]) -> None:
        """Write *statements* in one transaction; a full disk is waited for, since nothing may be lost or reordered."""
        if not statements:
            return
        while not self._try(database, statements):
            time.sleep(_RETRY_S)
        numbers = [s.values[0] for s in statements if s.sql.startswith("INSERT INTO updates")]
        if numbers:
            self._on_durable(max(n for n in numbers if isinstance(n, int)))

    def _try(self, database: sqlite3.Connection, statements: list[_Statement]) -> bool:
        try:
            database.execute("BEGIN IMMEDIATE")
            for statement in statements:
                database.execute(statement.sql, statement.values)
            database.execute("COMMIT")
        except sqlite3.Error as error:
            _log.error("cannot store edits in %s (%s); they are kept and tried again", self._path, error)
            if database.in_transaction:
                database.execute("ROLLBACK")
            return False
        return True

    def _set_aside_if_broken(self) -> None:
        """A log that cannot be read must not keep people from their files; it is kept for whoever can mend it."""
        if not self._path.exists():
            return
        if self._path.stat().st_size > _CHECKED_BYTES:
            return
        try:
            with closing(sqlite3.connect(self._path)) as database:
                healthy = database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        except sqlite3.DatabaseError:
            healthy = False
        if healthy:
            return
        aside = self._path.with_name(f"{self._path.name}.broken-{int(self.now())}")
        _log.error("the log of edits is damaged; it is kept as %s, and files count as they are on disk", aside)
        for suffix in ("", "-wal", "-shm"):
            part = self._path.with_name(self._path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))


def open_alone(folder: Path, on_durable: Callable[[int], None], now: Callable[[], float]) -> UpdateLog:
    """The log in a data folder, for one process at a time: two would give the same numbers to different edits.

    Raises:
        Unavailable: another process has it.
    """
    try:
        lock = Exclusive(folder / "rooms", f"process {os.getpid()}")
    except Unavailable as error:
        raise Unavailable(f"another Jupyter server has the rooms of this folder: {error}") from error
    try:
        log = UpdateLog(folder / LOG_NAME, on_durable, now)
    except BaseException:
        lock.release()
        raise
    log.at_close = lock.release
    return log
