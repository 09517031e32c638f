"""What the second release added: tables, and columns of tables that were there.

It adds what the schema has and the database lacks, so that it also serves an index of any state between the releases.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Table, inspect

from jupyter_hubcollab.storage.schema import metadata

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    old = inspect(op.get_bind()).get_table_names()
    metadata.create_all(op.get_bind())
    for table in metadata.sorted_tables:
        if table.name in old:
            _complete(table)


def _complete(table: Table) -> None:
    """Add the columns and indexes that *table* lacks; a new column may be null or has a default of the server."""
    now = inspect(op.get_bind())
    columns = {column["name"] for column in now.get_columns(table.name)}
    indexes = {index["name"] for index in now.get_indexes(table.name)}
    for column in table.columns:
        if column.name not in columns:
            default = getattr(column.server_default, "arg", None)
            op.add_column(
                table.name, Column(column.name, column.type, nullable=column.nullable, server_default=default)
            )
    for index in table.indexes:
        if index.name not in indexes:
            index.create(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("an index of the second release is not made one of the first; restore a backup")
