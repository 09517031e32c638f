"""Runs migrations on the connection that `Database` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from jupyter_hubcollab.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
    render_as_batch=True,
)
context.run_migrations()
