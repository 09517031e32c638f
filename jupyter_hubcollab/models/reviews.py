"""Reviews: one to five stars and a text per person and version, with the task for which it was used.

Whoever may see a repo may read what is said of it, and who is logged in may say something; each person edits and
deletes their own, admins of the repo remove what others wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from .. import wire
from ..access import covers, require, require_scope, role
from ..clock import utc_now
from ..errors import BadRequestBody, NotFound, VersionNotFound
from ..hub.contributing import may_contribute, require_contribution
from ..hub.events import RepoCounted
from ..storage.schema import reviews

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.events import Events
    from ..hub.refs import Refs
    from ..hub.repos import Repo, Repos
    from ..names import RepoId
    from ..storage.database import Database

LONGEST_TEXT = 10_000
MOST_LISTED = 500
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TASK = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")


@dataclass(frozen=True, slots=True)
class Rating:
    """What all reviewers of a repo give it together."""

    mean: float | None
    count: int


class Reviews:
    """The reviews of all repos."""

    def __init__(
        self, database: Database, repos: Repos, refs: Refs, events: Events, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._repos = repos
        self._refs = refs
        self._events = events
        self._now = now

    def list(self, actor: Actor, repo: RepoId, *, version: str | None = None) -> wire.ReviewList:
        """What is said of a repo, or of one version."""
        found = self._repos.get(actor, repo)
        wanted = reviews.c.repo_pk == found.pk
        if version is not None:
            wanted &= reviews.c.version == version
        with self._database.read() as connection:
            newest = select(reviews).where(wanted).order_by(reviews.c.updated_at.desc()).limit(MOST_LISTED)
            rows = connection.execute(newest).all()
            each = select(reviews.c.stars, func.count()).where(wanted).group_by(reviews.c.stars)
            given = {int(stars): int(count) for stars, count in connection.execute(each)}
        counts = [given.get(stars, 0) for stars in range(1, 6)]
        total = sum(counts)
        return wire.ReviewList(
            reviews=[_shown(row, actor) for row in rows],
            mean=sum(stars * count for stars, count in enumerate(counts, 1)) / total if total else None,
            counts=counts,
            may_review=may_contribute(actor, found),
            may_remove=covers(role(actor, found), "admin") and covers(actor.scope, "write"),
        )

    def put(self, actor: Actor, repo: RepoId, given: wire.ReviewText) -> wire.ReviewList:
        """Say what *actor* thinks of a version, in place of what they said before.

        Raises:
            BadRequestBody: it has no one to five stars, or is too long.
            VersionNotFound: there is no such version.
        """
        found = self._repos.get(actor, repo)
        require_contribution(actor, found)
        values = _checked(given) | {"updated_at": self._now(), "display_name": actor.display_name}
        mine = self._mine(actor, found, self._version(actor, found, given.version))
        with self._database.write() as connection:
            if connection.execute(update(reviews).filter_by(**mine).values(values)).rowcount == 0:
                connection.execute(insert(reviews).values(**mine, **values, created_at=values["updated_at"]))
        self._tell(actor, found)
        return self.list(actor, found.id)

    def delete(self, actor: Actor, repo: RepoId, *, version: str, user: str | None = None) -> None:
        """Take a review back; that of another *user* is removed by an admin of the repo.

        Raises:
            NotFound: there is none.
            AccessDenied: it is somebody else's, and *actor* is no admin.
        """
        found = self._repos.get(actor, repo)
        require_scope(actor, "write")
        if user is not None and user != actor.name:
            require(actor, "admin", found)
        key = self._mine(actor, found, version) | {"user": user or actor.name}
        with self._database.write() as connection:
            if connection.execute(delete(reviews).filter_by(**key)).rowcount == 0:
                raise NotFound(f"there is no such review of {found.id}")
        self._tell(actor, found)

    def ratings(self, pks: Sequence[int]) -> dict[int, Rating]:
        """What reviewers give some repos; those without a review are not in it."""
        return self._rated(reviews.c.repo_pk.in_(pks)) if len(pks) <= 400 else self._rated(reviews.c.repo_pk > 0)

    def _rated(self, wanted: ColumnElement[bool]) -> dict[int, Rating]:
        asked = select(reviews.c.repo_pk, func.avg(reviews.c.stars), func.count()).where(wanted)
        with self._database.read() as connection:
            rows = connection.execute(asked.group_by(reviews.c.repo_pk)).all()
        return {pk: Rating(float(mean), int(count)) for pk, mean, count in rows}

    def _version(self, actor: Actor, repo: Repo, wanted: str | None) -> str:
        tags = self._refs.tags(actor, repo.id)
        if wanted is None:
            return max(tags, key=lambda tag: (tag.at, len(tag.name), tag.name)).name if tags else ""
        if wanted == "" and not tags:
            return ""
        if wanted not in {tag.name for tag in tags}:
            raise VersionNotFound(f"{repo.id} has no version '{wanted[:100]}'")
        return wanted

    def _mine(self, actor: Actor, repo: Repo, version: str) -> dict[str, object]:
        return {"repo_pk": repo.pk, "version": version, "user": actor.name}

    def _tell(self, actor: Actor, repo: Repo) -> None:
        self._events.publish(RepoCounted(repo.id, actor, repo.private, repo.owner, "review"))


def _checked(given: wire.ReviewText) -> dict[str, Any]:
    if not 1 <= given.stars <= 5:
        raise BadRequestBody("a review gives one to five stars")
    if len(given.text) > LONGEST_TEXT:
        raise BadRequestBody(f"a review has at most {LONGEST_TEXT:,} characters")
    if given.task is not None and not _TASK.fullmatch(given.task):
        raise BadRequestBody("the task is written as in text-classification")
    text = _CONTROL.sub("", given.text.encode(errors="ignore").decode()).strip()
    return {"stars": given.stars, "text": text, "task": given.task}


def _shown(row: Row[Any], actor: Actor) -> wire.Review:
    return wire.Review(
        version=row.version,
        author=wire.Author(name=row.user, display_name=row.display_name),
        mine=row.user == actor.name,
        stars=row.stars,
        text=row.text,
        task=row.task,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
