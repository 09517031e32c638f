"""Collections: repos that somebody put together, with a title and notes.

They live in a namespace; who may write in it may change them. A repo in a collection is shown to those only who may
know of it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from ..access import Actor, covers, require_scope
from ..clock import utc_now
from ..errors import AccessDenied, BadRequestBody, CollectionExists, CollectionNotFound, RepoNotFound, TooLarge
from ..names import KINDS, RepoId, repo_id
from ..names import namespace as checked
from ..storage.database import Database
from ..storage.schema import collection_items, collections
from ..storage.schema import repos as repo_table
from .namespaces import Namespaces
from .repos import Repo, Repos

ItemKind = Literal["model", "dataset", "space", "collection", "paper"]
THEMES = ("orange", "blue", "green", "purple", "pink", "indigo")
_LONGEST_TITLE, _LONGEST_TEXT, _MOST_ITEMS = 59, 500, 1000
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_SLUG = re.compile(r"(?P<namespace>[^/]+)/(?:[^/]*-)?(?P<id>[0-9a-f]{24})")


@dataclass(frozen=True, slots=True)
class Item:
    """Something in a collection; ``repo`` is None where it is no repo of this hub."""

    id: str
    kind: ItemKind
    name: str
    position: int
    note: str | None
    repo: Repo | None


@dataclass(frozen=True, slots=True)
class Collection:
    """Repos that somebody put together."""

    id: str
    namespace: str
    title: str
    description: str
    private: bool
    theme: str
    position: int
    owner: str
    updated_at: datetime
    items: tuple[Item, ...]

    @property
    def slug(self) -> str:
        """Its address: the title is in it for people, the id is what counts."""
        words = _NOT_IN_SLUGS.sub("-", self.title.lower()).strip("-")
        return f"{self.namespace}/{words}-{self.id}" if words else f"{self.namespace}/{self.id}"


@dataclass(frozen=True, slots=True)
class Traits:
    """What can be said of a collection; None leaves what is there."""

    title: str | None = None
    description: str | None = None
    private: bool | None = None
    theme: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """What a collection can hold: a repo, another collection by its slug, a paper by its id."""

    kind: ItemKind
    name: str


class Collections:
    """The collections of all namespaces."""

    def __init__(
        self, database: Database, repos: Repos, namespaces: Namespaces, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._repos = repos
        self._namespaces = namespaces
        self._now = now

    def create(self, actor: Actor, namespace: str, traits: Traits) -> Collection:
        """Begin a collection.

        Raises:
            CollectionExists: there is one of this title in the namespace.
            AccessDenied: *actor* may not write in the namespace.
        """
        require_scope(actor, "write")
        self._namespaces.enter(actor, checked(namespace))
        values = {"description": "", "private": False, "theme": THEMES[0], "position": 0} | _values(traits)
        if "title" not in values:
            raise BadRequestBody("a collection needs a title")
        id, now = secrets.token_hex(12), self._now()
        row = {"id": id, "namespace": self._namespaces.of(namespace).name, "owner": actor.name}
        with self._database.write() as connection:
            same = func.lower(collections.c.namespace) == namespace.lower()
            query = select(collections.c.id).where(same, collections.c.title == values["title"])
            taken = connection.execute(query).scalar()
            if taken is None:
                connection.execute(insert(collections).values(**row, **values, created_at=now, updated_at=now))
        if taken is not None:
            raise CollectionExists(f"you have a collection of this title: {self._by_id(actor, taken).slug}")
        return self._by_id(actor, id)

    def get(self, actor: Actor, slug: str) -> Collection:
        """A collection by its slug, also by one with an earlier title.

        Raises:
            CollectionNotFound: there is none that *actor* may see.
        """
        found = _SLUG.fullmatch(slug)
        if found is None:
            raise CollectionNotFound(f"there is no collection {slug[:100]}")
        collection = self._by_id(actor, found["id"])
        if collection.namespace.lower() != found["namespace"].lower():
            raise CollectionNotFound(f"there is no collection {slug[:100]}")
        return collection

    def list(
        self,
        actor: Actor,
        *,
        owners: Sequence[str] = (),
        items: Sequence[Thing] = (),
        limit: int = 100,
        offset: int = 0,
    ) -> Sequence[Collection]:
        """Collections that *actor* may see: of these namespaces, with one of these things; the last changed first."""
        wanted: list[ColumnElement[bool]] = [self._seen_by(actor)]
        if owners:
            wanted.append(func.lower(collections.c.namespace).in_([owner.lower() for owner in owners]))
        if items:
            holding = select(collection_items.c.collection).where(or_(*(_is(self._key(actor, one)) for one in items)))
            wanted.append(collections.c.id.in_(holding))
        query = select(collections).where(and_(*wanted)).order_by(collections.c.updated_at.desc(), collections.c.id)
        with self._database.read() as connection:
            rows = connection.execute(query.limit(limit).offset(offset)).all()
        return tuple(self._whole(actor, row) for row in rows)

    def changed_by(self, actor: Actor) -> Sequence[str]:
        """The namespaces whose collections *actor* may change, of those that have some."""
        with self._database.read() as connection:
            names = connection.execute(select(collections.c.namespace).distinct()).scalars().all()
        if not covers(actor.scope, "write"):
            return ()
        return tuple(name for name in names if covers(self._namespaces.of(name).role(actor), "write"))

    def update(self, actor: Actor, slug: str, traits: Traits) -> Collection:
        """Change what *traits* names."""
        found = self._changeable(actor, slug)
        with self._database.write() as connection:
            self._touch(connection, found, _values(traits))
        return self._by_id(actor, found.id)

    def delete(self, actor: Actor, slug: str) -> None:
        """Take a collection apart; what is in it stays."""
        found = self._changeable(actor, slug)
        with self._database.write() as connection:
            connection.execute(delete(collections).where(collections.c.id == found.id))

    def add(self, actor: Actor, slug: str, thing: Thing, note: str | None = None) -> Collection:
        """Put something in, at the end.

        Raises:
            CollectionExists: it is in it.
            RepoNotFound: *actor* knows of no such repo.
        """
        found = self._changeable(actor, slug)
        key = self._key(actor, thing)
        mine = collection_items.c.collection == found.id
        with self._database.write() as connection:
            held = connection.execute(select(collection_items).where(mine)).all()
            if connection.execute(select(collection_items.c.id).where(mine, _is(key))).first() is not None:
                raise CollectionExists(f"{thing.name} is in the collection already")
            if len(held) >= _MOST_ITEMS:
                raise TooLarge(f"a collection holds at most {_MOST_ITEMS} things")
            position = max((row.position for row in held), default=-1) + 1
            row = {"id": secrets.token_hex(12), "collection": found.id, "position": position, "note": _noted(note)}
            connection.execute(insert(collection_items).values(**row, **key, at=self._now()))
            self._touch(connection, found, {})
        return self._by_id(actor, found.id)

    def change(self, actor: Actor, slug: str, item: str, *, note: str | None, position: int | None) -> None:
        """Give something in it another note or place."""
        found = self._changeable(actor, slug)
        with self._database.write() as connection:
            mine = self._item(connection, found, item)
            if note is not None:
                connection.execute(update(collection_items).where(mine).values(note=_noted(note)))
            if position is not None:
                self._place(connection, found, item, position)
            self._touch(connection, found, {})

    def remove(self, actor: Actor, slug: str, item: str) -> None:
        """Take something out."""
        found = self._changeable(actor, slug)
        with self._database.write() as connection:
            connection.execute(delete(collection_items).where(self._item(connection, found, item)))
            self._touch(connection, found, {})

    def may_change(self, actor: Actor, collection: Collection) -> bool:
        """May *actor* change a collection that they see?"""
        may_write = covers(actor.scope, "write")
        return may_write and covers(self._namespaces.of(collection.namespace).role(actor), "write")

    def _item(self, connection: Connection, found: Collection, item: str) -> ColumnElement[bool]:
        mine = (collection_items.c.collection == found.id) & (collection_items.c.id == item)
        if connection.execute(select(collection_items.c.id).where(mine)).first() is None:
            raise CollectionNotFound("the collection has no such entry")
        return mine

    def _place(self, connection: Connection, found: Collection, item: str, position: int) -> None:
        items = collection_items.c
        query = select(items.id).where(items.collection == found.id, items.id != item).order_by(items.position)
        order = list(connection.execute(query).scalars())
        order.insert(max(0, min(position, len(order))), item)
        for place, id in enumerate(order):
            connection.execute(update(collection_items).where(items.id == id).values(position=place))

    def _touch(self, connection: Connection, found: Collection, values: dict[str, Any]) -> None:
        changed = update(collections).where(collections.c.id == found.id)
        connection.execute(changed.values(**values, updated_at=self._now()))

    def _changeable(self, actor: Actor, slug: str) -> Collection:
        found = self.get(actor, slug)
        require_scope(actor, "write")
        if not covers(self._namespaces.of(found.namespace).role(actor), "write"):
            raise AccessDenied(f"only who may write in '{found.namespace}' changes its collections")
        return found

    def _by_id(self, actor: Actor, id: str) -> Collection:
        with self._database.read() as connection:
            row = connection.execute(select(collections).where(collections.c.id == id, self._seen_by(actor))).first()
        if row is None:
            raise CollectionNotFound("there is no such collection")
        return self._whole(actor, row)

    def _seen_by(self, actor: Actor) -> ColumnElement[bool]:
        """Public ones, and private ones of namespaces in which *actor* is somebody."""
        joined = [name.lower() for name in self._namespaces.mine(actor)]
        own = self._namespaces.own(actor).lower()
        return or_(collections.c.private.is_(False), func.lower(collections.c.namespace).in_([*joined, own]))

    def _whole(self, actor: Actor, row: Row[Any]) -> Collection:
        found = Collection(
            row.id,
            row.namespace,
            row.title,
            row.description,
            row.private,
            row.theme,
            row.position,
            row.owner,
            row.updated_at,
            (),
        )
        items = collection_items.c
        query = select(
            collection_items,
            repo_table.c.kind.label("repo_kind"),
            repo_table.c.namespace,
            repo_table.c.name.label("repo_name"),
        )
        joined = query.outerjoin(repo_table, repo_table.c.pk == items.repo_pk).where(items.collection == row.id)
        with self._database.read() as connection:
            rows = connection.execute(joined.order_by(items.position, items.at)).all()
        shown = tuple(one for item in rows if (one := self._shown(actor, item)) is not None)
        return Collection(**{name: getattr(found, name) for name in found.__slots__} | {"items": shown})

    def _shown(self, actor: Actor, row: Row[Any]) -> Item | None:
        if row.repo_pk is None:
            return Item(row.id, row.kind, row.name, row.position, row.note, None)
        try:
            repo = self._repos.get(actor, RepoId(row.namespace, row.repo_name, row.repo_kind))
        except RepoNotFound:
            return None
        return Item(row.id, row.kind, str(repo.id), row.position, row.note, repo)

    def _key(self, actor: Actor, thing: Thing) -> dict[str, Any]:
        """The columns that say what *thing* is.

        Raises:
            RepoNotFound: it is a repo of which *actor* may not know.
            BadRequestBody: a collection cannot hold such a thing.
        """
        if thing.kind in KINDS:
            return {
                "kind": thing.kind,
                "repo_pk": self._repos.get(actor, repo_id(thing.name, thing.kind)).pk,
                "name": None,
            }
        if thing.kind not in get_args(ItemKind) or not thing.name or len(thing.name) > _LONGEST_TEXT:
            raise BadRequestBody(f"a collection holds {', '.join(get_args(ItemKind))}")
        if thing.kind == "collection":
            return {"kind": thing.kind, "repo_pk": None, "name": self.get(actor, thing.name).slug}
        return {"kind": thing.kind, "repo_pk": None, "name": thing.name}


def _is(key: dict[str, Any]) -> ColumnElement[bool]:
    items = collection_items.c
    if key["repo_pk"] is not None:
        return and_(items.repo_pk == key["repo_pk"])
    return and_(items.kind == key["kind"], items.name == key["name"])


def _noted(note: str | None) -> str | None:
    if note is not None and len(note) > _LONGEST_TEXT:
        raise BadRequestBody(f"a note has at most {_LONGEST_TEXT} characters")
    return note or None


def _values(traits: Traits) -> dict[str, Any]:
    """The columns that *traits* changes.

    Raises:
        BadRequestBody: a title or description is too long, or a theme is none.
    """
    values = {name: getattr(traits, name) for name in traits.__slots__ if getattr(traits, name) is not None}
    title = values.get("title")
    if title is not None and not 1 <= len(title.strip()) <= _LONGEST_TITLE:
        raise BadRequestBody(f"a title has 1 to {_LONGEST_TITLE} characters")
    if len(values.get("description", "")) > _LONGEST_TEXT:
        raise BadRequestBody(f"a description has at most {_LONGEST_TEXT} characters")
    if values.get("theme", THEMES[0]) not in THEMES:
        raise BadRequestBody(f"a theme is one of {', '.join(THEMES)}")
    return values
