"""The threads that run what waits: so many runs at once, the oldest first.

Built as ``Runner(runs, work, tell, log_bytes, at_once)``; ``wake()`` it when something waits, ``close()`` it before the
database. It has no thread until the first run, and no more than there is work for.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from ... import wire
from .runs import Run, Runs
from .sandbox import Stopped
from .verdicts import Judgement, summed_up

Work = Callable[[Run, "Steps"], Judgement]
_log = logging.getLogger(__name__)


class Steps:
    """How the work of one run says how far it is, and learns that nobody wants it any more."""

    def __init__(self, note: Callable[[float, str], None]) -> None:
        self._note = note
        self._cancelled = threading.Event()

    def __call__(self, part: float, detail: str) -> None:
        """*part* of the run, 0 to 1, is done; *detail* is done now.

        Raises:
            Stopped: nobody wants it any more.
        """
        self.check()
        self._note(part, detail)

    def check(self) -> None:
        """Raises `Stopped` if nobody wants it any more."""
        if self._cancelled.is_set():
            raise Stopped

    def cancel(self) -> None:
        """Let it end."""
        self._cancelled.set()


class Runner:
    """Runs what waits."""

    def __init__(
        self, runs: Runs, work: Work, tell: Callable[[Run], None], log_bytes: Callable[[Run], int], at_once: int
    ) -> None:
        self._runs = runs
        self._work = work
        self._tell = tell
        self._log_bytes = log_bytes
        self._at_once = at_once
        self._guard = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._closing = False
        self._waits = False
        self._now: dict[str, Steps] = {}

    def wake(self) -> None:
        """Something waits."""
        with self._guard:
            self._waits = True
            self._look()

    def cancel(self, run: Run) -> None:
        """End *run*, if it runs now."""
        with self._guard:
            if run.id in self._now:
                self._now[run.id].cancel()

    def close(self) -> None:
        """Stop what runs; it begins again when the hub is opened the next time."""
        with self._guard:
            self._closing = True
            for steps in self._now.values():
                steps.cancel()
            self._guard.notify_all()
        for thread in self._threads:
            thread.join()

    def _look(self) -> None:
        """Let a thread look for work: one that is idle, else a new one, if there may be more."""
        if self._idle:
            self._guard.notify()
        elif len(self._threads) < self._at_once and not self._closing:
            thread = threading.Thread(target=self._loop, name=f"gates {len(self._threads) + 1}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _loop(self) -> None:
        while not self._closing:
            try:
                if (run := self._next()) is not None:
                    self._one(run)
            except Exception:  # noqa: BLE001 -- the edge of a thread: a database that is away shall not end it
                _log.exception("the gates could not go on")

    def _next(self) -> Run | None:
        """Wait for work and take it; None: there will be no more."""
        with self._guard:
            while not self._closing:
                waits, self._waits = self._waits, False
                run = self._runs.next() if waits else None
                if run is not None:
                    self._waits = True
                    self._look()
                    return run
                self._idle += 1
                self._guard.wait()
                self._idle -= 1
        return None

    def _one(self, run: Run) -> None:
        steps = Steps(lambda part, detail: self._step(run, part, detail))
        with self._guard:
            self._now[run.id] = steps
            if self._closing:
                steps.cancel()
        self._told(run)
        for waiting in self._runs.waiting():
            self._tell(waiting)
        try:
            judgement = self._work(run, steps)
            state: wire.GateState = "passed" if judgement.passed else "failed"
            self._runs.end(run, state, summed_up(judgement.checks), judgement, self._log_bytes(run))
        except Stopped:
            if self._closing:
                self._runs.put_back(run)
            else:
                self._runs.end(run, "cancelled", "cancelled", None, self._log_bytes(run))
        except Exception as error:  # noqa: BLE001 -- the edge of a task
            _log.exception("the gates of run %s broke", run.id)
            self._runs.end(run, "broken", f"{type(error).__name__}: {error}"[:500], None, self._log_bytes(run))
        finally:
            with self._guard:
                del self._now[run.id]
        self._told(run)

    def _step(self, run: Run, part: float, detail: str) -> None:
        self._runs.step(run, part, detail, self._log_bytes(run))
        self._told(run)

    def _told(self, run: Run) -> None:
        self._tell(self._runs.get(run.repo_pk, run.id))
