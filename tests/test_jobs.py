"""Long work: it shows how far it is, ends in a clear state, and belongs to who started it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import AccessDenied, JobNotFound, NothingToPublish
from jupyter_hubcollab.jobs import INTERRUPTED, Jobs, Progress
from jupyter_hubcollab.storage.database import Database
from jupyter_hubcollab.wire import Author, Job, JobChanged, Publication, Version

ADA = Actor("ada", "Ada")
BO = Actor("bo", "Bo")
MADE = Publication(
    repo_id="team/digits",
    revision="c" * 40,
    tag="v1",
    url="/x",
    version=Version(
        tag="v1",
        commit="c" * 40,
        message="first",
        author=Author(name="ada", display_name="Ada"),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        run_id=None,
        metrics=[],
        size_bytes=1,
        authors=[Author(name="ada", display_name="Ada")],
        parent=None,
        base_models=[],
        datasets=[],
        aliases=[],
        deprecated=None,
    ),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'index.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def jobs(database: Database, heard: Any) -> Iterator[Jobs]:
    made = Jobs(database, heard)
    yield made
    made.close()


def ended(heard: Any, id: str) -> Job:
    event = heard.wait(
        lambda event: (
            isinstance(event, JobChanged) and event.job.id == id and event.job.state not in ("queued", "running")
        )
    )
    return event.job  # type: ignore[no-any-return]


def test_a_job_ends_with_its_result(jobs: Jobs, heard: Any) -> None:
    """Who asks later gets it, too."""
    job = jobs.start(ADA, "publish", "Publish größe", lambda progress: MADE)

    done = ended(heard, job.id)

    assert job.state == "queued"
    assert (done.state, done.progress, done.result) == ("done", 1.0, MADE)
    assert jobs.get(ADA, job.id) == done
    assert jobs.list(ADA) == [done]


def test_progress_is_told(jobs: Jobs, heard: Any) -> None:
    """With what is being done."""
    go = threading.Event()

    def work(progress: Progress) -> None:
        progress(0.5, "half of it")
        go.wait(150)

    job = jobs.start(ADA, "publish", "x", work)

    heard.wait(lambda event: event.job.progress == 0.5 and event.job.detail == "half of it")
    assert jobs.get(ADA, job.id).state == "running"
    go.set()


@pytest.mark.parametrize(("part", "told"), [(-1.0, 0.0), (7.0, 1.0)])
def test_progress_stays_between_nothing_and_all(part: float, told: float) -> None:
    """Whatever the work believes."""
    noted: list[float] = []

    Progress(lambda part, detail: noted.append(part))(part)

    assert noted == [told]


def test_a_refusal_is_the_job_s_last_word(jobs: Jobs, heard: Any) -> None:
    """Its text was written for the user."""

    def work(progress: Progress) -> None:
        raise NothingToPublish("the run logged no model")

    failed = ended(heard, jobs.start(ADA, "publish", "x", work).id)

    assert (failed.state, failed.detail) == ("failed", "the run logged no model")


def test_a_fault_is_in_the_log_and_not_in_the_panel(jobs: Jobs, heard: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A traceback says nothing to a user."""

    def work(progress: Progress) -> None:
        raise ZeroDivisionError("secret")

    failed = ended(heard, jobs.start(ADA, "publish", "x", work).id)

    assert "secret" not in failed.detail
    assert "ZeroDivisionError" in caplog.text


def test_a_cancelled_job_ends_at_its_next_step(jobs: Jobs, heard: Any) -> None:
    """The work need not look for it."""
    began, go = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        began.set()
        go.wait(150)
        progress(0.9, "never told")

    job = jobs.start(ADA, "publish", "x", work)
    began.wait(150)
    jobs.cancel(ADA, job.id)
    go.set()

    assert ended(heard, job.id).state == "cancelled"


def test_a_job_that_has_ended_stays_as_it_is(jobs: Jobs, heard: Any) -> None:
    """Cancelling comes too late, and that is fine."""
    job = jobs.start(ADA, "publish", "x", lambda progress: None)
    ended(heard, job.id)

    assert jobs.cancel(ADA, job.id).state == "done"


def test_somebody_else_s_job_is_not_there(jobs: Jobs) -> None:
    """Neither to look at nor to cancel."""
    job = jobs.start(ADA, "publish", "x", lambda progress: None)

    with pytest.raises(JobNotFound):
        jobs.get(BO, job.id)
    with pytest.raises(JobNotFound):
        jobs.cancel(BO, job.id)
    assert jobs.list(BO) == []


def test_who_may_only_read_starts_nothing(jobs: Jobs) -> None:
    """The refusal names the scope."""
    with pytest.raises(AccessDenied, match="write"):
        jobs.start(Actor("ada", "Ada", "read"), "publish", "x", lambda progress: None)


def test_what_a_crash_interrupted_says_so(database: Database, heard: Any) -> None:
    """Nobody waits for a job that no process does."""
    go = threading.Event()
    crashed = Jobs(database, heard)
    job = crashed.start(ADA, "publish", "x", lambda progress: go.wait(150) and None)
    heard.wait(lambda event: event.job.state == "running")

    restarted = Jobs(database, heard)

    assert restarted.get(ADA, job.id).state == "failed"
    assert restarted.get(ADA, job.id).detail == INTERRUPTED
    go.set()
    crashed.close()
    restarted.close()


def test_stopping_cancels_what_runs(database: Database, heard: Any) -> None:
    """The server stops in a moment, and a waiting job is told as interrupted."""
    jobs = Jobs(database, heard, workers=1)
    began = threading.Event()

    def work(progress: Progress) -> None:
        began.set()
        while True:
            progress.check()

    running = jobs.start(ADA, "publish", "x", work)
    waiting = jobs.start(ADA, "publish", "y", work)
    began.wait(150)

    jobs.close()

    again = Jobs(database, heard)
    assert again.get(ADA, running.id).state == "cancelled"
    assert again.get(ADA, waiting.id).state == "failed"
    again.close()
