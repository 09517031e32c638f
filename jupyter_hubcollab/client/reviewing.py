"""Say what you think of a version, and read what others do, from a cell."""

from __future__ import annotations

from .. import wire
from ..names import RepoKind, repo_id
from .addresses import of_repo
from .connection import Connection, connect
from .tables import Listed, counted, table


class Reviews(Listed[wire.Review]):
    """The reviews of a repo, the newest first."""

    def __init__(self, repo: str, reply: wire.ReviewList) -> None:
        super().__init__(reply.reviews)
        self.repo = repo
        self.reply = reply

    @property
    def mean(self) -> float | None:
        """The mean of all stars."""
        return self.reply.mean

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


def reviews(repo: str, *, kind: RepoKind = "model", connection: Connection | None = None) -> Reviews:
    """What people say of a repo.

    Raises:
        RepoNotFound: there is none that you may see.
    """
    return Reviews(repo, (connection or connect()).get(f"{of_repo(repo_id(repo, kind))}/reviews", wire.ReviewList))


def review(  # noqa: PLR0913 -- options by keyword
    repo: str,
    stars: int,
    text: str = "",
    *,
    task: str | None = None,
    version: str | None = None,
    kind: RepoKind = "model",
    connection: Connection | None = None,
) -> Reviews:
    """Give a version one to five stars; *task* is what you used it for, no *version* the newest.

    Raises:
        BadRequestBody: it has no one to five stars, or is too long.
        VersionNotFound: there is no such version.
    """
    said = wire.ReviewText(stars=stars, text=text, task=task, version=version)
    return Reviews(
        repo, (connection or connect()).put(f"{of_repo(repo_id(repo, kind))}/reviews", said, wire.ReviewList)
    )
