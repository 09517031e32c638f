"""Tokens of the Xet protocol, made for one repo, revision and access; and the right to read a piece of a xorb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from ..access import Actor, require
from ..names import RepoId, RepoKind
from .contributing import require_contribution
from .gates import Gates
from .repos import Repo, Repos
from .signing import Signer
from .xet_reading import Fetch

Access = Literal["read", "write"]
LIFETIME_S = 3600
TOKEN, RANGE = "xet", "xorb"
"""What the two kinds of seal are for."""


class XetToken(msgspec.Struct, frozen=True):
    """Who may do what with which repo; a client shows it with each call."""

    kind: RepoKind
    namespace: str
    name: str
    ref: str
    access: Access
    user: str
    display_name: str


class XorbRange(msgspec.Struct, frozen=True):
    """Some bytes of a xorb, which whoever has this may read."""

    xorb: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever shows a token that still counts."""

    actor: Actor
    repo: Repo
    ref: str


class XetTokens:
    """Grants access to the chunks of files, and checks what was granted."""

    lifetime_s = LIFETIME_S

    def __init__(self, repos: Repos, gates: Gates, signer: Signer) -> None:
        self._repos = repos
        self._gates = gates
        self._signer = signer

    def grant(self, actor: Actor, id: RepoId, ref: str, access: Access) -> str:
        """A token for one repo and *access* to it; it counts for `LIFETIME_S`.

        Raises:
            RepoNotFound: *actor* may not see the repo.
            AccessDenied: *actor* may not write to it.
            GatedRepo: *actor* has to ask for its files first.
        """
        self._allowed(actor, id, access)
        token = XetToken(id.kind, id.namespace, id.name, ref, access, actor.name, actor.display_name)
        return self._signer.seal(TOKEN, msgspec.structs.asdict(token), LIFETIME_S)

    def holder(self, token: str, access: Access) -> Holder:
        """Who shows *token*; what they may do is asked again, as it may have changed since.

        Raises:
            Unauthenticated: it is none of ours, or has expired.
            AccessDenied: it is only for reading.
        """
        claims = msgspec.convert(self._signer.open(TOKEN, token), XetToken)
        actor = Actor(claims.user, claims.display_name, claims.access)
        repo = self._allowed(actor, RepoId(claims.namespace, claims.name, claims.kind), access)
        return Holder(actor, repo, claims.ref)

    def _allowed(self, actor: Actor, id: RepoId, access: Access) -> Repo:
        repo = self._repos.get(actor, id)
        if access == "write":
            require_contribution(actor, repo)  # for a pull request too; the commit asks what it may change
        else:
            require(actor, access, repo)
        self._gates.require_open(actor, repo)
        return repo

    def seal(self, fetch: Fetch) -> str:
        """The right to read some bytes of a xorb, for a while; it stands in a URL."""
        claims = XorbRange(fetch.xorb, fetch.first_byte, fetch.end_byte)
        return self._signer.seal(RANGE, msgspec.structs.asdict(claims), LIFETIME_S)
