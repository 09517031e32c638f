"""Which store of xorbs this is, and which epoch: a client that remembers another one must upload everything again.

Clients keep for weeks what they have uploaded to which URL. The name changes when the index or the folder is another
one (restored, emptied), and with each epoch, which begins when a xorb is deleted or found missing.
"""

from __future__ import annotations

import secrets

from sqlalchemy import insert, select, update

from ..storage.database import Database
from ..storage.schema import xet_store
from ..storage.xorbs import Xorbs


class XetStore:
    """Name and epoch of a store."""

    def __init__(self, database: Database, xorbs: Xorbs) -> None:
        self._database = database
        self._folder = xorbs.identity()
        self._id, self._epoch = self._opened()

    @property
    def name(self) -> str:
        """What stands in the URL that clients upload to."""
        return f"{self._id}{self._folder}-{self._epoch}"

    def begin_epoch(self) -> None:
        """Make clients forget what they know of this store."""
        with self._database.write() as connection:
            connection.execute(update(xet_store).values(epoch=xet_store.c.epoch + 1))
        self._id, self._epoch = self._opened()

    def _opened(self) -> tuple[str, int]:
        with self._database.write() as connection:
            row = connection.execute(select(xet_store)).first()
            if row is None:
                row_id = secrets.token_hex(4)
                connection.execute(insert(xet_store).values(id=row_id, epoch=0))
                return row_id, 0
            return str(row.id), int(row.epoch)
