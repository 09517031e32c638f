"""Large outputs by the SHA-256 of their JSON, for as long as the log of rooms names them.

A SQLite file of its own: many outputs are on the disk after one commit, and one that nobody needs leaves no hole.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_log = logging.getLogger(__name__)

NAME = "outputs.sqlite"
KEEP_S = 3600.0
"""For how long an output stays that nothing names: the edit that does may not be in the log yet."""

_SCHEMA = """
PRAGMA auto_vacuum = INCREMENTAL;
CREATE TABLE IF NOT EXISTS outputs (sha256 TEXT PRIMARY KEY, at REAL NOT NULL, content BLOB NOT NULL);
"""
_SHA256 = re.compile(rb"[0-9a-f]{64}")
_AT_ONCE = 500


class OutputStore:
    """The outputs of one data folder. Every method may be called from any thread."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        """The file is made at first use."""
        self._path, self._now = path, now
        self._lock = threading.Lock()
        self._is_made = False

    def put(self, contents: dict[str, bytes]) -> None:
        """Keep outputs; they are on the disk when this returns."""
        if not contents:
            return
        with self._changing() as database:
            here = _known(database, contents)
            at = self._now()
            database.executemany("UPDATE outputs SET at = ? WHERE sha256 = ?", [(at, sha256) for sha256 in here])
            new = [(sha256, at, content) for sha256, content in contents.items() if sha256 not in here]
            database.executemany("INSERT INTO outputs VALUES (?, ?, ?)", new)

    def get(self, sha256: str) -> bytes | None:
        """The JSON of an output; None if it is not here."""
        return self.several([sha256]).get(sha256)

    def several(self, numbers: Iterable[str]) -> dict[str, bytes]:
        """Those of several outputs that are here."""
        found: dict[str, bytes] = {}
        with closing(self._connect()) as database:
            for some in _portions(numbers):
                sql = f"SELECT sha256, content FROM outputs WHERE sha256 IN ({','.join('?' * len(some))})"  # noqa: S608
                found.update(database.execute(sql, some))
        return found

    def size(self) -> tuple[int, int]:
        """How many outputs are here, and their bytes."""
        with closing(self._connect()) as database:
            count, total = database.execute(
                "SELECT count(*), coalesce(sum(length(content)), 0) FROM outputs"
            ).fetchone()
        return int(count), int(total)

    def collect(self, named_in: Callable[[], Iterable[bytes]]) -> int:
        """Forget outputs that stand in nothing of *named_in*, and were not put lately; gives how many."""
        if not self._path.exists():
            return 0
        with closing(self._connect()) as database:
            old = {
                row[0] for row in database.execute("SELECT sha256 FROM outputs WHERE at < ?", (self._now() - KEEP_S,))
            }
        for content in named_in() if old else ():
            old -= {found.decode() for found in _SHA256.findall(content)}
        if not old:
            return 0
        with self._changing() as database:
            # One that was put again while we looked is young now.
            values = [(sha256, self._now() - KEEP_S) for sha256 in old]
            gone = database.executemany("DELETE FROM outputs WHERE sha256 = ? AND at < ?", values).rowcount
        with closing(self._connect()) as database:
            database.execute("PRAGMA incremental_vacuum").fetchall()
        return gone

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, closing(self._connect()) as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._is_made = self._is_made and self._path.exists()
        database = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        if not self._is_made:
            try:
                database.executescript(_SCHEMA)
            except sqlite3.DatabaseError as error:
                database.close()
                if isinstance(error, sqlite3.OperationalError):  # busy, or the disk is full: it is no worse than that
                    raise
                self._set_aside()
                return self._connect()
            self._is_made = True
        database.execute("PRAGMA synchronous = FULL")
        return database

    def _set_aside(self) -> None:
        """A store that cannot be read must not keep people from saving: files still have their outputs."""
        aside = self._path.with_name(f"{self._path.name}.broken-{int(self._now())}")
        _log.error("the store of large outputs is damaged; it is kept as %s", aside)
        self._path.rename(aside)


def _known(database: sqlite3.Connection, numbers: Iterable[str]) -> set[str]:
    known: set[str] = set()
    for some in _portions(numbers):
        sql = f"SELECT sha256 FROM outputs WHERE sha256 IN ({','.join('?' * len(some))})"  # noqa: S608  only marks
        known.update(row[0] for row in database.execute(sql, some))
    return known


def _portions(numbers: Iterable[str]) -> Iterator[list[str]]:
    """SQLite takes only so many values at once."""
    rest = list(dict.fromkeys(numbers))
    for start in range(0, len(rest), _AT_ONCE):
        yield rest[start : start + _AT_ONCE]
