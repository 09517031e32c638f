"""What was done and is still to be told: promised in the transaction of the deed, forgotten when all have heard.

For deeds that leave nothing in git by which a start after a crash could see that nobody was told of them; `told` looks
after both kinds.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, insert, select

from ..storage.schema import untold
from .events import DiscussionMoved, RepoChanged, RepoDeleted

Promised = DiscussionMoved | RepoChanged | RepoDeleted
KINDS: dict[str, type[Promised]] = {kind.__name__: kind for kind in (DiscussionMoved, RepoChanged, RepoDeleted)}


def promise(connection: Connection, event: Promised) -> Promised:
    """Note that *event* will be published, which is given back; the note is there if the deed is."""
    row = {"kind": type(event).__name__, "event": msgspec.json.encode(event).decode()}
    connection.execute(insert(untold).values(**row))
    return event


def keep(connection: Connection, event: Promised) -> None:
    """All have heard of *event*."""
    connection.execute(delete(untold).where(untold.c.event == msgspec.json.encode(event).decode()))


def broken(connection: Connection) -> list[Promised]:
    """What nobody was told, the first one first."""
    rows = connection.execute(select(untold).order_by(untold.c.pk)).all()
    return [msgspec.json.decode(row.event, type=KINDS[row.kind]) for row in rows]
