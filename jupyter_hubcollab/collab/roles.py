"""Who may do what with a notebook: owner, editor, runner, commenter, viewer; each may do what those after it may.

Roles stand in the workspace document. While nobody has given any for a notebook, everybody edits it, as without us;
who gives the first is its owner. The server's own user may always change them, so that nobody is locked out for good.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import msgspec

from ..errors import AccessDenied, BadInput
from ..wire import NotebookRole, Roles
from .people import Person
from .workspace import Shared

_RANK: dict[NotebookRole, int] = {role: rank for rank, role in enumerate(reversed(get_args(NotebookRole)))}


def allows(role: NotebookRole, needed: NotebookRole) -> bool:
    """May somebody of this *role* do what *needed* may?"""
    return _RANK[role] >= _RANK[needed]


class RoleBook:
    """The roles of all notebooks. Lives on the event loop; `load` comes before anything else."""

    def __init__(self, shared: Shared, master: str) -> None:
        """*master*: the server's own user."""
        self._shared, self._master = shared, master
        self._known: dict[str, Roles] | None = None

    async def load(self) -> None:
        """Read what was stored; the server alone writes it, so once is enough."""
        if self._known is None:
            stored = (await self._shared.board()).all("roles")
            if self._known is None:
                self._known = {file: msgspec.convert(value, Roles) for file, value in stored.items()}

    @property
    def any(self) -> bool:
        """Has anybody given roles for any notebook?"""
        return bool(self._known)

    def roles(self, file: str) -> Roles | None:
        """The roles of a notebook; None while nobody has given any."""
        return (self._known or {}).get(file)

    def of(self, name: str, file: str) -> NotebookRole:
        """The role of the user *name*."""
        roles = self.roles(file)
        if roles is None:
            return "editor"
        return roles.people.get(name, roles.others)

    def may(self, name: str, file: str, needed: NotebookRole) -> bool:
        """May this user do what *needed* may?"""
        return allows(self.of(name, file), needed)

    def in_room(self, room: str, needed: NotebookRole) -> Callable[[Person], bool]:
        """Who may do what *needed* may in a room; everybody where it has no file."""
        file = room.split(":", 2)[2] if room.count(":") >= 2 else None
        return lambda person: file is None or self.may(person.name, file, needed)

    def may_change(self, name: str, file: str) -> bool:
        """May this user give roles?"""
        roles = self.roles(file)
        return roles is None or name == self._master or roles.people.get(name) == "owner"

    async def give(self, person: Person, file: str, roles: Roles) -> Roles:
        """Say who may do what; takes effect at once, for those too who are in the room.

        Raises:
            AccessDenied: *person* does not own the notebook.
            BadInput: nobody would own it.
        """
        await self.load()
        if not self.may_change(person.name, file):
            raise AccessDenied("only an owner of this notebook may say who may do what with it")
        if self.roles(file) is None:
            roles = msgspec.structs.replace(roles, people={**roles.people, person.name: "owner"})
        if "owner" not in roles.people.values():
            raise BadInput("a notebook needs an owner; make somebody else one first")
        if roles.others == "owner":
            raise BadInput("owners are named one by one")
        assert self._known is not None
        self._known[file] = roles
        await self._shared.keep(person, "roles", file, roles)
        return roles

    def require(self, person: Person, file: str, needed: NotebookRole) -> None:
        """Let *person* pass, or say no.

        Raises:
            AccessDenied: their role in this notebook is too small.
        """
        if not self.may(person.name, file, needed):
            mine = self.of(person.name, file)
            raise AccessDenied(f"you are {mine} of this notebook; this needs the role {needed} or more")
