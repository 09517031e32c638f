"""Alembic's folder: how an index of an older version becomes one of this version."""
