"""Repos and files of other hubs, named as those hubs name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ...errors import BadName, RepoNotFound
from ...names import RepoKind, repo_id

_CANONICAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")


@dataclass(frozen=True, slots=True)
class UpstreamId:
    """A repo of another hub: ``google/bert`` or, without a namespace, ``bert-base-uncased``."""

    kind: RepoKind
    text: str

    @property
    def key(self) -> str:
        """As `RepoId.key`: a repo of ours with the same key stands before it."""
        return f"{self.kind}:{self.text}".lower()

    @property
    def in_api(self) -> str:
        """Its path below an upstream's address, in the API."""
        return f"api/{self.kind}s/{self.text}"

    @property
    def in_web(self) -> str:
        """Its path below an upstream's address, for files and git."""
        return self.text if self.kind == "model" else f"{self.kind}s/{self.text}"

    def __str__(self) -> str:
        return self.text


def upstream_id(kind: RepoKind, text: str) -> UpstreamId:
    """Parse the name of a repo of another hub.

    Raises:
        RepoNotFound: no hub has repos of such a name.
    """
    if not _CANONICAL.fullmatch(text):
        try:
            repo_id(text, kind)
        except BadName as error:
            raise RepoNotFound(f"there is no repo of this name: {error}") from error
    return UpstreamId(kind, text)


@dataclass(frozen=True, slots=True)
class UpstreamFile:
    """A file of a commit, as its hub announced it; its bytes are checked against this."""

    id: UpstreamId
    hub: str
    commit: str
    path: str
    size: int
    etag: str
    """SHA-256 of the content, or what git calls it (SHA-1)."""
    viewer: str
    """Whose token it took to see it; empty if none."""

    @property
    def hashed_by(self) -> Literal["sha256", "git"]:
        """What the etag is."""
        return "sha256" if len(self.etag) == 64 else "git"
