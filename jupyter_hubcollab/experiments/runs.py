"""The runs that everybody sees: the table, a run with its history, and what changes while people train.

Built by ``Runs(tracking, SqlStore(tracking.database), events.publish, alive=kernels.alive)`` and
``events.on(RunsWritten, runs.tell)``. Each write becomes one `wire.RunChanged` or `wire.RunDeleted` on the bus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from ..access import Actor, require_scope
from ..errors import RunNotFound
from ..wire import RunChanged, RunDeleted, RunList, RunPage
from .recorded import Alive, Recorded, RunStore, shown
from .tracking import RunsWritten, TrackingServer

MOST_RUNS = 1000
ALL_NAMES = 20_000


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
    ) -> None:
        self._tracking = tracking
        self._store = store
        self._publish = publish
        self._alive = alive

    def watch_kernels(self, alive: Alive) -> None:
        """Ask *alive* from now on whether a kernel still runs; without it no run is ever lost."""
        self._alive = alive

    def list(self, actor: Actor, *, notebook: str | None = None, limit: int = 100) -> RunList:
        """The newest runs, of *notebook* or of all."""
        require_scope(actor, "read")
        found = self._store.newest(notebook, max(1, min(limit, MOST_RUNS)))
        return RunList(runs=[shown(run, self._alive) for run in found], state=self._tracking.state())

    def page(self, actor: Actor, run_id: str) -> RunPage:
        """A run with the history of its metrics.

        Raises:
            RunNotFound: it was never there, or is deleted.
        """
        return RunPage(run=shown(self.recorded(actor, run_id), self._alive), history=self._store.history(run_id))

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

    def tell(self, written: RunsWritten) -> None:
        """Publish the runs that were written to as they are now."""
        ids = [
            *written.runs,
            *(id for experiment in written.experiments for id in self._store.of_experiment(experiment)),
        ]
        self._tell(ids)

    def kernel_ended(self, kernel: str) -> None:
        """Publish the runs that were lost with a kernel."""
        self._tell(self._store.running_in(kernel))

    def _tell(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        there = {run.id: run for run in self._store.some(ids)}
        for id in ids:
            changed = RunChanged(run=shown(there[id], self._alive)) if id in there else RunDeleted(id=id)
            self._publish(changed)
