"""People's own tokens for other hubs, sealed with the secret of this hub: a copy of the index alone tells nobody."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from ...access import Actor, require_scope
from ...errors import BadName, NotFound
from ...storage.database import Database
from ...storage.schema import upstream_keys

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class Keys:
    """One token per person and hub."""

    def __init__(self, database: Database, secret: bytes, now: Callable[[], datetime]) -> None:
        self._database = database
        self._secret = secret
        self._now = now

    def put(self, actor: Actor, hub: str, token: str) -> None:
        """Keep the actor's token for *hub*, in place of an earlier one.

        Raises:
            BadName: it is no token.
        """
        require_scope(actor, "write")
        if not token or len(token) > 500 or not token.isascii() or not token.isprintable() or " " in token:
            raise BadName("a token is up to 500 printable characters without spaces")
        mine = {"user": actor.name, "hub": hub}
        with self._database.write() as connection:
            connection.execute(delete(upstream_keys).filter_by(**mine))
            sealed = self._box(actor.name).encrypt(token.encode()).decode()
            connection.execute(insert(upstream_keys).values(**mine, sealed=sealed, created_at=self._now()))

    def hubs(self, actor: Actor) -> list[str]:
        """The hubs for which the actor has a token here."""
        query = select(upstream_keys.c.hub).where(upstream_keys.c.user == actor.name).order_by(upstream_keys.c.hub)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def of(self, actor: Actor, hub: str) -> str | None:
        """The actor's token for *hub*; None if there is none, or if it was sealed with another secret."""
        from cryptography.fernet import InvalidToken

        query = select(upstream_keys.c.sealed).where(upstream_keys.c.user == actor.name, upstream_keys.c.hub == hub)
        with self._database.read() as connection:
            sealed = connection.execute(query).scalar()
        try:
            return None if sealed is None else self._box(actor.name).decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def remove(self, actor: Actor, hub: str) -> None:
        """Forget the actor's token for *hub*.

        Raises:
            NotFound: there is none.
        """
        require_scope(actor, "write")
        mine = (upstream_keys.c.user == actor.name, upstream_keys.c.hub == hub)
        with self._database.write() as connection:
            if connection.execute(delete(upstream_keys).where(*mine)).rowcount == 0:
                raise NotFound(f"you have no token for {hub} here")

    def _box(self, user: str) -> Fernet:
        from cryptography.fernet import Fernet

        # A key per person: a row that is copied to another person's name opens nothing.
        key = hashlib.blake2b(user.encode(), key=self._secret, person=b"upstream-key", digest_size=32).digest()
        return Fernet(base64.urlsafe_b64encode(key))
