"""The thread that runs what waits, one run after the other.

Built as ``Runner(runs, work, tell)``; ``wake()`` it when something waits, ``close()`` it before the database. It needs
no thread until the first run.
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

    def __init__(self, runs: Runs, work: Work, tell: Callable[[Run], None], log_bytes: Callable[[Run], int]) -> None:
        self._runs = runs
        self._work = work
        self._tell = tell
        self._log_bytes = log_bytes
        self._guard = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._waits = False
        self._now: tuple[str, Steps] | None = None

    def wake(self) -> None:
        """Something waits."""
        with self._guard:
            self._waits = True
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._loop, name="gates", daemon=True)
                self._thread.start()
            self._guard.notify_all()

    def cancel(self, run: Run) -> None:
        """End *run*, if it runs now."""
        with self._guard:
            if self._now is not None and self._now[0] == run.id:
                self._now[1].cancel()

    def close(self) -> None:
        """Stop what runs; it begins again when the hub is opened the next time."""
        with self._guard:
            self._closing = True
            if self._now is not None:
                self._now[1].cancel()
            self._guard.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _loop(self) -> None:
        while True:
            with self._guard:
                self._guard.wait_for(lambda: self._waits or self._closing)
                if self._closing:
                    return
                self._waits = False
            while not self._closing and (run := self._runs.next()) is not None:
                self._one(run)

    def _one(self, run: Run) -> None:
        steps = Steps(lambda part, detail: self._step(run, part, detail))
        with self._guard:
            self._now = (run.id, steps)
            if self._closing:
                steps.cancel()
        self._told(run)
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
                self._now = None
        self._told(run)

    def _step(self, run: Run, part: float, detail: str) -> None:
        self._runs.step(run, part, detail, self._log_bytes(run))
        self._told(run)

    def _told(self, run: Run) -> None:
        self._tell(self._runs.get(run.repo_pk, run.id))
