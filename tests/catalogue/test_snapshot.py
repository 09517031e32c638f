"""A server that starts again has its index at once, and never an old one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from shelf import WordVectors, model

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.documents import Document
from jupyter_hubcollab.catalogue.index import WORTH_SAVING
from jupyter_hubcollab.catalogue.meaning import Meaning
from jupyter_hubcollab.catalogue.search import Search
from jupyter_hubcollab.catalogue.store import Store

ADA = Actor("ada", "Ada")
Open = Callable[[], Search]


@pytest.fixture
def many() -> list[Document]:
    tasks = ("translation", "object-detection", "fill-mask")
    return [
        model(
            id=f"team/model-{n}",
            name=f"model-{n}",
            summary=f"word{n} speaks of {tasks[n % 3]}",
            task=tasks[n % 3],
            license=("mit", "apache-2.0")[n % 2],
            metrics=(("accuracy", (n % 90 + 10) / 100, "glue"),),
        )
        for n in range(WORTH_SAVING + 100)
    ]


def _answers(search: Search) -> list[list[str]]:
    asked = ("word77", "translation apache", "accuracy above 0.9 for masked words", "model-12")
    return [[hit.model.id for hit in search.search(ADA, text).hits] for text in asked]


def test_an_index_from_a_snapshot_answers_the_same(open_search: Open, many: list[Document]) -> None:
    """Nothing is lost between memory and disk: words, facts, meaning."""
    search = open_search()
    search.put(many)
    search.embed_all()
    before = _answers(search)

    again = open_search()
    again.embed_all()

    assert again.store().snapshot.exists()
    assert _answers(again) == before


def test_what_came_and_went_after_the_snapshot_is_seen(open_search: Open, many: list[Document]) -> None:
    """The store outranks the snapshot."""
    search = open_search()
    search.put(many)
    search.embed_all()
    search = open_search()
    search.put([model(id="team/late", name="late", summary="word77 once more")])
    search.index().drop(many[77].key)

    again = open_search()
    again.embed_all()
    late, gone = ([hit.model.id for hit in again.search(ADA, name).hits] for name in ("late", many[77].name))

    assert late[0] == "team/late"
    assert many[77].id not in gone


def test_what_another_process_wrote_meanwhile_is_embedded_too(
    search: Search, many: list[Document], tmp_path: Path
) -> None:
    """Its vector is on disk before this server knows of it, and is there when it does."""
    search.put(many)
    search.embed_all()
    index, other = search.index(), Store(tmp_path / "catalogue" / "catalogue.sqlite")
    other.put(model(id="team/late", name="late", summary="a pet"))
    meaning = Meaning(search.store(), WordVectors, index.embedded, lambda: None)

    embedded = meaning.catch_up()

    assert embedded == 1
    assert search.search(ADA, "late").hits[0].model.id == "team/late"
    assert index.vectors.unknown(index.columns.alive).tolist() == []
    other.close()


@pytest.mark.parametrize("name", ["words", "vectors.npy", "terms0_slots.npy", "alive.npy"])
@pytest.mark.parametrize("left", [0, 40])
def test_a_damaged_snapshot_is_left_aside(open_search: Open, many: list[Document], name: str, left: int) -> None:
    """A file that was cut off costs time, not answers."""
    search = open_search()
    search.put(many)
    search.embed_all()
    before = _answers(search)
    search.close()
    file = search.store().snapshot / name
    file.write_bytes(file.read_bytes()[:left])

    again = open_search()
    again.embed_all()

    assert _answers(again) == before


def test_a_snapshot_of_another_store_is_not_taken(open_search: Open, many: list[Document], tmp_path: Path) -> None:
    """When the file is thrown away, so is what was made of it."""
    search = open_search()
    search.put(many)
    search.close()
    (tmp_path / "catalogue" / "catalogue.sqlite").unlink()

    again = open_search()

    assert again.search(ADA, "word77").total == 0
