"""The task that is guessed, doubted, or not guessed at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from shelf import Shelf, model

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.embed import MiniLm
from jupyter_hubcollab.catalogue.search import Search

ANN = Actor("ann", "Ann")
OF_TASKS = {
    "google/vit": "image-classification",
    "tf/resnet-features": "image-feature-extraction",
    "team/captions": "image-to-text",
    "team/moods": "text-classification",
}


@pytest.fixture
def search(tmp_path: Path, shelf: Shelf) -> Iterator[Search]:
    """One that reads meanings with the model that is shipped."""
    opened = Search(tmp_path / "catalogue", shelf, MiniLm)
    yield opened
    opened.close()


@pytest.fixture
def guessed(search: Search) -> Callable[..., list[str]]:
    """What is guessed where models of these tasks are there."""

    def guess(query: str, among: dict[str, str] = OF_TASKS) -> list[str]:
        search.put([model(id=id, task=task) for id, task in among.items()])
        search.embed_all()
        return [one.key for one in search.search(ANN, query).constraints if one.field == "task"]

    return guess


def test_a_task_that_comes_after_is_not_what_is_asked_for(search: Search, guessed: Callable[..., list[str]]) -> None:
    """Its name stands there, and another one is far likelier: that is guessed, the named one is one click away."""
    wish = "extract a feature vector from an image to perform image classification"

    assert guessed(wish) == ["task:image-feature-extraction"]
    chip = next(one for one in search.search(ANN, wish).constraints if one.field == "task")
    assert chip.guessed
    assert "task:image-classification" in chip.alternatives


def test_what_is_typed_as_a_filter_is_never_doubted(guessed: Callable[..., list[str]]) -> None:
    """Who writes the filter language means it."""
    wish = "extract a feature vector from an image task:image-classification"

    assert guessed(wish) == ["task:image-classification"]


@pytest.mark.parametrize("query", ["the newest one", "open weights, apache", "something small for my shop"])
def test_who_says_nothing_of_a_task_is_guessed_none(query: str, guessed: Callable[..., list[str]]) -> None:
    """No task is preferred because some words sound like it."""
    assert guessed(query) == []


@pytest.mark.parametrize("query", ["captions", "estimate poses", "describe photos"])
def test_what_nothing_here_does_is_not_guessed_to_be_what_is_there(
    query: str, guessed: Callable[..., list[str]]
) -> None:
    """A hub that only classifies has no captions of pictures, and prefers no classifier for them."""
    assert guessed(query, {"team/moods": "text-classification", "team/birds": "image-classification"}) == []
