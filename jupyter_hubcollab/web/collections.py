"""``hubcollab/api/collections``: repos that somebody put together, with a title and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import BadQuery
from ..handler import HubHandler, in_thread
from ..wire import (
    Collection,
    CollectionChange,
    CollectionItem,
    CollectionItemChange,
    CollectionList,
    NewCollection,
    NewCollectionItem,
)
from .models import ModelHandler

if TYPE_CHECKING:
    from ..hub import collections as hub

_MOST_LISTED = 100


class CollectionBase(ModelHandler):
    """What all routes of collections share."""

    @property
    def collections(self) -> hub.Collections:
        """The collections of all namespaces."""
        return self.services.social.collections

    async def show(self, one: hub.Collection, status: int = 200) -> None:
        """Reply with a collection."""
        self.reply(await in_thread(self.shown, one), status)

    def shown(self, one: hub.Collection) -> Collection:
        """A collection as the panel shows it."""
        return Collection(
            slug=one.slug,
            namespace=one.namespace,
            title=one.title,
            description=one.description,
            visibility="private" if one.private else "public",
            theme=one.theme,  # type: ignore[arg-type]
            owner=one.owner,
            may_change=self.collections.may_change(self.actor, one),
            updated_at=one.updated_at,
            items=[CollectionItem(id=each.id, kind=each.kind, name=each.name, note=each.note) for each in one.items],
        )


class CollectionsHandler(CollectionBase):
    """All collections."""

    async def get(self) -> None:
        """A page of those that the asker may see, or change, the last changed first; of a namespace, or with a repo."""
        from ..hub.collections import Thing

        kind, _, held = self.get_query_argument("holding", "").partition(":")
        if kind and not held:
            raise BadQuery("holding takes a kind and a name, as in holding=model:team/digits")
        owners = [name] if (name := self.get_query_argument("namespace", "")) else []
        if self.get_query_argument("may", "") == "change":
            theirs = await in_thread(self.collections.changed_by, self.actor)
            owners = [one for one in theirs if not owners or one.lower() == owners[0].lower()]
            if not owners:
                self.reply(CollectionList(collections=[]))
                return
        found = await in_thread(
            self.collections.list,
            self.actor,
            owners=owners,
            items=[Thing(kind, held)] if kind else [],  # type: ignore[arg-type]
            limit=self.number("limit", 50, _MOST_LISTED),
            offset=self.number("offset", 0, 1 << 30),
        )
        self.reply(CollectionList(collections=await in_thread(lambda: [self.shown(one) for one in found])))

    async def post(self) -> None:
        """Begin one."""
        asked = self.body(NewCollection)
        own: str = await in_thread(self.services.namespaces.own, self.actor)
        made = await in_thread(self.collections.create, self.actor, asked.namespace or own, _traits(asked))
        await self.show(made, 201)


class CollectionHandler(CollectionBase):
    """One of them."""

    async def get(self, slug: str) -> None:
        """With what is in it."""
        await self.show(await in_thread(self.collections.get, self.actor, slug))

    async def patch(self, slug: str) -> None:
        """Change what is said of it."""
        traits = _traits(self.body(CollectionChange))
        await self.show(await in_thread(self.collections.update, self.actor, slug, traits))

    async def delete(self, slug: str) -> None:
        """Take it apart; what is in it stays."""
        await in_thread(self.collections.delete, self.actor, slug)
        self.set_status(204)
        self.finish()


class ItemsHandler(CollectionBase):
    """What is in it."""

    async def post(self, slug: str) -> None:
        """Put something in, at the end."""
        from ..hub.collections import Thing

        asked = self.body(NewCollectionItem)
        thing = Thing(asked.kind, asked.name)
        await self.show(await in_thread(self.collections.add, self.actor, slug, thing, asked.note), 201)


class ItemHandler(CollectionBase):
    """One thing in it."""

    async def patch(self, slug: str, item: str) -> None:
        """Give it another note or place."""
        asked = self.body(CollectionItemChange)
        change = self.collections.change
        await in_thread(change, self.actor, slug, item, note=asked.note, position=asked.position)
        await self.show(await in_thread(self.collections.get, self.actor, slug))

    async def delete(self, slug: str, item: str) -> None:
        """Take it out."""
        await in_thread(self.collections.remove, self.actor, slug, item)
        await self.show(await in_thread(self.collections.get, self.actor, slug))


def _traits(asked: NewCollection | CollectionChange) -> hub.Traits:
    from ..hub.collections import Traits

    private = None if asked.visibility is None else asked.visibility == "private"
    return Traits(title=asked.title, description=asked.description, private=private, theme=asked.theme)


_ONE = r"/hubcollab/api/collections/(?P<slug>[^/]+/[^/]+)"
ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/collections", CollectionsHandler),
    (_ONE, CollectionHandler),
    (_ONE + "/items", ItemsHandler),
    (_ONE + "/items/(?P<item>[^/]+)", ItemHandler),
]
