"""The runs that everybody sees: the table, a run with its history, and what changes while people train.

Built by ``Runs(tracking, SqlStore(tracking.database), events.publish, alive=kernels.alive)`` and
``events.on(RunsWritten, runs.tell)``. Each write becomes one `wire.RunChanged` or `wire.RunDeleted` on the bus.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from ..access import Actor, require_scope
from ..errors import BadQuery, Conflict, RunNotFound, TrackingUnavailable
from ..wire import Run, RunChanged, RunColumns, RunDeleted, RunGroups, RunList, RunPage, RunSeriesList, RunWarning
from . import health
from .recorded import KERNEL_TAG, Alive, Health, Recorded, RunStore, shown
from .run_query import RunQuery, order_key, read
from .tracking import RunsWritten, TrackingServer

_log = logging.getLogger(__name__)
MOST_RUNS = 1000
ALL_NAMES = 20_000
MOST_TOGETHER = 100
MOST_METRICS = 50
MOST_POINTS = 2000
LOOK_EVERY_S = 5.0
"""So seldom a run that is written to is looked through for what is wrong with it."""
LOOK_SHARE = 0.05
"""And at most such a part of the time is spent on it."""
COLUMNS_KEPT_S = 2.0
DEAF_FOR_MS = 60_000
"""A server that was away may have been deaf for so long before."""


def always_alive(_kernel: str, _since: datetime) -> bool:
    """Nothing is known of kernels: no run is lost."""
    return True


class Runs:
    """The team's runs."""

    def __init__(
        self,
        tracking: TrackingServer,
        store: RunStore,
        publish: Callable[[object], None],
        *,
        alive: Alive = always_alive,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tracking = tracking
        self._store = store
        self._publish = publish
        self._alive = alive
        self._clock = clock
        self._looks: dict[str, tuple[float, tuple[RunWarning, ...]]] = {}
        self._columns: tuple[float, RunColumns] | None = None
        self._untold = RunsWritten()

    def list(self, actor: Actor, query: RunQuery = RunQuery()) -> RunList:  # noqa: B008 -- a frozen value
        """The runs that *query* wants, in its order."""
        require_scope(actor, "read")
        found, total = self._store.find(replace(query, limit=max(1, min(query.limit, MOST_RUNS))))
        return RunList(
            runs=[self._shown(run) for run in found],
            state=self._tracking.state(),
            total=total,
            offset=query.offset,
            columns=self._names(),
        )

    def groups(self, actor: Actor, query: RunQuery, by: str, metric: str | None) -> RunGroups:
        """The runs that *query* wants, put together by what they have in common.

        Raises:
            BadQuery: runs cannot be grouped by that.
        """
        require_scope(actor, "read")
        return RunGroups(by=by, metric=metric, groups=self._store.groups(query, order_key(by), metric))

    def some(self, actor: Actor, ids: Sequence[str]) -> RunList:
        """Those of *ids* that are there, with all that they logged, in the order of *ids*.

        Raises:
            BadQuery: they are too many.
        """
        require_scope(actor, "read")
        _check_count(ids, MOST_TOGETHER, "runs")
        there = {run.id: self._shown(run) for run in self._store.some(ids, most_names=ALL_NAMES)} if ids else {}
        runs = [there[id] for id in dict.fromkeys(ids) if id in there]
        state, columns = self._tracking.state(), RunColumns(metrics=[], params=[])
        return RunList(runs=runs, state=state, total=len(runs), offset=0, columns=columns)

    def series(self, actor: Actor, ids: Sequence[str], metrics: Sequence[str], most: int) -> RunSeriesList:
        """The values of *metrics* of several runs, at most *most* points of each.

        Raises:
            BadQuery: that is too much at once.
        """
        require_scope(actor, "read")
        _check_count(ids, MOST_TOGETHER, "runs")
        _check_count(metrics, MOST_METRICS, "metrics")
        found = self._store.series(ids, metrics, max(2, min(most, MOST_POINTS))) if ids and metrics else []
        return RunSeriesList(series=found)

    def page(self, actor: Actor, run_id: str) -> RunPage:
        """A run with the history of its metrics.

        Raises:
            RunNotFound: it was never there, or is deleted.
        """
        run = self.recorded(actor, run_id)
        history = self._store.history(run_id)
        self._looks[run_id] = (self._clock() + LOOK_EVERY_S, tuple(health.warnings(run, history)))
        return RunPage(run=self._shown(run), history=history)

    def recorded(self, actor: Actor, run_id: str) -> Recorded:
        """A run with all that it logged.

        Raises:
            RunNotFound: it was never there, or is deleted.
        """
        require_scope(actor, "read")
        found = self._store.some([run_id], most_names=ALL_NAMES)
        if not found:
            raise RunNotFound(f"there is no run {run_id[:40]}; it may have been deleted")
        return found[0]

    def kernel_of(self, actor: Actor, run_id: str) -> str:
        """The kernel in which a run goes on, to stop it there.

        Raises:
            Conflict: it does not go on, or not in a kernel of this server.
        """
        require_scope(actor, "write")
        run = self.recorded(actor, run_id)
        kernel = run.tags.get(KERNEL_TAG)
        if self._shown(run).status != "running":
            raise Conflict(f"the run {run.name or run.id} does not run any more")
        if not kernel:
            raise Conflict(f"the run {run.name or run.id} runs in no kernel of this server; stop it where it was begun")
        return kernel

    def tell(self, written: RunsWritten) -> None:
        """Publish the runs that were written to as they are now; those that cannot be read, the next time."""
        written, self._untold = self._untold.with_(written), RunsWritten()
        try:
            self._tell(self._ids_of(written), look=True)
        except TrackingUnavailable as error:
            _log.warning("what was logged is told later: %s", error)
            self._untold = written

    def _ids_of(self, written: RunsWritten) -> Sequence[str]:
        ids = [*written.runs]
        for experiment in written.experiments:
            ids += self._store.of_experiment(experiment)
        if written.deaf_since_ms is not None:
            ids += self._since(written.deaf_since_ms - DEAF_FOR_MS)
        return tuple(dict.fromkeys(ids))

    def _since(self, since_ms: int) -> Sequence[str]:
        """Runs that go on, or ended after that time."""
        found: dict[str, None] = {}
        for text in ("status = 'RUNNING'", f"end_time > {since_ms}"):
            runs, _ = self._store.find(RunQuery(conditions=read(text)[0], limit=MOST_RUNS))
            found |= dict.fromkeys(run.id for run in runs)
        return tuple(found)

    def kernel_ended(self, kernel: str) -> None:
        """Publish the runs that were lost with a kernel."""
        self._tell(self._store.running_in(kernel))

    def _tell(self, ids: Sequence[str], *, look: bool = False) -> None:
        if not ids:
            return
        there = {run.id: run for run in self._store.some(ids)}
        for id in ids:
            changed = RunChanged(run=self._shown(there[id])) if id in there else RunDeleted(id=id)
            self._publish(changed)
        for run in there.values() if look else ():
            self._look(run)

    def _look(self, run: Recorded) -> None:
        """Look through the history of a run, now and then; publish it once more if something is wrong."""
        due, before = self._looks.get(run.id, (0.0, ()))
        began = self._clock()
        if run.status != "RUNNING" or began < due:
            return
        found = tuple(health.warnings(run, self._store.history(run.id)))
        took = self._clock() - began
        if len(self._looks) > MOST_RUNS:
            self._looks.clear()
        self._looks[run.id] = (began + max(LOOK_EVERY_S, took / LOOK_SHARE), found)
        if found != before:
            self._publish(RunChanged(run=self._shown(run)))

    def _shown(self, run: Recorded) -> Run:
        _, found = self._looks.get(run.id, (0.0, ()))
        if not found:
            broken = [name for name, value in run.metrics.items() if isinstance(value, str)]
            found = tuple(RunWarning(kind="notFinite", metric=name, step=run.step or 0) for name in broken)
        part = health.progress(run)[1] if run.status == "RUNNING" else None
        return shown(run, self._alive, Health(part, found))

    def _names(self) -> RunColumns:
        now = self._clock()
        if self._columns is None or now - self._columns[0] > COLUMNS_KEPT_S:
            self._columns = (now, self._store.columns())
        return self._columns[1]


def _check_count(asked: Sequence[str], most: int, what: str) -> None:
    if len(asked) > most:
        raise BadQuery(f"at most {most} {what} at once, not {len(asked)}")
