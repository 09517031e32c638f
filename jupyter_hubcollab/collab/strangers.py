"""Tabs whose document is not the room's, although they ask for it: the log was lost, or restored from a backup.

Merged, the two documents would hold everything twice. If nobody has the room's document yet, the room goes on with the
tab's, and the person notices nothing. Else the tab's text is merged into the room as edits, and the tab has to reload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .content import Content, for_file, is_blank, with_ids_of
from .document import Document, doc_of
from .merge import merge, shared_base
from .messages import reload_reason
from .people import Client
from .room import Room

if TYPE_CHECKING:
    from .keeper import Keeper


class Strangers:
    """Takes in such tabs, for one room."""

    def __init__(self, keeper: Keeper, room: Room) -> None:
        self._keeper, self._room = keeper, room

    async def take_in(self, client: Client, whole: bytes) -> None:
        """A tab has sent its whole document."""
        if not await self._room.may_write(client):
            client.link.close(1003, reload_reason("Reload the page to read on."))
            return
        async with self._keeper.lock:
            theirs = Document(self._room.document.kind, doc_of([whole]))
            if is_blank(theirs.content()):
                await self._let_in(client, whole)
            elif self._room.is_untouched:
                await self._go_on_with(theirs, client)
            else:
                await self._take_over(theirs, client)

    async def _let_in(self, client: Client, whole: bytes) -> None:
        """A tab that wrote a note or two about itself before it heard of us has nothing that could double."""
        client.is_stranger = False
        self._room.edit_as(client, whole)
        await self._room.welcome(client)

    async def _go_on_with(self, document: Document, client: Client) -> None:
        """Nobody has our document yet: what the tab has becomes the room's."""
        base = await self._keeper.base_content()
        other = document.content()
        mine = with_ids_of(for_file(self._room.document.content()), other)
        known = with_ids_of(for_file(base), other) if base is not None and self._knows_file(document) else None
        document.change_to(_united(known, mine, other))
        self._keeper.begin_anew(document, client.person)
        client.is_stranger = False
        await self._room.welcome(client)

    async def _take_over(self, theirs: Document, client: Client) -> None:
        """Others work on ours already: the tab's text goes there, and the tab comes back without a history."""
        base = await self._keeper.base_content()
        mine = self._room.document.content()
        other = with_ids_of(for_file(theirs.content()), mine)
        with self._room.in_the_name_of(client.person):
            self._room.document.change_to(_united(base if self._knows_file(theirs) else None, mine, other))
        await self._room.stored(self._room.last_seq)
        client.link.close(1003, reload_reason("Your text was kept; reload the page."))

    def _knows_file(self, theirs: Document) -> bool:
        """Is the file still what the tab last knew of it?"""
        known = theirs.shared.hash
        return known is not None and bool(known == self._room.document.shared.hash)


def _united(base: Content | None, mine: Content, other: Content) -> Content:
    """The text of both; where no base is known, nothing is taken for deleted."""
    return merge(shared_base(mine, other) if base is None else base, mine, other).content
