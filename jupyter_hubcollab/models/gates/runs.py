"""The runs of the gates as rows: what waits, what runs, and the verdicts, which stay.

Built as ``Runs(database, now)``. A run that a restart cut off is begun again, a few times.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Row, delete, func, insert, select, update

from ... import wire
from ...access import Actor
from ...errors import JobNotFound
from ...names import RepoId
from ...storage.database import Database
from ...storage.schema import gate_runs, repos
from ..evaluated import ByRow, Evaluation
from ..metrics import Measured
from .verdicts import Judgement

ENDED = ("passed", "failed", "broken", "cancelled")
JUDGED = ("passed", "failed", "broken")
MOST_ATTEMPTS = 3
MOST_KEPT = 500
"""Runs of one model; the oldest that are neither running nor the last of a commit go."""


MOST_TOLD = 50
"""So many of those that wait hear that they moved up."""
_other = gate_runs.alias()
_BEFORE = (
    select(func.count())
    .select_from(_other)
    .where(_other.c.state == "queued", _other.c.created_at < gate_runs.c.created_at)
    .scalar_subquery()
)
_ALL = select(gate_runs, _BEFORE.label("before"))


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the gates."""

    id: str
    repo_pk: int
    commit: str
    tag: str | None
    pull: int | None
    rules: str
    """Digest of the rules that held; empty: they could not be read."""
    state: wire.GateState
    progress: float
    detail: str
    judgement: Judgement | None
    actor: Actor
    """Who started it, for reading."""
    attempts: int
    log_bytes: int
    created_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    before: int
    """So many wait before it."""
    only: wire.ReproductionAsked | None
    """It runs the notebook of the version again, and is no verdict; None: the gates."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be judged."""

    repo_pk: int
    commit: str
    tag: str | None
    pull: int | None
    rules: str
    only: wire.ReproductionAsked | None = None


class _Numbers(msgspec.Struct):
    """The part of a `Judgement` that lists of versions show."""

    measured: dict[str, dict[str, float]] = {}
    rows: dict[str, dict[str, str]] = {}
    higher: dict[str, dict[str, bool]] = {}


def _names(numbers: _Numbers) -> list[tuple[str, str]]:
    return [(evaluation, metric) for evaluation, values in numbers.measured.items() for metric in values]


