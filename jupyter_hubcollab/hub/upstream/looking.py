"""The page of a repo of another hub, for people who look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...access import Actor
from ...errors import HubError
from ...names import DEFAULT_BRANCH, RepoKind
from ..front_matter import text_below
from .ids import UpstreamId

if TYPE_CHECKING:
    from .service import Upstream

_LONGEST_README = 2 << 20
_MOST_FILES = 2000
_README = "README.md"


@dataclass(frozen=True, slots=True)
class About:
    """A repo of another hub, as its hub describes it; what it does not say is None."""

    kind: RepoKind
    id: str
    task: str | None
    library: str | None
    downloads: int | None
    likes: int | None
    updated_at: datetime | None
    private: bool
    gated: bool
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The page of a repo of another hub."""

    about: About
    hub: str
    commit: str
    files: tuple[tuple[str, int | None], ...]
    """Paths and sizes."""
    readme: str


def overview(upstream: Upstream, actor: Actor, id: UpstreamId) -> Overview:
    """The page of a repo that this hub does not have.

    Raises:
        RepoNotFound: no hub has it for this person; the message says who was asked.
    """
    commit, fields, hub = upstream.page(actor, id, DEFAULT_BRANCH, "blobs=true")
    about = _about(id, fields)
    siblings = [one for one in fields.get("siblings") or [] if isinstance(one, dict)][:_MOST_FILES]
    files = tuple((str(one.get("rfilename", "")), _number(one.get("size"))) for one in siblings)
    has_readme = any(path == _README for path, _ in files)
    return Overview(about, hub, commit, files, _readme(upstream, actor, id, commit) if has_readme else "")


def _readme(upstream: Upstream, actor: Actor, id: UpstreamId, commit: str) -> str:
    """The card; empty where it cannot be had: the page is worth showing without it."""
    try:
        file = upstream.file(actor, id, commit, _README)
        if file.size > _LONGEST_README:
            return ""
        return text_below(b"".join(upstream.read(actor, file, 0, file.size)).decode("utf-8", "replace"))
    except HubError:
        return ""


def _about(id: UpstreamId, row: dict[str, Any]) -> About:
    tags = row.get("tags")
    return About(
        kind=id.kind,
        id=str(id),
        task=_text(row.get("pipeline_tag")),
        library=_text(row.get("library_name")),
        downloads=_number(row.get("downloads")),
        likes=_number(row.get("likes")),
        updated_at=_moment(row.get("lastModified")),
        private=row.get("private") is True,
        gated=row.get("gated") not in (None, False),
        tags=tuple(tag[:100] for tag in tags if isinstance(tag, str))[:50] if isinstance(tags, list) else (),
    )


def _text(value: object) -> str | None:
    return value[:100] if isinstance(value, str) and value else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
