"""Hub tokens: made, checked, listed, revoked. The token itself is stored nowhere, only its hash."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Row, insert, select, update

from ..access import Actor, Scope, require_scope
from ..clock import utc_now
from ..errors import BadName, NotFound, Unauthenticated
from ..storage.database import Database
from ..storage.schema import tokens

PREFIX = "hc_"
_REMEMBERED_FOR = timedelta(seconds=10)
"""For so long a token that another process revoked may still pass here."""
_USE_NOTED_EVERY = timedelta(minutes=1)
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Token:
    """What may be known of a token."""

    id: str
    name: str
    user: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Known:
    actor: Actor
    expires_at: datetime | None
    looked_up_at: datetime


class Tokens:
    """The tokens of all users."""

    def __init__(self, database: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def create(self, actor: Actor, *, name: str, scope: Scope, expires_at: datetime | None = None) -> str:
        """Make a token that acts for *actor*; this is the only time that anybody sees it.

        Raises:
            AccessDenied: the actor may do less than the token would.
        """
        require_scope(actor, scope)
        if not name.strip() or len(name) > 200 or not name.isprintable():
            raise BadName("a token needs a name of 1 to 200 printable characters; say what it is for")
        token = PREFIX + secrets.token_urlsafe(32)
        row = {
            "id": secrets.token_hex(8),
            "hash": _hash(token),
            "user": actor.name,
            "display_name": actor.display_name,
            "name": name,
            "scope": scope,
            "created_at": self._now(),
            "expires_at": expires_at,
        }
        with self._database.write() as connection:
            connection.execute(insert(tokens).values(row))
        return token

    def actor(self, token: str) -> Actor:
        """Who acts by *token*.

        Raises:
            Unauthenticated: it is unknown, expired or revoked.
        """
        hashed, now = _hash(token), self._now()
        known = self._known.get(hashed)
        if known is None or now - known.looked_up_at > _REMEMBERED_FOR:
            known = self._look_up(hashed, now)
        if known.expires_at is not None and known.expires_at <= now:
            raise Unauthenticated("this hub token has expired; make a new one")
        return known.actor

    def remembered(self, token: str) -> Actor | None:
        """Who acts by *token*, if that was looked up a moment ago; never waits for the database."""
        known, now = self._known.get(_hash(token)), self._now()
        if known is None or now - known.looked_up_at > _REMEMBERED_FOR:
            return None
        return known.actor if known.expires_at is None or known.expires_at > now else None

    def of(self, token: str) -> Token:
        """What may be known of *token*, by whoever has it.

        Raises:
            NotFound: there is no such token.
        """
        with self._database.read() as connection:
            row = connection.execute(select(tokens).where(tokens.c.hash == _hash(token))).one_or_none()
        if row is None:
            raise NotFound("there is no such token")
        return _token(row)

    def list(self, actor: Actor) -> list[Token]:
        """The actor's own tokens that still work, newest first."""
        now = self._now()
        query = select(tokens).where(tokens.c.user == actor.name, tokens.c.revoked_at.is_(None))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(tokens.c.created_at.desc())).all()
        return [_token(row) for row in rows if row.expires_at is None or row.expires_at > now]

    def revoke(self, actor: Actor, id: str) -> None:
        """Make a token of *actor* useless.

        Raises:
            NotFound: the actor has no such token.
        """
        require_scope(actor, "write")
        mine = (tokens.c.id == id) & (tokens.c.user == actor.name) & tokens.c.revoked_at.is_(None)
        with self._database.write() as connection:
            if connection.execute(update(tokens).where(mine).values(revoked_at=self._now())).rowcount == 0:
                raise NotFound("you have no such token")
        self._forget()

    def revoke_value(self, token: str) -> None:
        """Make *token* useless; whoever has it may do that."""
        with self._database.write() as connection:
            mine = tokens.c.hash == _hash(token)
            connection.execute(update(tokens).where(mine).values(revoked_at=self._now()))
        self._forget()

    def _forget(self) -> None:
        with self._lock:
            self._known.clear()

    def _look_up(self, hashed: str, now: datetime) -> _Known:
        query = select(tokens).where(tokens.c.hash == hashed, tokens.c.revoked_at.is_(None))
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise Unauthenticated("this hub token is unknown or was revoked; make a new one")
        if row.last_used_at is None or now - row.last_used_at > _USE_NOTED_EVERY:
            self._note_use(hashed, now)
        known = _Known(Actor(row.user, row.display_name, cast(Scope, row.scope)), row.expires_at, now)
        with self._lock:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[hashed] = known
        return known

    def _note_use(self, hashed: str, now: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(update(tokens).where(tokens.c.hash == hashed).values(last_used_at=now))


def _hash(token: str) -> str:
    # No slow password hash: a token has 256 random bits, nobody can guess it from its hash.
    return hashlib.sha256(token.encode()).hexdigest()


def _token(row: Row[tuple[object, ...]]) -> Token:
    scope = cast(Scope, row.scope)
    return Token(row.id, row.name, row.user, scope, row.created_at, row.expires_at, row.last_used_at)
