"""Who asks, and what they may do.

Rights come from the namespace of a repo: a person's own, or an organisation's with its members and their roles. A repo
may have collaborators of its own besides: people with a role in it alone.
`role` is the one place where they are worked out; everything else asks it, or `require`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from .errors import AccessDenied, RepoNotFound
from .names import RepoId

Scope = Literal["read", "write", "admin"]
"""What a token may do, and what somebody may do in a namespace."""

_RANK: dict[Scope, int] = {"read": 0, "write": 1, "admin": 2}
ANONYMOUS = "anonymous"
"""Name of the actor of requests without login; nobody's repos are theirs."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program on a person's behalf; ``name`` comes from the server's identity, never from the client."""

    name: str
    display_name: str
    scope: Scope = "write"


@dataclass(frozen=True, slots=True)
class Namespace:
    """What stands before the slash in a repo's name: a person's own, or an organisation's."""

    name: str
    is_organisation: bool = True
    members: Mapping[str, Scope] = field(default_factory=dict)
    """Roles by name of the identity; they count for public and private repos."""
    quota_bytes: int | None = None
    """How much its repos may hold; None: as the settings say."""
    everyone: Scope = "read"
    """What all who are logged in may do with its public repos, and whether they may make repos in it."""

    def role(self, actor: Actor) -> Scope | None:
        """What *actor* may do in it; None for nobody in particular."""
        named = self.members.get(actor.name)
        if actor.name == ANONYMOUS or (named is None and self.everyone == "read"):
            return None
        return larger(named or "read", self.everyone)


class Owned(Protocol):
    """What must be known of a repo to decide who may do what with it."""

    @property
    def id(self) -> RepoId:
        """Its name."""
        ...

    @property
    def owner(self) -> str:
        """Name of the person who made it."""
        ...

    @property
    def private(self) -> bool:
        """Whether it is there for its owner and the members of its namespace only."""
        ...

    @property
    def gated(self) -> str:
        """Whether readers must ask before they get files; empty: no."""
        ...

    @property
    def space(self) -> Namespace:
        """The namespace that it is in."""
        ...

    @property
    def shared(self) -> Mapping[str, Scope]:
        """Its collaborators: people with a role in this repo alone."""
        ...


def larger(one: Scope, other: Scope) -> Scope:
    """The scope that allows more."""
    return one if _RANK[one] >= _RANK[other] else other


def _either(one: Scope | None, other: Scope | None) -> Scope | None:
    return larger(one, other) if one is not None and other is not None else one or other


def covers(given: Scope | None, wanted: Scope) -> bool:
    """Does a role or scope allow what *wanted* does?"""
    return given is not None and _RANK[given] >= _RANK[wanted]


def role(actor: Actor, repo: Owned) -> Scope | None:
    """What *actor* may do with *repo*, their token aside; None if they may not know that it is there.

    Members have the role that the namespace gives them. Public repos are read by all, and written to by all who are
    logged in if the namespace says so and the repo has no gate. Whoever made a repo administers it as long as they
    may write in its namespace. What a collaborator has comes on top of that.
    """
    held = role_in(repo.space, actor, repo.owner, private=repo.private)
    if repo.gated and held == "write":
        held = repo.space.members.get(actor.name, "read")
    return _either(held, repo.shared.get(actor.name))


def role_in(space: Namespace, actor: Actor, owner: str, *, private: bool) -> Scope | None:
    """Like `role`, for a repo of *owner* in *space*, its collaborators aside."""
    held = space.role(actor)
    if actor.name == owner and covers(held, "write"):
        return "admin"
    if private:
        return space.members.get(actor.name) if held is not None else None
    return held or "read"


def may_read(actor: Actor, repo: Owned) -> bool:
    """May *actor* know that *repo* is there?"""
    return role(actor, repo) is not None


def passes_gate(actor: Actor, repo: Owned) -> bool:
    """May *actor* read the files of *repo* without having asked?"""
    if not repo.gated or actor.name in repo.space.members or actor.name in repo.shared:
        return True
    return covers(role(actor, repo), "write")


def require(actor: Actor, scope: Scope, repo: Owned) -> None:
    """Let *actor* pass, or say no. ``admin`` is for settings and deletion.

    Raises:
        RepoNotFound: *actor* may not even know that the repo is there.
        AccessDenied: *actor* may see it but not do this.
    """
    held = role(actor, repo)
    if held is None:
        raise RepoNotFound(f"there is no {repo.id.kind} {repo.id} on this hub")
    require_scope(actor, scope if scope != "admin" else "write")
    if covers(held, scope):
        return
    if scope == "admin":
        raise AccessDenied(f"only the owner of {repo.id}, or an admin of '{repo.id.namespace}', may do this")
    raise AccessDenied(f"you may read {repo.id}, not write to it; ask '{repo.id.namespace}', or open a pull request")


def require_scope(actor: Actor, scope: Scope) -> None:
    """Refuse what the token of *actor* was not made for.

    Raises:
        AccessDenied: the scope is smaller.
    """
    if _RANK[actor.scope] < _RANK[scope]:
        raise AccessDenied(f"this token may only {actor.scope}; make one with scope '{scope}'")
