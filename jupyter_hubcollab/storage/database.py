"""The SQL index: one engine, read and write transactions, and the schema brought up to date when it is opened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from ..errors import StorageFull, Unavailable
from .files import write_whole
from .schema import metadata

REVISION = "0002"
"""The newest migration in ``migrations/versions``; a test compares."""
BEFORE = "0001"

PLACE = "index-url"
_COLUMNS = {
    "sqlite": "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
    "postgresql": "SELECT table_name, column_name FROM information_schema.columns",
}
"""Asks for every column of every table."""
_BEGIN = "hubcollab_begin"
_SYNCHRONOUS = "hubcollab_synchronous"


def note_url(folder: Path, url: str) -> None:
    """Say in the hub's *folder* where its index is, if it is elsewhere: commands that look after the folder need it."""
    if url:
        write_whole(folder / PLACE, url.encode(), folder)  # private, as it may have a password
    else:
        (folder / PLACE).unlink(missing_ok=True)


def noted_url(folder: Path) -> str:
    """What `note_url` said; empty: the index is in the folder."""
    try:
        return (folder / PLACE).read_text()
    except FileNotFoundError:
        return ""


class Database:
    """Transactions on the index; SQLite in WAL mode, or any other database that SQLAlchemy speaks."""

    def __init__(self, url: str) -> None:
        """Open *url* and migrate it if it is older than this code.

        Raises:
            Unavailable: the database cannot be opened.
        """
        self._engine = _engine(url)
        is_sqlite = self._engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = threading.RLock() if is_sqlite else nullcontext()
        self.is_file = is_sqlite
        # SQLite's readers see one state anyway; elsewhere each question would see its own.
        self._reading: dict[str, str] = {} if is_sqlite else {"isolation_level": "REPEATABLE READ"}
        try:
            if (revision := self._revision()) != REVISION or self._is_incomplete():
                self._migrate(revision)
        except DBAPIError as error:
            raise Unavailable(f"the index {make_url(url)!r} cannot be opened: {error.orig}") from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the index."""
        with _translated(), self._engine.connect().execution_options(**self._reading) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it or nothing; on SQLite it waits its turn at the beginning, not at the end.

        Raises:
            StorageFull: the disk has no room for it.
        """
        with self._writing("FULL") as connection:
            yield connection

    @contextmanager
    def write_derived(self) -> Iterator[Connection]:
        """Like `write`, for what can be worked out again: a power cut may undo it, and nobody waits for the disk."""
        with self._writing("NORMAL") as connection:
            yield connection

    @contextmanager
    def _writing(self, synchronous: str) -> Iterator[Connection]:
        options = {_BEGIN: "BEGIN IMMEDIATE", _SYNCHRONOUS: synchronous}
        # SQLite has one writer, and lets all who wait for their turn sleep for longer and longer times.
        with (
            self._turn,
            _translated(),
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _revision(self) -> str | None:
        """The migration that the database has; asked by plain SQL, as importing alembic takes a tenth of a second."""
        try:
            with self._engine.connect() as connection:
                return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except (OperationalError, ProgrammingError) as error:
            if "alembic_version" not in str(error.orig):
                raise
            return None

    def _is_incomplete(self) -> bool:
        """Whether the schema has tables or columns that the index lacks: it was made between two releases."""
        asked = _COLUMNS.get(self._engine.dialect.name)
        if asked is None:
            return False
        with self._engine.connect() as connection:
            there = {(table, column) for table, column in connection.execute(text(asked))}
        return any((table.name, column.name) not in there for table in metadata.tables.values() for column in table.c)

    def _migrate(self, revision: str | None) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        with self.write() as connection:
            config.attributes["connection"] = connection
            if revision == REVISION:
                command.stamp(config, BEFORE)  # the last migration adds what is lacking, again
            command.upgrade(config, "head")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "disk is full" in str(error.orig):
            raise StorageFull("no space left for the index; free some, then try again") from error
        raise


def _engine(url: str) -> Engine:
    where = make_url(url)
    if where.get_backend_name() != "sqlite":
        return create_engine(where, pool_pre_ping=True)
    if where.database:
        Path(where.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        where, pool_size=16, max_overflow=48, connect_args={"timeout": 30, "check_same_thread": False}
    )
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    # Python's driver would begin transactions by itself, and late; `_begin` does it instead.
    connection.isolation_level = None
    # FULL: what was acknowledged outlives a power cut.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if _SYNCHRONOUS in options:
        connection.exec_driver_sql(f"PRAGMA synchronous={options[_SYNCHRONOUS]}")
    connection.exec_driver_sql(options.get(_BEGIN, "BEGIN"))
