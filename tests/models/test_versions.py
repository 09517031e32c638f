"""The list of versions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from people import ANN, DIGITS, Clock
from sqlalchemy import delete

from jupyter_hubcollab.errors import VersionNotFound
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models
from jupyter_hubcollab.names import Revision
from jupyter_hubcollab.storage.schema import revision_facts


def test_the_newest_comes_first_with_its_change(publish: Any, models: Models, clock: Clock) -> None:
    """Each metric shows what it gained over the version before, and whether that is good."""
    for accuracy, loss in ((0.9, 0.5), (0.8, 0.7)):
        publish(metrics={"accuracy": accuracy, "loss": loss})
        clock.forward(timedelta(hours=1))

    newest, oldest = models.versions.list(ANN, DIGITS)

    shown = {one.name: (one.change, one.higher_is_better) for one in newest.metrics}
    assert shown == {"accuracy": (-0.1, True), "loss": (0.2, False)}
    assert {one.change for one in oldest.metrics} == {None}


def test_a_tag_made_by_other_means_is_a_version(publish: Any, models: Models, hub: Hub) -> None:
    """Who tags with git or huggingface_hub makes versions, too."""
    publish(metrics={"accuracy": 0.9})
    hub.refs.create_tag(ANN, DIGITS, "spring", Revision("main"), "for the fair")

    version = models.versions.one(ANN, DIGITS, "spring")

    assert (version.message, version.metrics[0].value) == ("for the fair", 0.9)


def test_versions_can_be_read_from_git_alone(publish: Any, models: Models, hub: Hub) -> None:
    """The index makes lists fast and may be lost."""
    publish(metrics={"accuracy": 0.9}, run_id="r1")
    before = models.versions.list(ANN, DIGITS)
    with hub.database.write() as connection:
        connection.execute(delete(revision_facts))

    assert models.versions.list(ANN, DIGITS) == before


def test_an_unknown_version_is_named(publish: Any, models: Models) -> None:
    """The error says which version there is not."""
    publish()

    with pytest.raises(VersionNotFound, match="v9"):
        models.versions.one(ANN, DIGITS, "v9")


def test_a_deleted_repo_leaves_no_facts(publish: Any, models: Models, hub: Hub) -> None:
    """Nothing of a deleted model stays in the index."""
    publish()

    hub.repos.delete(ANN, DIGITS)

    with hub.database.read() as connection:
        assert connection.execute(revision_facts.select()).all() == []
