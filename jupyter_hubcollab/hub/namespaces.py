"""Namespaces: whose they are, and the roles in them, kept in memory because every request asks.

A person has the namespace of their own name. A namespace that nobody holds belongs to whoever first makes a repo in
it: it becomes an organisation, whose admin that person is, and in which all who are logged in may do what the setting
``everyone_role`` says. So a fresh team publishes to ``team/digits`` without any set-up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import cast

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, and_, false, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from ..access import ANONYMOUS, Actor, Namespace, Scope, covers, role_in
from ..clock import utc_now
from ..errors import AccessDenied, BadName
from ..names import RepoId, RepoKind, namespace_of
from ..storage.database import Database
from ..storage.schema import access_requests, collaborators, memberships, namespaces, repos
from .rules import Rules

_REMEMBERED_FOR = timedelta(seconds=10)
"""For so long a change that another process made may not be seen here."""
RESERVED = frozenset(
    [
        "admin",
        "anonymous",
        "api",
        "cas",
        "collections",
        "datasets",
        "hub",
        "lfs",
        "login",
        "models",
        "new",
        "oauth",
        "organizations",
        "settings",
        "spaces",
        "uploads",
    ]
)
"""Names that nobody can take: addresses begin with them."""


_COLLABORATORS = select(
    collaborators, repos.c.storage, repos.c.key, repos.c.kind, repos.c.namespace, repos.c.name
).join_from(collaborators, repos, collaborators.c.repo_pk == repos.c.pk)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """All namespaces at a moment."""

    at: datetime
    by_key: Mapping[str, Namespace]
    own: Mapping[str, str]
    """Names of people's own namespaces by the name of their identity."""
    roles: Mapping[str, Mapping[str, Scope]]
    """What people are members of: by the name of the identity, then by key."""
    closed: frozenset[str]
    """Keys of the organisations in which membership alone counts."""
    shared: Mapping[str, Mapping[str, Scope]]
    """Collaborators of repos by the folder of the repo, which no other repo ever has, unlike its name or number."""
    shared_with: Mapping[str, Mapping[str, RepoId]]
    """The repos that people are collaborators of: by the name of the identity, then by `RepoId.key`."""


