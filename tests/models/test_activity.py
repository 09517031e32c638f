"""What happened to a repo, in one list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from people import ANN, BOB, DIGITS, Clock

from jupyter_hubcollab import wire
from jupyter_hubcollab.errors import RepoNotFound
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models
from jupyter_hubcollab.names import FilePath, RepoId, Revision


def committed(hub: Hub, message: str, branch: str = "main") -> None:
    text = message.encode()
    hub.commits.commit(ANN, DIGITS, [Put(FilePath("a.txt"), text, len(text))], message=message, branch=Revision(branch))


def told(models: Models, repo: RepoId = DIGITS, *, limit: int = 50, offset: int = 0) -> list[tuple[Any, ...]]:
    """Kind, whom, and what it is about, newest first."""
    found = models.activities.of(ANN, repo, limit=limit, offset=offset).activities
    return [
        (one.kind, one.by.display_name, one.about, one.before or one.state or one.text or one.after) for one in found
    ]


def test_everything_that_happened_stands_in_one_list(publish: Any, models: Models, hub: Hub, clock: Clock) -> None:
    """Versions, aliases, deprecations, discussions, reviews and going back, newest first, with who did it."""
    hour = timedelta(hours=1)
    publish(message="first")
    clock.forward(hour)
    publish({"a.json": b"[]"}, actor=BOB)
    clock.forward(hour)
    models.aliases.set(ANN, DIGITS, "champion", "v2")
    clock.forward(hour)
    talk = hub.social.discussions.open(BOB, DIGITS, title="Odd", text="It errs")
    clock.forward(hour)
    hub.social.discussions.comment(ANN, DIGITS, talk.number, "I look")
    clock.forward(hour)
    models.reviews.put(BOB, DIGITS, wire.ReviewText(stars=2, text="errs", version="v2"))
    clock.forward(hour)
    models.deprecations.deprecate(ANN, DIGITS, "v2", wire.DeprecationRequest(reason="errs"))
    clock.forward(hour)
    models.deprecations.lift(ANN, DIGITS, "v2")
    clock.forward(hour)
    models.rollbacks.back(ANN, DIGITS, wire.RollbackRequest(tag="v1"))
    clock.forward(hour)
    hub.social.discussions.set_status(ANN, DIGITS, talk.number, "closed")

    found = told(models)

    assert found[:-1] == [
        ("status", "Ann Example", "Odd", "closed"),
        ("rollback", "Ann Example", "v3", "v1"),
        ("deprecation", "Ann Example", "v2", "lifted"),
        ("deprecation", "Ann Example", "v2", "deprecated"),
        ("review", "Bob Example", "v2", "2"),
        ("comment", "Ann Example", "Odd", "I look"),
        ("discussion", "Bob Example", "Odd", None),
        ("alias", "Ann Example", "champion", "v2"),
        ("version", "Bob Example", "v2", "Publish v2"),
        ("version", "Ann Example", "v1", "first"),
    ]
    assert found[-1][:3] == ("commit", "Ann Example", "initial commit")
    assert found[3:5] == told(models, limit=2, offset=3)


def test_commits_of_branches_say_where_they_are(publish: Any, models: Models, hub: Hub, clock: Clock) -> None:
    """Those of main say nothing; steps of runs are no news; each commit stands there once."""
    publish()
    for name in ("wide", "runs/r1"):
        hub.refs.create_branch(ANN, DIGITS, name)
        clock.forward(timedelta(minutes=1))
        committed(hub, f"on {name}", name)
    clock.forward(timedelta(minutes=1))
    committed(hub, "on main")

    found = models.activities.of(ANN, DIGITS, limit=2, offset=0)

    assert [(one.about, one.before) for one in found.activities] == [("on main", None), ("on wide", "wide")]
    assert found.has_more


def test_data_sets_have_a_past_too(models: Models, hub: Hub) -> None:
    """Every kind of repo has."""
    rows = RepoId("team", "rows", "dataset")
    hub.repos.create(ANN, rows)
    hub.refs.create_tag(ANN, rows, "v1", message="first")

    found = models.activities.of(ANN, rows, limit=5, offset=0).activities

    assert {(one.kind, one.about) for one in found} >= {("version", "v1")}


def test_the_activity_of_a_private_repo_is_nobody_elses_business(publish: Any, models: Models) -> None:
    """It looks like none at all."""
    publish(visibility="private")

    with pytest.raises(RepoNotFound):
        models.activities.of(BOB, DIGITS, limit=5, offset=0)
