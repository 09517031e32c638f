"""The list of versions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from people import ANN, DIGITS, Clock
from sqlalchemy import delete

from jupyter_hubcollab import wire
from jupyter_hubcollab.errors import BadInput, VersionNotFound
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models
from jupyter_hubcollab.models.versions import next_tag
from jupyter_hubcollab.names import FilePath, Revision
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


def test_a_version_tells_who_made_it_and_of_what(publish: Any, models: Models, hub: Hub) -> None:
    """Authors, the version before, base models and data sets stand beside the numbers."""
    card = b"---\nbase_model: team/base\ndatasets: [team/data]\n---\n# Digits\n"
    publish({"README.md": card}, message="Wider\n\nCo-authored-by: Bob Example <bob@example.org>")
    hub.commits.commit(ANN, DIGITS, [Put(FilePath("notes.txt"), b"x", 1)], message="Notes in between")
    publish()

    newest, oldest = models.versions.list(ANN, DIGITS)

    assert [one.display_name for one in oldest.authors] == ["Ann Example", "Bob Example"]
    assert (oldest.base_models, oldest.datasets) == (["team/base"], ["team/data"])
    assert (oldest.parent, newest.parent) == (None, "v1")


@pytest.mark.parametrize(
    ("taken", "numbers", "part", "following"),
    [
        ([], "running", "minor", "v1"),
        (["v2", "v10", "spring"], "running", "minor", "v11"),
        (["v1.4.0"], "running", "minor", "v2"),
        ([], "semantic", "minor", "v1.0.0"),
        (["v3"], "semantic", "minor", "v4.0.0"),
        (["v1.9.2", "v1.10.0"], "semantic", "minor", "v1.11.0"),
        (["v1.2.3"], "semantic", "major", "v2.0.0"),
        (["1.2.3"], "semantic", "patch", "v1.2.4"),
    ],
)
def test_the_next_number_is_running_or_semantic(taken: Any, numbers: Any, part: Any, following: str) -> None:
    """A setting says how versions are numbered that nobody names."""
    assert next_tag(taken, numbers, part) == following


def test_a_deprecated_version_warns_its_loaders(publish: Any, models: Models) -> None:
    """The reason and what to take instead stand in the list, and are told to whoever loads the version."""
    publish()
    publish(metrics={"accuracy": 1})

    models.deprecations.deprecate(ANN, DIGITS, "v1", wire.DeprecationRequest(reason="leaks data", instead="v2"))

    newest, oldest = models.versions.list(ANN, DIGITS)
    assert (newest.deprecated, oldest.deprecated and oldest.deprecated.reason) == (None, "leaks data")
    told = models.summaries.files(ANN, DIGITS, Revision("v1")).warning
    assert told == "team/digits@v1 is deprecated: leaks data; take v2 instead"
    assert models.summaries.files(ANN, DIGITS, Revision("main")).warning is None
    models.deprecations.lift(ANN, DIGITS, "v1")
    assert models.summaries.files(ANN, DIGITS, Revision("v1")).warning is None


@pytest.mark.parametrize(
    ("tag", "asked", "error"),
    [
        ("v9", {"reason": "old"}, VersionNotFound),
        ("v1", {"reason": "old", "instead": "v9"}, VersionNotFound),
        ("v1", {"reason": "old", "instead": "v1"}, BadInput),
        ("v1", {"reason": " "}, BadInput),
    ],
)
def test_a_warning_needs_a_version_and_a_reason(publish: Any, models: Models, tag: str, asked: Any, error: Any) -> None:
    """What would help nobody is refused."""
    publish()

    with pytest.raises(error):
        models.deprecations.deprecate(ANN, DIGITS, tag, wire.DeprecationRequest(**asked))


def test_an_alias_goes_back(publish: Any, models: Models) -> None:
    """Whoever loads by the alias gets the old version; the list of versions stays."""
    publish()
    publish()
    models.aliases.set(ANN, DIGITS, "champion", "v2")

    done = models.rollbacks.back(ANN, DIGITS, wire.RollbackRequest(tag="v1", alias="champion"))

    assert (done.before, done.tag) == ("v2", "v1")
    assert [one.aliases for one in models.versions.list(ANN, DIGITS)] == [[], ["champion"]]
    assert [(one.from_tag, one.to_tag) for one in models.aliases.moves(ANN, DIGITS)] == [("v2", "v1"), (None, "v2")]


def test_a_model_goes_back_by_a_new_version(publish: Any, models: Models, hub: Hub) -> None:
    """The new version has the files of the old one, on top of all that happened since."""
    publish({"a.json": b"1", "gone.json": b"{}"}, metrics={"accuracy": 0.9}, provenance={"publication": "p1"})
    publish({"a.json": b"2", "new.json": b"{}"}, metrics={"accuracy": 0.5})

    done = models.rollbacks.back(ANN, DIGITS, wire.RollbackRequest(tag="v1"))

    assert done.version is not None
    assert (done.tag, done.version.message, done.version.metrics[0].change) == ("v3", "Back to v1", 0.4)
    paths = {one.path for one in hub.files.tree(ANN, DIGITS, Revision("main"))}
    assert {"gone.json", "a.json"} <= paths
    assert "new.json" not in paths
    assert models.versions.published_as(ANN, DIGITS, "p1").tag == "v1"  # type: ignore[union-attr]
    with pytest.raises(BadInput, match="already"):
        models.rollbacks.back(ANN, DIGITS, wire.RollbackRequest(tag="v3"))


def test_a_search_marks_models_whose_newest_version_is_deprecated(publish: Any, models: Models) -> None:
    """Whoever looks for a model sees the reason before they load it."""
    publish()
    (summary,) = models.summaries.page(ANN, owner=None, limit=1, offset=0).models
    hit = wire.Hit(model=summary, score=1, why=[], kind="model", source="hub", url=None)
    foreign = wire.Hit(model=summary, score=1, why=[], kind="model", source="zoo", url=None)
    found = wire.SearchReply(query="", hits=[hit, foreign], constraints=[], total=2, took_ms=1, meaning=None)
    before = models.deprecations.marked_hits(found)

    models.deprecations.deprecate(ANN, DIGITS, "v1", wire.DeprecationRequest(reason="leaks data"))

    assert [one.model.deprecated for one in before.hits] == [None, None]
    assert [one.model.deprecated for one in models.deprecations.marked_hits(found).hits] == ["leaks data", None]
