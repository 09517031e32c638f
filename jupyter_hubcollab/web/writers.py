"""Who wrote the notebook from which a model is published: the rooms know, and the version's record says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ..handler import in_thread

if TYPE_CHECKING:
    from ..collab.rooms import Rooms
    from ..wire import PublicationRequest

SETTING = "hubcollab_rooms"
MOST = 50


async def with_writers(request: PublicationRequest, rooms: Rooms | None, publisher: str) -> PublicationRequest:
    """*request* with the display names of all who edited its notebook in a room that is open, but for the publisher."""
    path = request.provenance.get("notebook")
    if rooms is None or not isinstance(path, str) or "authors" in request.provenance:
        return request
    from ..collab import parse_kind

    name = rooms.room_of(path, parse_kind("json", "notebook"))
    if rooms.opened(name) is None:
        return request
    log = await rooms.log()
    edits, people = await in_thread(log.updates, name), await in_thread(log.people)
    writers = [one for one in dict.fromkeys(edit.author for edit in edits) if one and one != publisher]
    if not writers:
        return request
    authors = [people.get(one, one) for one in writers[:MOST]]
    return msgspec.structs.replace(request, provenance={**request.provenance, "authors": authors})
