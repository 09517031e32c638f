"""The index opens fast, is brought up to date, and keeps whole transactions only."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from jupyter_hubcollab.errors import StorageFull, Unavailable
from jupyter_hubcollab.storage import database as module
from jupyter_hubcollab.storage.database import REVISION, Database
from jupyter_hubcollab.storage.schema import metadata, tokens


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/deep/index.sqlite"


def test_a_new_index_has_every_table(url: str) -> None:
    """The first migration makes the whole schema."""
    database = Database(url)

    with database.read() as connection:
        names = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())

    assert set(metadata.tables) <= names
    database.close()


def test_an_index_of_the_first_release_gets_what_is_new(url: str, tmp_path: Path) -> None:
    """A team that updates finds the same tables, columns and indexes as one that begins, and its rows."""
    _first_release(tmp_path / "deep" / "index.sqlite")
    Database(f"sqlite:///{tmp_path}/new.sqlite").close()

    Database(url).close()

    assert _shape(tmp_path / "deep" / "index.sqlite") == _shape(tmp_path / "new.sqlite")


def test_an_index_between_two_releases_gets_what_is_new(url: str, tmp_path: Path) -> None:
    """Who follows the development loses nothing either: tables and columns that came since are added."""
    Database(f"sqlite:///{tmp_path}/new.sqlite").close()
    Database(url).close()
    with closing(sqlite3.connect(tmp_path / "deep" / "index.sqlite")) as connection:
        connection.execute("DROP TABLE saved_searches")
        connection.execute("ALTER TABLE repos DROP COLUMN weights")

    Database(url).close()

    assert _shape(tmp_path / "deep" / "index.sqlite") == _shape(tmp_path / "new.sqlite")


def _first_release(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(Path(__file__).with_name("first_release.sql").read_text())


def _shape(path: Path) -> set[tuple[str, str]]:
    """Every table with its columns, every index by its name."""
    with closing(sqlite3.connect(path)) as connection:
        named = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
        columns = [(name, row[1]) for kind, name in named if kind == "table" for row in _columns(connection, name)]
    return {*named, *columns}


def _columns(connection: sqlite3.Connection, table: str) -> list[tuple[int, str]]:
    return connection.execute(f"PRAGMA table_info({table})").fetchall()


def test_the_newest_migration_is_the_one_that_the_code_asks_for() -> None:
    """A migration that nobody runs is found out."""
    files = sorted((Path(module.__file__).parent / "migrations" / "versions").glob("r*.py"))

    assert files[-1].name.startswith(f"r{REVISION}_")


def test_an_index_that_is_up_to_date_opens_without_alembic(url: str) -> None:
    """A server that starts again does not wait for a migration tool."""
    Database(url).close()
    code = (
        "import sys; from jupyter_hubcollab.storage.database import Database;"
        f"Database({url!r}).close(); sys.exit('alembic' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_failed_transaction_leaves_nothing(url: str) -> None:
    """All of it or nothing."""
    database = Database(url)

    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(tokens.insert(), [*_many_tokens(), *_many_tokens()])

    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM tokens")).scalar() == 0
    database.close()


def test_a_full_disk_has_a_name_of_its_own(url: str) -> None:
    """The user reads that space is missing, not an SQL error."""
    database = Database(url)

    with database.read() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))

    with pytest.raises(StorageFull), database.write() as connection:
        connection.execute(tokens.insert(), _many_tokens())

    database.close()


def _many_tokens() -> list[dict[str, object]]:
    row = {"user": "u" * 200, "display_name": "", "name": "n" * 200, "scope": "read"}
    return [{**row, "id": str(n), "hash": str(n), "created_at": datetime.now(UTC)} for n in range(10_000)]


def test_an_index_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """A file that is no database is refused in words."""
    (tmp_path / "index.sqlite").write_bytes(b"no database" * 1000)

    with pytest.raises(Unavailable, match=r"index\.sqlite"):
        Database(f"sqlite:///{tmp_path}/index.sqlite")


def test_times_come_back_in_utc(url: str) -> None:
    """A moment is the same moment after it was stored."""
    database = Database(url)
    moment = datetime(2026, 5, 4, 12, 30, tzinfo=timezone(timedelta(hours=2)))

    with database.write() as connection:
        row = {"id": "1", "hash": "h", "user": "u", "display_name": "", "name": "n", "scope": "read"}
        connection.execute(tokens.insert().values(**row, created_at=moment))
        found = connection.execute(select(tokens.c.created_at)).scalar_one()

    assert found == moment
    database.close()


def test_who_waits_for_another_writer_is_next(url: str) -> None:
    """Transactions of several threads come one after the other, and all of them come."""
    database = Database(url)

    def add(number: int) -> None:
        with database.write() as connection:
            most = connection.execute(text("SELECT COALESCE(MAX(n), 0) FROM turns")).scalar_one()
            connection.execute(text("INSERT INTO turns VALUES (:n, :by)"), {"n": most + 1, "by": number})

    with database.write() as connection:
        connection.execute(text("CREATE TABLE turns (n INTEGER PRIMARY KEY, by INTEGER)"))
        threads = [threading.Thread(target=add, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()

    with database.read() as connection:
        assert connection.execute(text("SELECT COUNT(*), MAX(n) FROM turns")).one() == (20, 20)
    database.close()
