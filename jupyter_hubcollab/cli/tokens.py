"""Tokens of a data folder: made, listed, made useless."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .words import Result, add, add_data_dir, existing

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.tokens import Tokens


def add_tokens(commands: Any) -> None:
    """Add the commands."""
    create = add(commands, "token", _token, "make a token for scripts and other clients; it is shown once")
    create.add_argument("--name", default="command line", help="what it is for")
    create.add_argument("--scope", choices=("read", "write", "admin"), default="write")
    create.add_argument("--days", type=int, default=90, help="days until it expires (90)")
    for parser in (create, add(commands, "tokens", _tokens, "list the tokens that work")):
        _add_owner(parser)
    revoke = add(commands, "revoke", _revoke, "make a token useless")
    revoke.add_argument("id", help="as 'tokens' shows it")
    _add_owner(revoke)


def _add_owner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", help="whose (the owner of the server)")
    add_data_dir(parser)


def _token(given: argparse.Namespace) -> Result:
    with _store(given) as (tokens, actor):
        expires_at = datetime.now(UTC) + timedelta(days=given.days)
        token = tokens.create(actor, name=given.name, scope=given.scope, expires_at=expires_at)
    return Result({"token": token, "user": actor.name, "scope": given.scope, "expiresAt": expires_at}, token)


def _tokens(given: argparse.Namespace) -> Result:
    with _store(given) as (tokens, actor):
        found = tokens.list(actor)
    lines = [f"{one.id}  {one.scope:<5}  {_day(one.expires_at):<10}  {one.name}" for one in found]
    shown = [{"id": one.id, "name": one.name, "scope": one.scope, "expiresAt": one.expires_at} for one in found]
    return Result(shown, "\n".join([f"{len(found)} tokens of {actor.name}", *lines]))


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "never"


def _revoke(given: argparse.Namespace) -> Result:
    with _store(given) as (tokens, actor):
        tokens.revoke(actor, given.id)
    return Result({"revoked": given.id}, f"revoked {given.id}")


@contextmanager
def _store(given: argparse.Namespace) -> Iterator[tuple[Tokens, Actor]]:
    """The tokens of a data folder; whoever can write to the folder may do what its owner may."""
    from ..access import Actor
    from ..config import Config
    from ..hub.tokens import Tokens
    from ..storage.database import Database, noted_url

    folder = existing(given.data_dir)
    config = Config(folder, database_url=noted_url(folder))
    user = given.user or config.owner
    database = Database(config.index_url)
    try:
        yield Tokens(database), Actor(user, user, "admin")
    finally:
        database.close()
