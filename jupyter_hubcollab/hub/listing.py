"""How to ask for a list of repos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..names import RepoKind

Order = Literal["updated", "created", "downloads", "likes", "name"]
Gate = Literal["", "auto", "manual"]
"""Whether readers must ask before they get files: not at all, granted at once, or granted by hand."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Which repos to list, and in which order; empty fields ask for nothing."""

    kind: RepoKind = "model"
    namespace: str | None = None
    owner: str | None = None
    search: str | None = None
    tags: Sequence[str] = ()
    gated: bool | None = None
    order: Order = "updated"
    direction: Literal["descending", "ascending"] = "descending"
    limit: int = 100
    offset: int = 0
