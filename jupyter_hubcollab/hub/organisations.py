"""Organisations: people who share a namespace, and their roles in it.

``read`` sees private repos, ``write`` makes repos and changes them, ``admin`` also decides about people and settings.
Who is no member, and sees none of its repos, does not learn that an organisation is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..access import ANONYMOUS, Actor, Namespace, Scope, require_scope
from ..clock import utc_now
from ..errors import AccessDenied, BadInput, BadName, Conflict, NotFound
from ..names import RepoKind, namespace
from ..storage.database import Database
from ..storage.schema import memberships, namespaces, repos
from .namespaces import RESERVED, Namespaces, join


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as *somebody* sees it: ``repos`` are those that they may know of."""

    name: str
    title: str
    everyone: Scope
    may: Scope | None
    may_manage: bool
    members: int
    repos: Mapping[RepoKind, int]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a role."""

    user: str
    role: Scope
    since: datetime


class Organisations:
    """The organisations of this hub."""

    def __init__(self, database: Database, spaces: Namespaces, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._spaces = spaces
        self._now = now

    def create(self, actor: Actor, name: str, *, title: str = "", everyone: Scope = "read") -> Organisation:
        """Make an organisation; *actor* is its admin.

        Raises:
            Conflict: the name is taken.
        """
        require_scope(actor, "write")
        if actor.name == ANONYMOUS:
            raise AccessDenied("log in to make an organization")
        checked = namespace(name)
        if checked.lower() in RESERVED:
            raise BadName(f"'{checked}' cannot be a namespace; choose another name")
        self._spaces.own(actor)  # nobody takes their own name away from themselves
        row = {"key": checked.lower(), "name": checked, "title": _titled(title), "everyone": everyone}
        try:
            with self._database.write() as connection:
                connection.execute(insert(namespaces).values(**row, created_at=self._now()))
                join(connection, checked, actor.name, "admin", self._now())
        except IntegrityError as error:
            raise Conflict(f"the name '{checked}' is taken; choose another one") from error
        finally:
            self._spaces.changed()
        return self.get(actor, checked)

    def get(self, actor: Actor, name: str) -> Organisation:
        """One organisation.

        Raises:
            NotFound: there is none of this name that *actor* may know of.
        """
        found = self._list(actor, [name.lower()])
        if not found:
            raise NotFound(f"there is no organization '{name}' on this hub")
        return found[0]

    def list(self, actor: Actor) -> Sequence[Organisation]:
        """The organisations that *actor* may know of, by name."""
        return self._list(actor, None)

    def change(self, actor: Actor, name: str, *, title: str | None = None, everyone: Scope | None = None) -> None:
        """Give it another title, or another role to all who are logged in."""
        space = self._managed(actor, name)
        values: dict[str, object] = {} if title is None else {"title": _titled(title)}
        values |= {} if everyone is None else {"everyone": everyone}
        if values:
            self._update(space, values)

    def members(self, actor: Actor, name: str) -> Sequence[Member]:
        """Who is in it, by name."""
        key = self.get(actor, name).name.lower()
        query = select(memberships).where(memberships.c.namespace == key).order_by(memberships.c.user)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(Member(row.user, cast(Scope, row.role), row.at) for row in rows)

    def put_member(self, actor: Actor, name: str, user: str, role: Scope) -> Member:
        """Make somebody a member, or give a member another role.

        Raises:
            Conflict: they are the last admin.
        """
        space = self._managed(actor, name)
        if not user.strip() or len(user) > 200 or not user.isprintable() or user == ANONYMOUS:
            raise BadInput("name the person by the name that Jupyter knows them by")
        if role != "admin":
            _refuse_last_admin(space, user)
        with self._database.write() as connection:
            changed = update(memberships).where(_of(space, user)).values(role=role)
            if not connection.execute(changed).rowcount:
                join(connection, space.name, user, role, self._now())
            since = connection.execute(select(memberships.c.at).where(_of(space, user))).scalar_one()
        self._spaces.changed()
        return Member(user, role, since)

    def drop_member(self, actor: Actor, name: str, user: str) -> None:
        """Remove somebody; everybody may leave. What they made stays, and is the organisation's.

        Raises:
            Conflict: they are the last admin.
            NotFound: they are no member.
        """
        space = self._member_space(actor, name) if actor.name == user else self._managed(actor, name)
        _refuse_last_admin(space, user)
        with self._database.write() as connection:
            if not connection.execute(delete(memberships).where(_of(space, user))).rowcount:
                raise NotFound(f"'{user}' is no member of '{space.name}'")
        self._spaces.changed()

    def delete(self, actor: Actor, name: str) -> None:
        """Give up the name.

        Raises:
            Conflict: it has repos.
        """
        space = self._managed(actor, name)
        key = space.name.lower()
        with self._database.write() as connection:
            left = select(func.count()).select_from(repos).where(func.lower(repos.c.namespace) == key)
            if connection.execute(left).scalar_one():
                raise Conflict(f"'{space.name}' has repos; delete or move them first")
            connection.execute(delete(namespaces).where(namespaces.c.key == key))
        self._spaces.changed()

    def _managed(self, actor: Actor, name: str) -> Namespace:
        space = self._member_space(actor, name)
        require_scope(actor, "write")
        if not self._spaces.may_manage(actor, space.name):
            raise AccessDenied(f"only admins of '{space.name}' may do this")
        return space

    def _member_space(self, actor: Actor, name: str) -> Namespace:
        found = self._spaces.known(self.get(actor, name).name)
        if found is None:
            raise NotFound(f"there is no organization '{name}' on this hub")
        return found

    def _update(self, space: Namespace, values: dict[str, object]) -> None:
        with self._database.write() as connection:
            connection.execute(update(namespaces).where(namespaces.c.key == space.name.lower()).values(values))
        self._spaces.changed()

    def _list(self, actor: Actor, keys: Sequence[str] | None) -> Sequence[Organisation]:
        key = func.lower(repos.c.namespace)
        counted = select(key.label("key"), repos.c.kind, func.count().label("number")).where(
            self._spaces.seen_by(actor)
        )
        wanted = select(namespaces).where(namespaces.c.person.is_(None)).order_by(namespaces.c.key)
        if keys is not None:
            counted, wanted = counted.where(key.in_(keys)), wanted.where(namespaces.c.key.in_(keys))
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            numbers: dict[str, dict[RepoKind, int]] = {}
            for one in connection.execute(counted.group_by(key, repos.c.kind)).all():
                numbers.setdefault(one.key, {})[cast(RepoKind, one.kind)] = one.number
        shown = (self._shown(actor, row, numbers.get(row.key, {})) for row in rows)
        return tuple(one for one in shown if one.repos or one.may_manage or self._is_member(actor, one.name))

    def _is_member(self, actor: Actor, name: str) -> bool:
        space = self._spaces.known(name)
        return space is not None and actor.name in space.members

    def _shown(self, actor: Actor, row: Row[Any], numbers: Mapping[RepoKind, int]) -> Organisation:
        space = self._spaces.of(row.name)
        return Organisation(
            row.name,
            row.title,
            space.everyone,
            space.role(actor),
            self._spaces.may_manage(actor, row.name),
            len(space.members),
            numbers,
            row.created_at,
        )


def _of(space: Namespace, user: str) -> ColumnElement[bool]:
    return (memberships.c.namespace == space.name.lower()) & (memberships.c.user == user)


def _titled(title: str) -> str:
    if len(title) > 200 or not title.isprintable():
        raise BadInput("a title has 200 printable characters at most")
    return title.strip()


def _refuse_last_admin(space: Namespace, user: str) -> None:
    admins = [name for name, role in space.members.items() if role == "admin"]
    if admins == [user]:
        raise Conflict(f"'{user}' is the last admin of '{space.name}'; make somebody else one first")
