"""The index moved from one database into another: into a SQLite file for a backup, and out of it into an empty one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from ..errors import BadInput
from .database import Database
from .schema import metadata

_AT_ONCE = 1000


def copy_index(source: Database, target: Database) -> None:
    """Copy all rows as they are at one moment.

    Raises:
        BadInput: *target* has some already; nothing was copied.
    """
    require_empty(target)
    with source.read() as reading, target.write() as writing:
        for table in metadata.sorted_tables:
            _copy(reading, writing, table)


def require_empty(target: Database) -> None:
    """Make sure that an index can be copied into *target*.

    Raises:
        BadInput: it has one.
    """
    with target.read() as connection:
        for table in metadata.sorted_tables:
            if connection.execute(select(text("1")).select_from(table).limit(1)).first() is not None:
                raise BadInput(f"the database has a hub's index already (table {table.name}); name an empty one")


def _copy(reading: Connection, writing: Connection, table: Table) -> None:
    rows = reading.execution_options(yield_per=_AT_ONCE).execute(select(table)).mappings()
    for some in rows.partitions():
        writing.execute(insert(table), [dict(row) for row in some])
    _count_on(writing, table)


def _count_on(writing: Connection, table: Table) -> None:
    """The next row that gets a number by itself gets one that none has."""
    column: Any = table.autoincrement_column
    if column is not None and writing.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        highest = select(func.coalesce(func.max(column), 1)).scalar_subquery()
        writing.execute(select(func.setval(sequence, highest)))
