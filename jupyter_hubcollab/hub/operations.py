"""What the operator of the hub may start while it is in use, as jobs: fsck, gc, reindex, backup."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from .. import wire
from ..access import Actor, require_scope
from ..errors import AccessDenied, BadInput, JobNotFound
from ..jobs import Jobs, Progress
from .backups import Backup
from .checking import Finding
from .collecting import Freed
from .upkeep import Upkeep
from .work import Tell

_MOST_KEPT = 100


class Operations:
    """Jobs on the whole hub; their reports are kept until the server ends."""

    def __init__(self, upkeep: Upkeep, jobs: Jobs, operator: str) -> None:
        self._upkeep = upkeep
        self._jobs = jobs
        self._operator = operator
        self._lock = threading.Lock()
        self._reports: OrderedDict[str, wire.UpkeepReport] = OrderedDict()

    def start(self, actor: Actor, asked: wire.UpkeepRequest) -> wire.Job:
        """Begin what is *asked*.

        Raises:
            AccessDenied: *actor* is not the operator of this hub.
            BadInput: a backup needs a folder.
        """
        self._require(actor)
        if asked.task == "backup" and not Path(asked.folder).is_absolute():
            raise BadInput("name the folder of the backup, as the server's machine knows it, from the root on")
        ready = threading.Event()
        begun: list[str] = []

        def work(progress: Progress) -> None:
            ready.wait()
            report = run(self._upkeep, asked, progress)
            with self._lock:
                self._reports[begun[0]] = report
                while len(self._reports) > _MOST_KEPT:
                    self._reports.popitem(last=False)

        job = self._jobs.start(actor, asked.task, f"{asked.task} of the hub", work)
        begun.append(job.id)
        ready.set()
        return job

    def state(self, actor: Actor, id: str) -> wire.UpkeepState:
        """How far it is, and its report when it is done.

        Raises:
            JobNotFound: there is no such job, or it is somebody else's.
        """
        self._require(actor)
        job = self._jobs.get(actor, id)
        with self._lock:
            report = self._reports.get(id)
        if report is None and job.state == "done":
            raise JobNotFound("the report of this job is gone")
        return wire.UpkeepState(job=job, report=report)

    def _require(self, actor: Actor) -> None:
        require_scope(actor, "write")
        if actor.name != self._operator:
            raise AccessDenied(f"only {self._operator}, who operates this hub, may do this")


def run(upkeep: Upkeep, asked: wire.UpkeepRequest, tell: Tell) -> wire.UpkeepReport:
    """Do what is *asked*, here and now."""
    return _TASKS[asked.task](upkeep, asked, tell)


def _fsck(upkeep: Upkeep, asked: wire.UpkeepRequest, tell: Tell) -> wire.UpkeepReport:
    found = list(upkeep.fsck(tell))
    if asked.deep:
        found += upkeep.verify_blobs(tell)
    return report_of(found)


def _gc(upkeep: Upkeep, asked: wire.UpkeepRequest, tell: Tell) -> wire.UpkeepReport:
    freed: Freed = upkeep.gc(timedelta(hours=asked.grace_hours), dry=asked.dry, tell=tell)
    return wire.UpkeepReport(findings=[], numbers=_camel(asdict(freed)), snapshot="")


def _reindex(upkeep: Upkeep, _asked: wire.UpkeepRequest, tell: Tell) -> wire.UpkeepReport:
    return wire.UpkeepReport(findings=[], numbers={"repos": sum(1 for _ in upkeep.reindex(tell))}, snapshot="")


def _backup(upkeep: Upkeep, asked: wire.UpkeepRequest, tell: Tell) -> wire.UpkeepReport:
    made: Backup = upkeep.backup(Path(asked.folder), keep=asked.keep, tell=tell)
    numbers = {name: value for name, value in asdict(made).items() if isinstance(value, int)}
    findings = [wire.UpkeepFinding(repo="", what=problem) for problem in made.problems]
    return wire.UpkeepReport(findings=findings, numbers=_camel(numbers), snapshot=made.snapshot)


def report_of(found: list[Finding]) -> wire.UpkeepReport:
    """*found* as a report."""
    findings = [wire.UpkeepFinding(repo=one.repo, what=one.what) for one in found]
    return wire.UpkeepReport(findings=findings, numbers={"findings": len(findings)}, snapshot="")


def _camel(numbers: dict[str, int]) -> dict[str, int]:
    parts = {name: name.split("_") for name in numbers}
    return {words[0] + "".join(word.title() for word in words[1:]): numbers[name] for name, words in parts.items()}


_TASKS: dict[str, Callable[[Upkeep, wire.UpkeepRequest, Tell], wire.UpkeepReport]] = {
    "fsck": _fsck,
    "gc": _gc,
    "reindex": _reindex,
    "backup": _backup,
}
