"""What is said about versions after they were made: descriptions, stages, labels. Git holds the versions themselves.

Built as ``Notes(database, repos)``. A label of the model itself has the empty tag.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from ..access import require
from ..clock import utc_now
from ..errors import BadInput
from ..storage.schema import version_labels, version_notes

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.repos import Repo, Repos
    from ..names import RepoId
    from ..storage.database import Database

LONGEST_KEY = 250
LONGEST_LABEL = 100_000
OF_MODEL = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a version beyond git."""

    description: str | None = None
    stage: str = "None"
    source: str | None = None
    run_link: str | None = None
    model_id: str | None = None
    updated_at: datetime | None = None
    deleted: bool = False


NOTHING = Note()


class Notes:
    """Descriptions, stages and labels of all versions."""

    def __init__(self, database: Database, repos: Repos, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._repos = repos
        self._now = now

    def of(self, repo: Repo) -> dict[str, Note]:
        """Notes by version."""
        with self._database.read() as connection:
            rows = connection.execute(select(version_notes).where(version_notes.c.repo_pk == repo.pk)).all()
        return {
            row.tag: Note(
                row.description, row.stage, row.source, row.run_link, row.model_id, row.updated_at, bool(row.deleted)
            )
            for row in rows
        }

    def labels(self, repos: Sequence[Repo]) -> dict[int, dict[str, dict[str, str]]]:
        """Labels by repo, then by version."""
        found: dict[int, dict[str, dict[str, str]]] = {repo.pk: {} for repo in repos}
        with self._database.read() as connection:
            for start in range(0, len(repos), 500):
                some = [repo.pk for repo in repos[start : start + 500]]
                query = select(version_labels).where(version_labels.c.repo_pk.in_(some))
                for row in connection.execute(query):
                    found[row.repo_pk].setdefault(row.tag, {})[row.key] = row.value
        return found

    def change(self, actor: Actor, repo: RepoId, tag: str, **values: Any) -> None:
        """Note something of a version: ``description=``, ``stage=``, ``source=`` … as in `Note`."""
        found = self._repos.get(actor, repo)
        require(actor, "write", found)
        key = (version_notes.c.repo_pk == found.pk) & (version_notes.c.tag == tag)
        values = {**values, "updated_at": self._now()}
        with self._database.write() as connection:
            if not connection.execute(update(version_notes).where(key).values(**values)).rowcount:
                connection.execute(insert(version_notes).values(repo_pk=found.pk, tag=tag, **values))

    def label(self, actor: Actor, repo: RepoId, tag: str, labels: Mapping[str, str]) -> None:
        """Set labels of a version, or of the model."""
        found = self._repos.get(actor, repo)
        require(actor, "write", found)
        for key, value in labels.items():
            if not key or len(key) > LONGEST_KEY or len(value) > LONGEST_LABEL:
                raise BadInput(f"a tag has a key of 1 to {LONGEST_KEY} characters and a value of {LONGEST_LABEL:,}")
        rows = [{"repo_pk": found.pk, "tag": tag, "key": key, "value": value} for key, value in labels.items()]
        of = (version_labels.c.repo_pk == found.pk) & (version_labels.c.tag == tag)
        with self._database.write() as connection:
            connection.execute(delete(version_labels).where(of, version_labels.c.key.in_(list(labels))))
            if rows:
                connection.execute(insert(version_labels), rows)

    def unlabel(self, actor: Actor, repo: RepoId, tag: str, key: str) -> None:
        """Forget a label; one that is not there is no error."""
        found = self._repos.get(actor, repo)
        require(actor, "write", found)
        of = (version_labels.c.repo_pk == found.pk) & (version_labels.c.tag == tag)
        with self._database.write() as connection:
            connection.execute(delete(version_labels).where(of, version_labels.c.key == key))

    def retired(self, repo: Repo) -> list[str]:
        """Versions that were deleted; their numbers are not given again."""
        return [tag for tag, note in self.of(repo).items() if note.deleted]
