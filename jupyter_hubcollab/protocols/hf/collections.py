"""Collections."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from ...errors import BadRequestBody
from ...handler import HubHandler
from ...wire import Problem
from ..threads import in_thread
from .base import ROOT, HFHandler
from .shapes import Json, repo_shape, time_text

if TYPE_CHECKING:
    from ...hub.collections import Collection, Item, Thing, Traits

_PAGE = 100
_SORTS = ("", "lastModified", "trending", "upvotes")


class CollectionsHandler(HFHandler):
    """``list_collections``, ``create_collection``."""

    async def get(self) -> None:
        """A page of them, the last changed first."""
        from ...hub.collections import Thing

        if self.get_query_argument("sort", "") not in _SORTS:
            raise BadRequestBody("sort is lastModified, trending or upvotes")
        start, limit = self.number("cursor", 0, 1 << 40), max(1, self.number("limit", _PAGE, _PAGE))
        things = [Thing(*_split(text)) for text in self.get_query_arguments("item")]  # type: ignore[arg-type]
        found = await in_thread(
            self.services.social.collections.list,
            self.actor,
            owners=self.get_query_arguments("owner"),
            items=things,
            limit=limit + 1,
            offset=start,
        )
        if len(found) > limit:
            self.link_next(start + limit)
        self.reply([_listed(one) for one in found[:limit]])

    async def post(self) -> None:
        """Begin one."""
        fields = self.fields()
        namespace = str(fields.get("namespace") or self.services.namespaces.own(self.actor))
        create = self.services.social.collections.create
        self.reply(_shape(await in_thread(create, self.actor, namespace, _traits(fields))))

    def refuse(self, problem: Problem) -> None:
        """With ``exists_ok`` clients go on with the slug of the one that exists."""
        _refuse(self, problem)


class CollectionHandler(HFHandler):
    """``get_collection``, ``update_collection_metadata``, ``delete_collection``."""

    async def get(self, slug: str) -> None:
        """One with what is in it."""
        self.reply(_shape(await in_thread(self.services.social.collections.get, self.actor, slug)))

    async def patch(self, slug: str) -> None:
        """Change what is said of it."""
        update = self.services.social.collections.update
        self.reply({"success": True, "data": _shape(await in_thread(update, self.actor, slug, _traits(self.fields())))})

    async def delete(self, slug: str) -> None:
        """Take it apart."""
        await in_thread(self.services.social.collections.delete, self.actor, slug)
        self.reply({"success": True})


class ItemsHandler(HFHandler):
    """``add_collection_item``."""

    async def post(self, slug: str) -> None:
        """Put something in."""
        fields = self.fields()
        thing, note = _thing(fields.get("item")), fields.get("note")
        add = self.services.social.collections.add
        self.reply(_shape(await in_thread(add, self.actor, slug, thing, note if isinstance(note, str) else None)))


class ItemHandler(HFHandler):
    """``update_collection_item``, ``delete_collection_item``."""

    async def patch(self, slug: str, item: str) -> None:
        """Give it another note or place."""
        fields = self.fields()
        note, position = fields.get("note"), fields.get("position")
        if not isinstance(note, str | None) or not isinstance(position, int | None):
            raise BadRequestBody("note is a text, position a number")
        change = self.services.social.collections.change
        await in_thread(change, self.actor, slug, item, note=note, position=position)
        self.reply({"success": True})

    async def delete(self, slug: str, item: str) -> None:
        """Take it out."""
        await in_thread(self.services.social.collections.remove, self.actor, slug, item)
        self.reply({"success": True})


def _refuse(handler: HFHandler, problem: Problem) -> None:
    slug = problem.message.rpartition(" ")[2]
    if problem.code != "CollectionExists" or "/" not in slug:
        HFHandler.refuse(handler, problem)
        return
    handler.set_header("X-Error-Code", problem.code)
    handler.reply({"error": problem.message, "slug": slug}, 409)


def _split(text: str) -> tuple[str, str]:
    """``models/team/digits`` as a thing."""
    kinds, _, name = text.partition("/")
    return kinds.removesuffix("s"), name


def _thing(value: Any) -> Thing:
    from ...hub.collections import Thing

    if not isinstance(value, dict) or not isinstance(value.get("id"), str) or not isinstance(value.get("type"), str):
        raise BadRequestBody("item needs an id and a type")
    return Thing(value["type"], value["id"])


def _traits(fields: dict[str, Any]) -> Traits:
    from ...hub.collections import Traits

    wanted = {"title": str, "description": str, "private": bool, "theme": str, "position": int}
    given = {name: fields[name] for name in wanted if fields.get(name) is not None}
    wrong = [name for name, value in given.items() if not isinstance(value, wanted[name])]
    if wrong:
        raise BadRequestBody(f"{wrong[0]} is no {wanted[wrong[0]].__name__}")
    return Traits(**given)


def _shape(found: Collection) -> Json:
    return _listed(found) | {"position": found.position}


def _listed(found: Collection) -> Json:
    """In a list the client counts positions itself."""
    return {
        "slug": found.slug,
        "title": found.title,
        "description": found.description or None,
        "owner": {"name": found.namespace, "fullname": found.namespace, "avatarUrl": ""},
        "items": [_item(one) for one in found.items],
        "lastUpdated": time_text(found.updated_at),
        "private": found.private,
        "theme": found.theme,
        "gating": False,
        "upvotes": 0,
    }


def _item(one: Item) -> Json:
    shape = repo_shape(one.repo) if one.repo is not None else {}
    shape |= {"_id": one.id, "id": one.name, "type": one.kind, "position": one.position}
    if one.kind == "collection":
        shape["slug"] = one.name
    if one.note is not None:
        shape["note"] = {"text": one.note, "html": f"<p>{html.escape(one.note)}</p>"}
    return shape


_ALL = rf"{ROOT}/api/collections"
_SLUG = r"(?P<slug>[^/]+/[^/]+)"
ROUTES: list[tuple[str, type[HubHandler]]] = [
    (_ALL, CollectionsHandler),
    (rf"{_ALL}/{_SLUG}/items", ItemsHandler),
    (rf"{_ALL}/{_SLUG}/items/(?P<item>[^/]+)", ItemHandler),
    (rf"{_ALL}/{_SLUG}", CollectionHandler),
]
