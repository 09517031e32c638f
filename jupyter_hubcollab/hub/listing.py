"""How to ask for a list of repos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..names import RepoKind

Order = Literal["updated", "created", "downloads", "likes", "trending", "name"]
Gate = Literal["", "auto", "manual"]
"""Whether readers must ask before they get files: not at all, granted at once, or granted by hand."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Which repos to list, and in which order; empty fields ask for nothing."""

    kind: RepoKind = "model"
    namespace: str | None = None
    owner: str | None = None
    search: str | None = None
    """Words, all of which the name has."""
    among: Sequence[str] | None = None
    """Only these, as `RepoId.key`."""
    tags: Sequence[str] = ()
    choices: Sequence[Sequence[Sequence[str]]] = ()
    """Of each, all tags of one alternative at least."""
    parameters: tuple[int, int] | None = None
    """At least and at most so many, of models whose weights tell."""
    gated: bool | None = None
    order: Order = "updated"
    direction: Literal["descending", "ascending"] = "descending"
    limit: int = 100
    offset: int = 0
