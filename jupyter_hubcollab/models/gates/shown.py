"""Runs as the panel and the notebook API get them."""

from __future__ import annotations

from ... import wire
from ...names import RepoId
from .runs import Run
from .verdicts import Again, Answer, Check


def shown(repo: RepoId, run: Run, current: str) -> wire.GateRun:
    """*run*; *current* is the digest of the rules that hold now."""
    judged = run.judgement
    return wire.GateRun(
        id=run.id,
        repo_id=str(repo),
        commit=run.commit,
        tag=run.tag,
        pull=run.pull,
        state=run.state,
        progress=run.progress,
        detail=run.detail if run.state != "queued" else _in_line(run),
        checks=[_check(one) for one in judged.checks] if judged else [],
        is_current=run.rules == current,
        environment=judged.environment if judged else "",
        isolation=judged.isolation if judged else {},
        log_bytes=run.log_bytes,
        by=wire.Author(name=run.actor.name, display_name=run.actor.display_name),
        created_at=run.created_at,
        began_at=run.began_at,
        ended_at=run.ended_at,
        measuring_s=round(judged.seconds_measuring, 3) if judged else 0.0,
        what="gates" if run.only is None else "reproduction",
        reproduced=[_again(one) for one in judged.reproduced] if judged else [],
    )


def _in_line(run: Run) -> str:
    """How long it has to wait, in words."""
    place = "next in line" if run.before == 0 else f"{run.before} before it in line"
    return f"{run.detail}; {place}" if run.detail else place


def answer(one: Answer) -> wire.ExampleAnswer:
    """What a version made of an example."""
    return wire.ExampleAnswer(name=one.name, passed=one.passed, output=one.output, why=one.why)


def _again(one: Again) -> wire.ReproducedMetric:
    return wire.ReproducedMetric(
        name=one.name, published=one.published, again=one.again, tolerance=one.tolerance, holds=one.holds
    )


def _check(one: Check) -> wire.GateCheck:
    return wire.GateCheck(
        name=one.name, kind=one.kind, state=one.state, value=one.value, threshold=one.threshold, why=one.why
    )
