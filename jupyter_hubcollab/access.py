"""Who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from .errors import AccessDenied, RepoNotFound
from .names import RepoId

Scope = Literal["read", "write", "admin"]
_RANK: dict[Scope, int] = {"read": 0, "write": 1, "admin": 2}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program on a person's behalf; ``name`` comes from the server's identity, never from the client."""

    name: str
    display_name: str
    scope: Scope = "write"


class Owned(Protocol):
    """What must be known of a repo to decide who may do what with it."""

    @property
    def id(self) -> RepoId:
        """Its name."""
        ...

    @property
    def owner(self) -> str:
        """Name of the person it belongs to."""
        ...

    @property
    def private(self) -> bool:
        """Whether only the owner sees it."""
        ...


def may_read(actor: Actor, repo: Owned) -> bool:
    """Public repos are for everyone who is logged in, private ones for their owner."""
    return not repo.private or actor.name == repo.owner


def require(actor: Actor, scope: Scope, repo: Owned) -> None:
    """Let *actor* pass, or say no. ``admin`` (settings, deletion) is for the owner.

    Raises:
        RepoNotFound: *actor* may not even know that the repo is there.
        AccessDenied: *actor* may see it but not do this.
    """
    if not may_read(actor, repo):
        raise RepoNotFound(f"there is no {repo.id.kind} {repo.id} on this hub")
    require_scope(actor, scope if scope != "admin" else "write")
    if scope == "admin" and actor.name != repo.owner:
        raise AccessDenied(f"only the owner of {repo.id} may do this")


def require_scope(actor: Actor, scope: Scope) -> None:
    """Refuse what the token of *actor* was not made for.

    Raises:
        AccessDenied: the scope is smaller.
    """
    if _RANK[actor.scope] < _RANK[scope]:
        raise AccessDenied(f"this token may only {actor.scope}; make one with scope '{scope}'")
