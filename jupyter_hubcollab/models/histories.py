"""How the numbers of a model went over its versions, and which steps back are more than chance.

Built as ``Histories(versions, facts, files, database, of_runs)``. Numbers come from the card, from the evaluations
that a version holds, and from the MLflow run that made it; the first that has one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, insert, select

from .. import wire
from ..errors import BadInput, EntryNotFound
from ..names import FilePath, RepoId, Revision
from ..storage.schema import metric_intervals
from . import examples
from .metrics import Measured, change_of, direction_of, unit_of

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.files import Files
    from ..storage.database import Database
    from .evaluations import ByExample
    from .facts import Facts, FactsOf
    from .versions import Versions

MOST_COMPUTED = 30
"""Intervals that are worked out while somebody waits; the next time others are."""
OfRuns = Callable[["Actor", Sequence[str]], Mapping[str, Mapping[str, float | None]]]
"""The metrics of runs by run."""
_Key = tuple[str, str | None, str | None]


class Histories:
    """Follows numbers over versions."""

    def __init__(self, versions: Versions, facts: FactsOf, files: Files, database: Database, of_runs: OfRuns) -> None:
        self._versions = versions
        self._facts = facts
        self._files = files
        self._database = database
        self._of_runs = of_runs

    def of(self, actor: Actor, repo: RepoId) -> wire.MetricHistory:
        """Each metric of a model, version by version, the oldest first."""
        versions = list(self._versions.list(actor, repo))[::-1]
        facts = self._facts.many(actor, [(repo, one.commit) for one in versions])
        runs = self._of_runs(actor, list({one.run_id for one in versions if one.run_id}))
        points: dict[_Key, list[tuple[wire.Version, Measured]]] = {}
        for version in versions:
            known = facts[repo, version.commit]
            for one in _all(known, runs.get(version.run_id or "", {})):
                points.setdefault((one.name, one.dataset, one.split), []).append((version, one))
        intervals = _Intervals(self._database, lambda version, path: self._scores(actor, repo, version, path))
        by_tag = {one.tag: facts[repo, one.commit] for one in versions}
        series = [_series(those, by_tag, intervals) for those in points.values()]
        return wire.MetricHistory(series=series, pending=intervals.pending)

    def _scores(self, actor: Actor, repo: RepoId, commit: str, path: str) -> examples.Scores:
        at = Revision(commit)
        entry = self._files.entry(actor, repo, at, FilePath(path))
        return examples.read(path, b"".join(self._files.content(actor, repo, at, entry)))


def _all(facts: Facts, run: Mapping[str, float | None]) -> list[Measured]:
    """The numbers of a version; a run's name none that its card has for any data set."""
    named = {one.name for one in facts.metrics}
    more = [
        Measured(name, value, None, None, source="run")
        for name, value in run.items()
        if value is not None and name not in named
    ]
    return [*facts.metrics, *more]


def _series(
    those: Sequence[tuple[wire.Version, Measured]], facts: Mapping[str, Facts], intervals: _Intervals
) -> wire.MetricSeries:
    points: list[wire.MetricPoint] = []
    before: tuple[wire.Version, Measured] | None = None
    for version, one in those:
        interval = intervals.between(before[0], version, one, facts) if before is not None else None
        change = change_of(one.value, before[1].value) if before is not None else None
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
        before = (version, one)
    last = those[-1][1]
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

    def __init__(self, database: Database, scores: Callable[[str, str], examples.Scores]) -> None:
        self._database = database
        self._scores = scores
        self._known: dict[tuple[str, str], wire.Interval | None] | None = None
        self._left = MOST_COMPUTED
        self.pending = 0

    def between(
        self, before: wire.Version, after: wire.Version, one: Measured, facts: Mapping[str, Facts]
    ) -> wire.Interval | None:
        """Between which bounds the metric changed; None where there are no results by example."""
        left, right = _file(facts[before.tag], one), _file(facts[after.tag], one)
        if left is None or right is None or left.content == right.content:
            return None
        key = (left.content, right.content)
        known = self._all()
        if key not in known:
            if self._left <= 0:
                self.pending += 1
                return None
            self._left -= 1
            known[key] = self._computed((before.commit, left.path), (after.commit, right.path))
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

    def _computed(self, before: tuple[str, str], after: tuple[str, str]) -> wire.Interval | None:
        try:
            return examples.interval(self._scores(*before), self._scores(*after))
        except (BadInput, EntryNotFound):  # somebody put another file there
            return None

    def _remember(self, key: tuple[str, str], interval: wire.Interval | None) -> None:
        row = {"before": key[0], "after": key[1], "interval": msgspec.json.encode(interval).decode()}
        same = (metric_intervals.c.before == key[0]) & (metric_intervals.c.after == key[1])
        with self._database.write_derived() as connection:
            connection.execute(delete(metric_intervals).where(same))
            connection.execute(insert(metric_intervals).values(**row))


def _file(facts: Facts, one: Measured) -> ByExample | None:
    """The results by example of a metric; those that name no data set or split are of any."""
    for file in facts.by_example:
        if examples.is_about((file.metric, file.dataset, file.split), one.name, one.dataset, one.split):
            return file
    return None
