"""Who uses a repo: downloads and loads by week, and the notebooks in which it was loaded.

Built as ``Usage(database, repos, now=…)``; ``counted`` listens for `RepoCounted`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from .. import wire
from ..errors import NotFound
from ..storage.schema import repo_notebooks, repo_uses

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.events import RepoCounted
    from ..hub.repos import Repos
    from ..names import RepoId
    from ..storage.database import Database

WEEKS = 26
MOST_NOTEBOOKS = 100
LONGEST_PATH = 1000


class Usage:
    """Counts uses."""

    def __init__(self, database: Database, repos: Repos, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._repos = repos
        self._now = now

    def counted(self, event: RepoCounted) -> None:
        """A download is counted in its week, too."""
        if event.what == "download":
            try:
                found = self._repos.get(event.actor, event.repo)
            except NotFound:  # deleted meanwhile
                return
            self._count(found.pk, "download")

    def loaded(self, actor: Actor, repo: RepoId, given: wire.UseGiven) -> None:
        """Somebody loaded a model in a cell.

        Raises:
            RepoNotFound: it is not there for *actor*.
        """
        found = self._repos.get(actor, repo)
        self._count(found.pk, "load")
        if given.notebook:
            self._note(found.pk, actor, given.notebook[:LONGEST_PATH], given.revision[:250])

    def of(self, actor: Actor, repo: RepoId) -> wire.Usage:
        """The uses of the last half year."""
        found = self._repos.get(actor, repo)
        this_week = _monday(self._now().date())
        weeks = [(this_week - timedelta(weeks=back)).isoformat() for back in reversed(range(WEEKS))]
        uses, notebooks = repo_uses.c, repo_notebooks.c
        counts = select(uses.week, uses.what, uses.times).where(uses.repo_pk == found.pk, uses.week >= weeks[0])
        last = select(repo_notebooks).where(notebooks.repo_pk == found.pk).order_by(notebooks.at.desc())
        with self._database.read() as connection:
            times = {(row.week, row.what): row.times for row in connection.execute(counts)}
            used = connection.execute(last.limit(MOST_NOTEBOOKS)).all()
        return wire.Usage(
            weeks=[
                wire.WeekOfUse(
                    week=week, downloads=times.get((week, "download"), 0), loads=times.get((week, "load"), 0)
                )
                for week in weeks
            ],
            notebooks=[
                wire.NotebookOfUse(path=row.notebook, by=row.person, revision=row.revision, at=row.at) for row in used
            ],
        )

    def _count(self, pk: int, what: str) -> None:
        week = _monday(self._now().date()).isoformat()
        uses = repo_uses.c
        same = (uses.repo_pk == pk) & (uses.week == week) & (uses.what == what)
        with self._database.write_derived() as connection:
            found = connection.execute(update(repo_uses).where(same).values(times=uses.times + 1))
            if not found.rowcount:
                connection.execute(insert(repo_uses).values(repo_pk=pk, week=week, what=what, times=1))

    def _note(self, pk: int, actor: Actor, notebook: str, revision: str) -> None:
        same = (repo_notebooks.c.repo_pk == pk) & (repo_notebooks.c.notebook == notebook)
        row = {"repo_pk": pk, "notebook": notebook, "person": actor.name, "revision": revision, "at": self._now()}
        with self._database.write_derived() as connection:
            connection.execute(delete(repo_notebooks).where(same))
            connection.execute(insert(repo_notebooks).values(row))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
