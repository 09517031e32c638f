"""Say what you think of a version, and read what others do, from a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, overload

from .. import wire
from ..names import repo_id
from .connection import Connection, connect
from .tables import counted, table


class Reviews(Sequence[wire.Review]):
    """The reviews of a repo, the newest first."""

    def __init__(self, repo: str, reply: wire.ReviewList) -> None:
        self.repo = repo
        self.reply = reply

    @property
    def mean(self) -> float | None:
        """The mean of all stars."""
        return self.reply.mean

    @overload
    def __getitem__(self, index: int) -> wire.Review: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[wire.Review]: ...
    def __getitem__(self, index: int | slice) -> wire.Review | Sequence[wire.Review]:
        return self.reply.reviews[index]

    def __len__(self) -> int:
        return len(self.reply.reviews)

    def __iter__(self) -> Iterator[wire.Review]:
        return iter(self.reply.reviews)

    @property
    def title(self) -> str:
        """How many there are, and their mean."""
        mean = "" if self.mean is None else f", {self.mean:.1f} of 5 stars"
        return f"{counted(sum(self.reply.counts), 'review')} of {self.repo}{mean}"

    def __repr__(self) -> str:
        each = (f"  {'★' * one.stars:<5} {one.author.display_name} on {one.version}: {one.text[:80]}" for one in self)
        return "\n".join([self.title, *each])

    def _repr_html_(self) -> str:
        rows = [
            ["★" * one.stars, one.version, one.author.display_name, one.task or "", one.text[:1000]] for one in self
        ]
        return table(self.title, ["Stars", "Version", "By", "Used for", "Text"], rows)


Kind = Literal["model", "dataset", "space"]


def _route(repo: str, kind: Kind) -> str:
    return f"repos/{kind}s/{repo_id(repo, kind)}/reviews"


def reviews(repo: str, *, kind: Kind = "model", connection: Connection | None = None) -> Reviews:
    """What people say of a repo.

    Raises:
        RepoNotFound: there is none that you may see.
    """
    return Reviews(repo, (connection or connect()).get(_route(repo, kind), wire.ReviewList))


def review(  # noqa: PLR0913 -- options by keyword
    repo: str,
    stars: int,
    text: str = "",
    *,
    task: str | None = None,
    version: str | None = None,
    kind: Kind = "model",
    connection: Connection | None = None,
) -> Reviews:
    """Give a version one to five stars; *task* is what you used it for, no *version* the newest.

    Raises:
        BadRequestBody: it has no one to five stars, or is too long.
        VersionNotFound: there is no such version.
    """
    said = wire.ReviewText(stars=stars, text=text, task=task, version=version)
    return Reviews(repo, (connection or connect()).put(_route(repo, kind), said, wire.ReviewList))