class Runs:
    """All runs."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def add(self, actor: Actor, asked: Asked, state: wire.GateState, detail: str = "") -> Run:
        """Note a run that waits."""
        values: dict[str, Any] = {
            "id": secrets.token_hex(12),
            "repo_pk": asked.repo_pk,
            "commit": asked.commit,
            "tag": asked.tag,
            "pull": asked.pull,
            "rules": asked.rules,
            "state": state,
            "detail": detail,
            "started_by": actor.name,
            "started_by_name": actor.display_name,
            "created_at": self._now(),
            "only": msgspec.json.encode(asked.only).decode() if asked.only is not None else None,
        }
        with self._database.write() as connection:
            connection.execute(insert(gate_runs).values(**values))
        return self.get(asked.repo_pk, values["id"])

    def get(self, repo_pk: int, id: str) -> Run:
        """One run.

        Raises:
            JobNotFound: the repo has no such run.
        """
        query = _ALL.where(gate_runs.c.id == id, gate_runs.c.repo_pk == repo_pk)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise JobNotFound("there is no such run of the gates")
        return _run(row)

    def of(self, repo_pk: int, *, commit: str | None = None, pull: int | None = None, limit: int = 50) -> list[Run]:
        """The runs of a repo, newest first; of one commit or pull request, or of all."""
        query = _ALL.where(gate_runs.c.repo_pk == repo_pk)
        if commit is not None:
            query = query.where(gate_runs.c.commit == commit)
        if pull is not None:
            query = query.where(gate_runs.c.pull == pull)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(gate_runs.c.created_at.desc()).limit(limit)).all()
        return [_run(row) for row in rows]

    def verdicts(self, repo_pk: int, commits: Iterable[str]) -> dict[str, Run]:
        """The last verdict on each of *commits*, where there is one."""
        found: dict[str, Run] = {}
        wanted = list(dict.fromkeys(commits))[:400]
        query = _ALL.where(
            gate_runs.c.repo_pk == repo_pk,
            gate_runs.c.commit.in_(wanted),
            gate_runs.c.state.in_(JUDGED),
            gate_runs.c.only.is_(None),
        )
        with self._database.read() as connection:
            for row in connection.execute(query.order_by(gate_runs.c.created_at)):
                found[row.commit] = _run(row)
        return found

    def evaluations(self, repo: RepoId) -> dict[str, list[Evaluation]]:
        """What evaluations gave, by commit; each stands for the data set on which a metric was measured."""
        query = select(gate_runs.c.id, gate_runs.c.commit, gate_runs.c.judgement).join(repos)
        query = query.where(repos.c.key == repo.key, gate_runs.c.judgement.is_not(None), gate_runs.c.only.is_(None))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(gate_runs.c.created_at)).all()
        found: dict[str, list[Evaluation]] = {}
        for row in rows:
            numbers = msgspec.json.decode(row.judgement, type=_Numbers)
            if numbers.measured:  # a run that came to nothing does not hide the one before
                found[row.commit] = [self._evaluation(row.id, numbers, name) for name in _names(numbers)]
        return found

    def _evaluation(self, run: str, numbers: _Numbers, name: tuple[str, str]) -> Evaluation:
        evaluation, metric = name
        higher = numbers.higher.get(evaluation, {}).get(metric)
        value = numbers.measured[evaluation][metric]
        number = Measured(metric, value, evaluation, None, higher=higher, source="evaluation")
        rows = numbers.rows.get(evaluation, {}).get(metric, "")
        if not rows:
            return Evaluation(number)
        content = hashlib.sha256("\n".join([run, *name]).encode()).hexdigest()
        return Evaluation(number, ByRow(rows, content, lambda: self.scores(run).get(evaluation, {}).get(metric, [])))

    def scores(self, id: str) -> dict[str, dict[str, list[float]]]:
        """One number for each row, by evaluation and metric, of a run."""
        with self._database.read() as connection:
            text = connection.execute(select(gate_runs.c.scores).where(gate_runs.c.id == id)).scalar()
        found: dict[str, dict[str, list[float]]] = msgspec.json.decode(text) if text else {}
        return found

    def ids(self) -> set[str]:
        """All runs."""
        with self._database.read() as connection:
            return set(connection.execute(select(gate_runs.c.id)).scalars())

    def waiting(self) -> list[Run]:
        """The runs that are next, in their order."""
        query = _ALL.where(gate_runs.c.state == "queued").order_by(gate_runs.c.created_at).limit(MOST_TOLD)
        with self._database.read() as connection:
            return [_run(row) for row in connection.execute(query)]

    def next(self) -> Run | None:
        """Take the oldest run that waits; it runs from now on."""
        query = select(gate_runs.c.id, gate_runs.c.repo_pk).where(gate_runs.c.state == "queued")
        with self._database.write() as connection:
            row = connection.execute(query.order_by(gate_runs.c.created_at).limit(1)).one_or_none()
            if row is None:
                return None
            values = {"state": "running", "detail": "", "progress": 0.0, "began_at": self._now()}
            mine = update(gate_runs).where(gate_runs.c.id == row.id)
            connection.execute(mine.values(**values, attempts=gate_runs.c.attempts + 1))
        return self.get(row.repo_pk, row.id)

    def step(self, run: Run, part: float, detail: str, log_bytes: int) -> None:
        """Note how far it is."""
        values = {"progress": part, "detail": detail, "log_bytes": log_bytes}
        with self._database.write_derived() as connection:
            connection.execute(update(gate_runs).where(gate_runs.c.id == run.id).values(**values))

    def end(self, run: Run, state: wire.GateState, detail: str, judgement: Judgement | None, log_bytes: int) -> None:
        """Note what came of it."""
        kept = msgspec.structs.replace(judgement, scores={}) if judgement is not None else None
        values: dict[str, Any] = {"state": state, "detail": detail, "ended_at": self._now(), "log_bytes": log_bytes}
        values |= {"progress": 1.0 if judgement is not None else run.progress}
        if judgement is not None:
            values |= {"rules": judgement.rules} if judgement.rules else {}
            values["judgement"] = msgspec.json.encode(kept).decode()
            values["scores"] = msgspec.json.encode(judgement.scores).decode() if judgement.scores else None
        with self._database.write() as connection:
            connection.execute(update(gate_runs).where(gate_runs.c.id == run.id).values(**values))
        self._forget_old(run.repo_pk)

    def put_back(self, run: Run) -> None:
        """Let it wait again: the server stops."""
        with self._database.write() as connection:
            mine = update(gate_runs).where(gate_runs.c.id == run.id, gate_runs.c.state == "running")
            connection.execute(mine.values(state="queued", detail="begins again after the restart", progress=0.0))

    def recover(self) -> bool:
        """What ran when the server died waits again, or is given up; is there anything to do?"""
        running = gate_runs.c.state == "running"
        tired = running & (gate_runs.c.attempts >= MOST_ATTEMPTS)
        given_up = {"state": "broken", "detail": f"cut off by {MOST_ATTEMPTS} restarts", "ended_at": self._now()}
        again = {"state": "queued", "detail": "begins again after the restart", "progress": 0.0}
        with self._database.read() as connection:
            if (
                connection.execute(select(gate_runs.c.id).where(gate_runs.c.state.in_(("queued", "running")))).first()
                is None
            ):
                return False
        with self._database.write() as connection:
            connection.execute(update(gate_runs).where(tired).values(**given_up))
            connection.execute(update(gate_runs).where(running).values(**again))
        return True

    def cancel_waiting(self, run: Run) -> bool:
        """End a run that has not begun; False if it has."""
        waits = (gate_runs.c.id == run.id) & gate_runs.c.state.in_(("queued", "waiting"))
        values = {"state": "cancelled", "detail": "cancelled", "ended_at": self._now()}
        with self._database.write() as connection:
            return bool(connection.execute(update(gate_runs).where(waits).values(**values)).rowcount)

    def _forget_old(self, repo_pk: int) -> None:
        mine = gate_runs.c.repo_pk == repo_pk
        oldest = select(gate_runs.c.id).where(mine, gate_runs.c.state.in_(ENDED))
        oldest = oldest.order_by(gate_runs.c.created_at.desc()).offset(MOST_KEPT)
        with self._database.read() as connection:
            old = list(connection.execute(oldest).scalars())
        if old:
            with self._database.write() as connection:
                connection.execute(delete(gate_runs).where(gate_runs.c.id.in_(old)))


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        repo_pk=row.repo_pk,
        commit=row.commit,
        tag=row.tag,
        pull=row.pull,
        rules=row.rules,
        state=cast(wire.GateState, row.state),
        progress=row.progress,
        detail=row.detail,
        judgement=msgspec.json.decode(row.judgement, type=Judgement) if row.judgement else None,
        actor=Actor(row.started_by, row.started_by_name, "read"),
        attempts=row.attempts,
        log_bytes=row.log_bytes,
        before=row.before if row.state == "queued" else 0,
        created_at=row.created_at,
        began_at=row.began_at,
        ended_at=row.ended_at,
        only=msgspec.json.decode(row.only, type=wire.ReproductionAsked) if row.only else None,
    )
