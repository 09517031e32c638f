"""Who uses a model, and where it comes from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from people import ANN, BOB, DIGITS, Clock

from jupyter_hubcollab.errors import RepoNotFound
from jupyter_hubcollab.hub.commits import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models
from jupyter_hubcollab.names import FilePath, RepoId
from jupyter_hubcollab.wire import UseGiven


def made(hub: Hub, name: str, card: str, *, private: bool = False, dataset: bool = False) -> RepoId:
    """A repo of Ann's with this front matter."""
    repo = RepoId("team", name, "dataset" if dataset else "model")
    hub.repos.create(ANN, repo, private=private)
    text = f"---\n{card}\n---\n".encode()
    hub.commits.commit(ANN, repo, [Put(FilePath("README.md"), text, len(text))], message="Tell")
    return repo


def test_loads_and_downloads_are_counted_by_week(publish: Any, models: Models, hub: Hub, clock: Clock) -> None:
    """A week in which nobody came has a zero, so that a chart needs no gaps."""
    publish()
    models.usage.loaded(ANN, DIGITS, UseGiven())
    clock.forward(timedelta(weeks=2))
    models.usage.loaded(BOB, DIGITS, UseGiven())
    models.usage.loaded(BOB, DIGITS, UseGiven())
    hub.repos.count_download(hub.repos.get(BOB, DIGITS), BOB)
    hub.events.close()

    weeks = models.usage.of(ANN, DIGITS).weeks

    assert [(one.downloads, one.loads) for one in weeks[-3:]] == [(0, 1), (0, 0), (1, 2)]
    assert len(weeks) == 26


def test_a_notebook_is_told_once_with_its_last_use(publish: Any, models: Models, clock: Clock) -> None:
    """Who wants to change a model sees whose work depends on it."""
    publish()
    models.usage.loaded(ANN, DIGITS, UseGiven(notebook="a.ipynb", revision="v1"))
    models.usage.loaded(ANN, DIGITS, UseGiven(notebook="b.ipynb"))
    clock.forward(timedelta(days=1))
    models.usage.loaded(BOB, DIGITS, UseGiven(notebook="a.ipynb", revision="champion"))

    told = models.usage.of(ANN, DIGITS).notebooks

    assert [(one.path, one.by, one.revision) for one in told] == [
        ("a.ipynb", "bob", "champion"),
        ("b.ipynb", "ann", "main"),
    ]


def test_the_use_of_a_private_model_is_nobody_elses_business(publish: Any, models: Models) -> None:
    """It looks like none at all."""
    publish(visibility="private")

    for ask in (models.usage.of, models.lineages.of):
        with pytest.raises(RepoNotFound):
            ask(BOB, DIGITS)
    with pytest.raises(RepoNotFound):
        models.usage.loaded(BOB, DIGITS, UseGiven())


def test_lineage_goes_back_and_forth(models: Models, hub: Hub) -> None:
    """Base models of base models, the data of each, and what was made of it."""
    made(hub, "rows", "license: mit", dataset=True)
    made(hub, "base", "base_model: elsewhere/giant\ndatasets: [team/rows, mnist]")
    middle = made(hub, "middle", "base_model: team/base\nbase_model_relation: finetune")
    made(hub, "small", "base_model: [team/middle]\nbase_model_relation: quantized")
    made(hub, "tiny", "base_model: team/small")

    told = models.lineages.of(ANN, middle).nodes

    assert {(one.id, one.relation, one.via, one.how, one.is_here, one.steps) for one in told} == {
        ("team/base", "base", "team/middle", "finetune", True, 1),
        ("elsewhere/giant", "base", "team/base", "", False, 2),
        ("team/rows", "data", "team/base", "", True, 2),
        ("mnist", "data", "team/base", "", False, 2),
        ("team/small", "child", "team/middle", "quantized", True, 1),
        ("team/tiny", "child", "team/small", "", True, 2),
    }


def test_a_circle_ends(models: Models, hub: Hub) -> None:
    """Cards may claim anything."""
    one = made(hub, "one", "base_model: [team/two, team/one]")
    made(hub, "two", "base_model: team/one")

    told = models.lineages.of(ANN, one).nodes

    assert [node.id for node in told] == ["team/two"]


def test_private_relatives_are_not_told(models: Models, hub: Hub) -> None:
    """A private base looks like one that is elsewhere, a private child like none."""
    made(hub, "base", "license: mit", private=True)
    middle = made(hub, "middle", "base_model: team/base")
    made(hub, "child", "base_model: team/middle", private=True)

    assert [(one.id, one.is_here) for one in models.lineages.of(BOB, middle).nodes] == [("team/base", False)]
    assert {one.id for one in models.lineages.of(ANN, middle).nodes} == {"team/base", "team/child"}
