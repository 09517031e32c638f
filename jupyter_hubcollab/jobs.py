"""Long work: it is listed, shows how far it is, can be cancelled, and its end is remembered over restarts.

Built by ``Jobs(database, events.publish)``; ``close()`` it before the parts that jobs use. Each step is published as
`wire.JobChanged`, which ``web/events.py`` sends to the job's owner alone. Work runs in threads of this process.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import msgspec
from sqlalchemy import Row, insert, select, update

from .access import Actor, require_scope
from .clock import utc_now
from .errors import HubError, JobNotFound
from .storage.database import Database
from .storage.schema import jobs
from .wire import Job, JobChanged, Publication

Work = Callable[["Progress"], Publication | None]

INTERRUPTED = "interrupted by a restart of the server; start it again"
NOTED_EVERY_S = 0.2
LONGEST_LIST = 100
_log = logging.getLogger(__name__)


class Cancelled(Exception):
    """The owner wants the job to end; raised inside the work, which lets it pass."""


class Progress:
    """What the work calls now and then to say how far it is."""

    def __init__(self, note: Callable[[float, str], None]) -> None:
        self._note = note
        self._cancelled = threading.Event()
        self._noted_at = float("-inf")

    def __call__(self, part: float, detail: str = "") -> None:
        """*part* of the work, 0 to 1, is done; *detail* says what is being done.

        Raises:
            Cancelled: the owner does not want it any more.
        """
        self.check()
        now = time.monotonic()
        if now - self._noted_at >= NOTED_EVERY_S:
            self._noted_at = now
            self._note(min(max(part, 0.0), 1.0), detail)

    def check(self) -> None:
        """Stop here if the job was cancelled.

        Raises:
            Cancelled: it was.
        """
        if self._cancelled.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Let the work end at its next step."""
        self._cancelled.set()


class Jobs:
    """All jobs; each belongs to who started it."""

    def __init__(
        self,
        database: Database,
        publish: Callable[[object], None],
        *,
        now: Callable[[], datetime] = utc_now,
        workers: int = 2,
    ) -> None:
        self._database = database
        self._publish = publish
        self._now = now
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="job")
        self._lock = threading.Lock()
        self._live: dict[str, tuple[Job, Progress]] = {}
        self._bury()

    def start(self, actor: Actor, kind: str, title: str, work: Work) -> Job:
        """Do *work* as soon as a thread is free.

        Raises:
            AccessDenied: the actor may only read.
        """
        require_scope(actor, "write")
        job = Job(
            id=secrets.token_hex(16),
            kind=kind,
            title=title,
            state="queued",
            progress=0.0,
            detail="waiting for other jobs",
            result=None,
            owner=actor.name,
        )
        progress = Progress(lambda part, detail: self._change(job.id, progress=part, detail=detail))
        now = self._now()
        with self._database.write() as connection:
            connection.execute(insert(jobs).values(_columns(job) | {"created_at": now, "updated_at": now}))
        with self._lock:
            self._live[job.id] = (job, progress)
        self._publish(JobChanged(job=job))
        self._pool.submit(self._do, job.id, progress, work)
        return job

    def get(self, actor: Actor, id: str) -> Job:
        """A job of *actor*.

        Raises:
            JobNotFound: there is none, or it is somebody else's.
        """
        with self._lock:
            live = self._live.get(id)
        if live is not None and live[0].owner == actor.name:
            return live[0]
        with self._database.read() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == id, jobs.c.owner == actor.name)).one_or_none()
        if row is None:
            raise JobNotFound("you have no such job")
        return _job(row)

    def list(self, actor: Actor) -> list[Job]:
        """The actor's newest jobs."""
        query = select(jobs).where(jobs.c.owner == actor.name).order_by(jobs.c.created_at.desc()).limit(LONGEST_LIST)
        with self._database.read() as connection:
            return [_job(row) for row in connection.execute(query)]

    def cancel(self, actor: Actor, id: str) -> Job:
        """End a job at its next step; one that has ended stays as it is.

        Raises:
            JobNotFound: there is none, or it is somebody else's.
        """
        require_scope(actor, "write")
        job = self.get(actor, id)
        with self._lock:
            live = self._live.get(id)
        if live is not None:
            live[1].cancel()
        return job

    def close(self) -> None:
        """Cancel what runs and wait until it has ended; what had to be cut off says so."""
        with self._lock:
            running = [progress for _, progress in self._live.values()]
        for progress in running:
            progress.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._bury()

    def _do(self, id: str, progress: Progress, work: Work) -> None:
        try:
            progress.check()
            self._change(id, state="running", detail="")
            result = work(progress)
            self._change(id, state="done", progress=1.0, detail="", result=result)
        except Cancelled:
            self._change(id, state="cancelled", detail="cancelled")
        except HubError as error:
            self._change(id, state="failed", detail=str(error))
        except Exception:  # noqa: BLE001 - the edge of a task
            _log.exception("job %s failed", id)
            self._change(id, state="failed", detail="the job failed; the server's log tells why")
        finally:
            with self._lock:
                self._live.pop(id, None)

    def _change(self, id: str, **changes: object) -> None:
        with self._lock:
            job, progress = self._live[id]
            job = msgspec.structs.replace(job, **changes)
            self._live[id] = (job, progress)
        with self._database.write() as connection:
            connection.execute(update(jobs).where(jobs.c.id == id).values(_columns(job) | {"updated_at": self._now()}))
        self._publish(JobChanged(job=job))

    def _bury(self) -> None:
        """What ran in a server that is gone will not go on."""
        unfinished = jobs.c.state.in_(("queued", "running"))
        values = {"state": "failed", "detail": INTERRUPTED, "updated_at": self._now()}
        with self._database.write() as connection:
            connection.execute(update(jobs).where(unfinished).values(values))


def _columns(job: Job) -> dict[str, object]:
    columns = {name: getattr(job, name) for name in ("id", "kind", "title", "state", "progress", "detail", "owner")}
    return columns | {"result": msgspec.json.encode(job.result).decode() if job.result else None}


def _job(row: Row[tuple[object, ...]]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        title=row.title,
        state=row.state,
        progress=row.progress,
        detail=row.detail,
        result=msgspec.json.decode(row.result, type=Publication) if row.result else None,
        owner=row.owner,
    )
