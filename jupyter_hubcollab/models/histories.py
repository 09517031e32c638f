"""How the numbers of a model went over its versions, and which steps back are more than chance.

Built as ``Histories(versions, facts, evaluated, files, database, of_runs=…)``. Numbers come from the card, from the
evaluations that a version holds, from those that gates made, and from the MLflow run; the first that has one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import delete, insert, select

from .. import wire
from ..errors import BadInput, EntryNotFound
from ..names import FilePath, RepoId, Revision
from ..storage.schema import metric_intervals
from . import evaluated, examples
from .metrics import Key, Measured, change_of, direction_of, key_of, unit_of

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.files import Files
    from ..storage.database import Database
    from .evaluated import Evaluated, Evaluation
    from .evaluations import ByExample
    from .facts import Facts, FactsOf
    from .versions import Versions

MOST_COMPUTED = 30
"""Intervals that are worked out while somebody waits; the next time others are."""
OfRuns = Callable[["Actor", Sequence[str]], Mapping[str, Mapping[str, float | None]]]
"""The metrics of runs by run."""


class _Results(NamedTuple):
    """The scores of which a number is the mean."""

    content: str
    """Names them."""
    rows: str
    """Only of the same name can they be set against each other; empty: examples have names of their own."""
    read: Callable[[], examples.Scores]


class _Point(NamedTuple):
    """A number of a version."""

    version: wire.Version
    number: Measured
    results: _Results | None


class Histories:
    """Follows numbers over versions."""

    def __init__(
        self,
        versions: Versions,
        facts: FactsOf,
        evaluated: Evaluated,
        files: Files,
        database: Database,
        *,
        of_runs: OfRuns,
    ) -> None:
        self._versions = versions
        self._facts = facts
        self._evaluated = evaluated
        self._files = files
        self._database = database
        self._of_runs = of_runs

    def of(self, actor: Actor, repo: RepoId) -> wire.MetricHistory:
        """Each metric of a model, version by version, the oldest first."""
        versions = list(self._versions.list(actor, repo))[::-1]
        facts = self._facts.many(actor, [(repo, one.commit) for one in versions])
        runs = self._of_runs(actor, list({one.run_id for one in versions if one.run_id}))
        more = self._evaluated.of(repo)
        points: dict[Key, list[_Point]] = {}
        for version in versions:
            stated, known = facts[repo, version.commit], more.get(version.commit, {})
            for one in _all(stated, known, runs.get(version.run_id or "", {})):
                results = self._results(actor, repo, version.commit, (_file(stated, one), known.get(key_of(one))))
                points.setdefault(key_of(one), []).append(_Point(version, one, results))
        intervals = _Intervals(self._database)
        series = [_series(those, intervals) for those in points.values()]
        return wire.MetricHistory(series=series, pending=intervals.pending)

    def _results(
        self, actor: Actor, repo: RepoId, commit: str, found: tuple[ByExample | None, Evaluation | None]
    ) -> _Results | None:
        """The scores in a file of the version, else those that were measured later."""
        file, evaluation = found
        if file is not None:
            return _Results(file.content, "", lambda: self._scores(actor, repo, commit, file.path))
        by_row = evaluation.by_row if evaluation is not None else None
        return _Results(by_row.content, by_row.rows, by_row.scores) if by_row is not None else None

    def _scores(self, actor: Actor, repo: RepoId, commit: str, path: str) -> examples.Scores:
        at = Revision(commit)
        entry = self._files.entry(actor, repo, at, FilePath(path))
        return examples.read(path, b"".join(self._files.content(actor, repo, at, entry)))


def _all(facts: Facts, known: Mapping[Key, Evaluation], run: Mapping[str, float | None]) -> list[Measured]:
    """The numbers of a version; a run's name none that its card has for any data set."""
    named = {one.name for one in facts.metrics}
    more = [
        Measured(name, value, None, None, source="run")
        for name, value in run.items()
        if value is not None and name not in named
    ]
    return [*evaluated.together(facts.metrics, known), *more]


def _series(those: Sequence[_Point], intervals: _Intervals) -> wire.MetricSeries:
    points: list[wire.MetricPoint] = []
    before: _Point | None = None
    for point in those:
        version, one, results = point
        interval = intervals.between(before.results, results) if before is not None else None
        change = change_of(one.value, before.number.value) if before is not None else None
        higher = direction_of(one)
        points.append(
            wire.MetricPoint(
                tag=version.tag,
                commit=version.commit,
                at=version.created_at,
                value=one.value,
                change=change,
                source=one.source,
                interval=interval,
                is_regression=interval is not None and higher is not None and _is_worse(interval, higher),
            )
        )
        before = point
    last = those[-1].number
    return wire.MetricSeries(
        name=last.name,
        dataset=last.dataset,
        split=last.split,
        unit=last.unit or unit_of(last.name),
        higher_is_better=direction_of(last),
        points=points,
    )


def _is_worse(interval: wire.Interval, higher: bool) -> bool:
    return interval.high < 0 if higher else interval.low > 0


class _Intervals:
    """Intervals between versions, each worked out once for two contents."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], wire.Interval | None] | None = None
        self._left = MOST_COMPUTED
        self.pending = 0

    def between(self, before: _Results | None, after: _Results | None) -> wire.Interval | None:
        """Between which bounds the metric changed; None where there are no results of the same examples."""
        if before is None or after is None or before.rows != after.rows or before.content == after.content:
            return None
        key = (before.content, after.content)
        known = self._all()
        if key not in known:
            if self._left <= 0:
                self.pending += 1
                return None
            self._left -= 1
            known[key] = _computed(before, after)
            self._remember(key, known[key])
        return known[key]

    def _all(self) -> dict[tuple[str, str], wire.Interval | None]:
        """Those that were worked out before."""
        if self._known is None:
            with self._database.read() as connection:
                rows = connection.execute(select(metric_intervals)).all()
            kind = wire.Interval | None
            self._known = {(row.before, row.after): msgspec.json.decode(row.interval, type=kind) for row in rows}
        return self._known

    def _remember(self, key: tuple[str, str], interval: wire.Interval | None) -> None:
        row = {"before": key[0], "after": key[1], "interval": msgspec.json.encode(interval).decode()}
        same = (metric_intervals.c.before == key[0]) & (metric_intervals.c.after == key[1])
        with self._database.write_derived() as connection:
            connection.execute(delete(metric_intervals).where(same))
            connection.execute(insert(metric_intervals).values(**row))


def _computed(before: _Results, after: _Results) -> wire.Interval | None:
    try:
        left, right = before.read(), after.read()
    except (BadInput, EntryNotFound):  # somebody put another file there
        return None
    if after.rows and len(left) != len(right):
        return None
    return examples.interval(left, right)


def _file(facts: Facts, one: Measured) -> ByExample | None:
    """The results by example of a metric; those that name no data set or split are of any."""
    for file in facts.by_example:
        if examples.is_about((file.metric, file.dataset, file.split), one.name, one.dataset, one.split):
            return file
    return None