class Namespaces:
    """The namespaces of this hub."""

    def __init__(self, database: Database, rules: Rules, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._everyone = rules.everyone
        self._owner = rules.owner
        self._now = now
        self._lock = threading.Lock()
        self._snapshot: _Snapshot | None = None

    def of(self, name: str) -> Namespace:
        """The namespace of this name; one that nobody holds is open, as it is to be when somebody takes it."""
        found = self._current().by_key.get(name.lower())
        return found if found is not None else Namespace(name, everyone=self._everyone)

    def at_hand(self, name: str, storage: str) -> tuple[Namespace, Mapping[str, Scope]] | None:
        """Like `of` and `shared`, for who may not wait for the index; None if it would have to be asked."""
        current = self._snapshot
        if current is None or self._now() - current.at >= _REMEMBERED_FOR:
            return None
        found = current.by_key.get(name.lower())
        space = found if found is not None else Namespace(name, everyone=self._everyone)
        return space, current.shared.get(storage, {})

    def shared(self, storage: str) -> Mapping[str, Scope]:
        """The collaborators of the repo in this folder."""
        return self._current().shared.get(storage, {})

    def shared_with(self, actor: Actor) -> Mapping[str, RepoId]:
        """The repos of which *actor* is a collaborator, by `RepoId.key`."""
        return self._current().shared_with.get(actor.name, {})

    def known(self, name: str) -> Namespace | None:
        """The namespace of this name, if somebody holds it."""
        return self._current().by_key.get(name.lower())

    def mine(self, actor: Actor) -> dict[str, Scope]:
        """The organisations of which *actor* is a member, by name, and their role."""
        current = self._current()
        held = ((current.by_key[key], role) for key, role in current.roles.get(actor.name, {}).items())
        return {space.name: role for space, role in held if space.is_organisation}

    def own(self, actor: Actor) -> str:
        """The name of the namespace of *actor*'s own repos; it is theirs from now on."""
        name = self._current().own.get(actor.name)
        if name is not None or actor.name == ANONYMOUS:
            return name or ANONYMOUS
        wanted = namespace_of(actor.name)
        space = self.known(wanted)
        if space is not None and covers(space.role(actor), "write"):
            return space.name  # made by others when nobody knew this person; they may use it all the same
        for number in count(1):
            name = wanted if number == 1 else f"{wanted[:90]}-{number}"
            if name.lower() not in RESERVED and self.known(name) is None and self._hold(name, actor.name):
                return name
        raise AssertionError("there is always another number")

    def name_of(self, person: str) -> str:
        """The name by which others know a person: that of their namespace, if they have one."""
        return self._current().own.get(person, person)

    def person(self, name: str) -> str:
        """The name of the identity that others know by *name*."""
        space = self.known(name)
        return next(iter(space.members)) if space is not None and not space.is_organisation else name

    def enter(self, actor: Actor, name: str) -> None:
        """Make sure that *actor* may have repos in a namespace; one that nobody holds becomes their organisation.

        Raises:
            AccessDenied: it is somebody else's.
            BadName: nobody can have it.
        """
        if actor.name == ANONYMOUS:
            raise AccessDenied("log in to make a repo")
        if self.known(name) is None and name.lower() != self.own(actor).lower():
            if name.lower() in RESERVED:
                raise BadName(f"'{name}' cannot be a namespace; choose another name")
            self._found(name, actor.name)
        if not covers(self.of(name).role(actor), "write"):
            raise AccessDenied(f"you may not make repos in '{name}'; ask for the role write in it")

    def may_manage(self, actor: Actor, name: str) -> bool:
        """Is *actor* an admin of it? One without an admin is looked after by the owner of the server."""
        space = self.known(name)
        if space is None or actor.name == ANONYMOUS:
            return False
        if covers(space.members.get(actor.name), "admin"):
            return True
        return actor.name == self._owner and "admin" not in space.members.values()

    def sees(self, actor: Actor, namespace: str, owner: str, *, private: bool) -> bool:
        """May *actor* know of all repos of *owner* in *namespace*? Collaborators know of single ones."""
        return role_in(self.of(namespace), actor, owner, private=private) is not None

    def sees_repo(self, actor: Actor, repo: RepoId, owner: str, *, private: bool) -> bool:
        """May *actor* know of a repo of *owner*? For those who have no more of it than this."""
        return repo.key in self.shared_with(actor) or self.sees(actor, repo.namespace, owner, private=private)

    def reader(self, owner: str, namespace: str) -> Actor:
        """Somebody who may read the private repos of *owner* in *namespace*: they, or another member."""
        space = self.of(namespace)
        names = [owner, *space.members]
        actors = (Actor(name, name, "read") for name in names)
        found = (one for one in actors if role_in(space, one, owner, private=True) is not None)
        return next(found, Actor(owner, owner, "read"))

    def seen_by(self, actor: Actor) -> ColumnElement[bool]:
        """The repos that *actor* may know of, as SQL; `access.role` says the same of one repo."""
        joined = func.lower(repos.c.namespace).in_(_joined(actor))
        return or_(repos.c.private.is_(False), self._kept(actor), joined, *self._given(actor))

    def opened_to(self, actor: Actor) -> ColumnElement[bool]:
        """The repos whose files *actor* may read, as SQL: those seen, without the gated ones that are not open."""
        asked = access_requests.c
        granted = select(asked.repo_pk).where(asked.user == actor.name, asked.status == "accepted")
        joined = func.lower(repos.c.namespace).in_(_joined(actor))
        free = or_(repos.c.gated == "", self._kept(actor), joined, repos.c.pk.in_(granted), *self._given(actor))
        return and_(self.seen_by(actor), free)

    def changed(self) -> None:
        """Read everything anew at the next question."""
        with self._lock:
            self._snapshot = None

    def adopt(self) -> None:
        """Give every namespace that has repos a holder; for a hub that was made before there were any.

        One whose repos all have the same owner becomes theirs. One in which several people work stays open to all,
        and nobody sees more of it than before.
        """
        key = func.lower(repos.c.namespace)
        missing = key.not_in(select(namespaces.c.key))
        with self._database.read() as connection:
            rows = connection.execute(
                select(repos.c.namespace, repos.c.owner).where(missing).distinct().order_by(repos.c.namespace)
            ).all()
        owners: dict[str, tuple[str, set[str]]] = {}
        for row in rows:
            owners.setdefault(row.namespace.lower(), (row.namespace, set()))[1].add(row.owner)
        for name, people in owners.values():
            sole = next(iter(people)) if len(people) == 1 else None
            if sole is not None and namespace_of(sole).lower() == name.lower():
                self._hold(name, sole)
            else:
                self._found(name, sole)

    def _kept(self, actor: Actor) -> ColumnElement[bool]:
        """The repos that *actor* made and has not lost with a role."""
        if actor.name == ANONYMOUS:
            return false()
        made = repos.c.owner == actor.name
        return and_(made, func.lower(repos.c.namespace).not_in(self._shut(actor))) if self._current().closed else made

    def _given(self, actor: Actor) -> Sequence[ColumnElement[bool]]:
        """The repos of which *actor* is a collaborator; nothing is asked of the index for who is none."""
        if not self.shared_with(actor):
            return ()
        return (repos.c.pk.in_(select(collaborators.c.repo_pk).where(collaborators.c.user == actor.name)),)

    def _shut(self, actor: Actor) -> Select[tuple[str]]:
        """Organisations in which *actor* may have made repos, and may not write any more."""
        mine = (memberships.c.user == actor.name) & memberships.c.role.in_(("write", "admin"))
        closed = func.coalesce(func.nullif(namespaces.c.everyone, ""), self._everyone) == "read"
        writes = namespaces.c.key.in_(select(memberships.c.namespace).where(mine))
        return select(namespaces.c.key).where(namespaces.c.person.is_(None), closed, ~writes)

    def _current(self) -> _Snapshot:
        current, now = self._snapshot, self._now()
        if current is not None:
            if now - current.at < _REMEMBERED_FOR or not self._lock.acquire(blocking=False):
                return current  # somebody reads it anew just now; nobody else waits for that
        else:
            self._lock.acquire()
        try:
            if self._snapshot is None or now - self._snapshot.at >= _REMEMBERED_FOR:
                self._snapshot = self._read(now)
            return self._snapshot
        finally:
            self._lock.release()

    def _read(self, now: datetime) -> _Snapshot:
        with self._database.read() as connection:
            rows = connection.execute(select(namespaces)).all()
            held = connection.execute(select(memberships)).all()
            given = connection.execute(_COLLABORATORS).all()
        members: dict[str, dict[str, Scope]] = {}
        roles: dict[str, dict[str, Scope]] = {}
        for row in held:
            members.setdefault(row.namespace, {})[row.user] = cast(Scope, row.role)
            roles.setdefault(row.user, {})[row.namespace] = cast(Scope, row.role)
        by_key: dict[str, Namespace] = {}
        for row in rows:
            if row.person is not None:
                by_key[row.key] = Namespace(row.name, False, {row.person: "admin"}, row.quota_bytes)
                roles.setdefault(row.person, {})[row.key] = "admin"
            else:
                everyone = cast(Scope, row.everyone or self._everyone)
                by_key[row.key] = Namespace(row.name, True, members.get(row.key, {}), row.quota_bytes, everyone)
        closed = frozenset(key for key, space in by_key.items() if space.is_organisation and space.everyone == "read")
        own = {row.person: row.name for row in rows if row.person is not None}
        shared: dict[str, dict[str, Scope]] = {}
        shared_with: dict[str, dict[str, RepoId]] = {}
        for row in given:
            shared.setdefault(row.storage, {})[row.user] = cast(Scope, row.role)
            shared_with.setdefault(row.user, {})[row.key] = RepoId(row.namespace, row.name, cast(RepoKind, row.kind))
        return _Snapshot(now, by_key, own, roles, closed, shared, shared_with)

    def _hold(self, name: str, person: str) -> bool:
        """Make *name* a person's own; False if somebody was faster."""
        row = {"key": name.lower(), "name": name, "person": person, "created_at": self._now()}
        try:
            with self._database.write() as connection:
                connection.execute(insert(namespaces).values(row))
        except IntegrityError:
            self.changed()
            return False
        self.changed()
        return True

    def _found(self, name: str, admin: str | None) -> None:
        """Make *name* an organisation that is open as the setting says; nothing if somebody was faster."""
        row = {"key": name.lower(), "name": name, "created_at": self._now()}
        try:
            with self._database.write() as connection:
                connection.execute(insert(namespaces).values(row))
                if admin is not None:
                    join(connection, name, admin, "admin", self._now())
        except IntegrityError:
            pass
        self.changed()


def _joined(actor: Actor) -> CompoundSelect[tuple[str]]:
    """The namespaces of which *actor* is a member in whatever role; asked of the index, as they may be many."""
    member = select(memberships.c.namespace).where(memberships.c.user == actor.name)
    return member.union_all(select(namespaces.c.key).where(namespaces.c.person == actor.name))


def join(connection: Connection, name: str, user: str, role: Scope, at: datetime) -> None:
    """Make *user* a member who was none."""
    connection.execute(insert(memberships).values(namespace=name.lower(), user=user, role=role, at=at))
