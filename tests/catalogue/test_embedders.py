"""Search by another embedding model than the one that comes with the hub."""

from __future__ import annotations

import importlib.util
import json
import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from encoders import WORDS, encoder, table
from shelf import Shelf, WordVectors, model

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.documents import passage
from jupyter_hubcollab.catalogue.embed import FOLDER, Embedder, MiniLm
from jupyter_hubcollab.catalogue.embedders import embedder, note_model
from jupyter_hubcollab.catalogue.index import WORTH_SAVING
from jupyter_hubcollab.catalogue.meaning import Meaning
from jupyter_hubcollab.catalogue.search import Search
from jupyter_hubcollab.catalogue.store import Store
from jupyter_hubcollab.catalogue.vectors import SCANNED, Vectors, packed
from jupyter_hubcollab.cli import main
from jupyter_hubcollab.errors import NotSupported, Unavailable
from jupyter_hubcollab.wire import MeaningUnread

ANN = Actor("ann", "Ann")
HAS_PACKAGE = importlib.util.find_spec("sentence_transformers") is not None


@pytest.fixture
def open_search(tmp_path: Path) -> Iterator[Callable[..., Search]]:
    """Opens the same catalogue again and again, like a server that is started with another setting."""
    opened: list[Search] = []

    def open_(make: Callable[[], Embedder], **options: Any) -> Search:
        while opened:
            opened.pop().close()
        opened.append(Search(tmp_path / "catalogue", Shelf(), make, **options))
        return opened[-1]

    yield open_
    while opened:
        opened.pop().close()


def ids(search: Search, query: str) -> list[str]:
    return [hit.model.id for hit in search.search(ANN, query).hits]


@pytest.mark.parametrize("dimensions", [8, 100, 256, 768])
@pytest.mark.parametrize("types", [False, True])
def test_an_encoder_in_a_folder_has_any_dimensions(tmp_path: Path, dimensions: int, *, types: bool) -> None:
    """Its vectors are the means of those of the tokens, at length one, whatever shares a batch with them."""
    found = embedder(str(encoder(tmp_path, dimensions=dimensions, types=types)))

    rows = found.embed(["a dog", "cat", "a photo a photo a photo"])
    words = table(dimensions)
    mean = words[[WORDS.index(word) for word in ("[CLS]", "a", "dog")]].mean(axis=0)

    assert found.dimensions == dimensions
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert np.allclose(rows[0], mean / np.linalg.norm(mean), atol=1e-5)
    assert np.allclose(rows[1], found.embed(["cat"])[0], atol=1e-5)


@pytest.mark.parametrize("said", [{"pooling_mode_cls_token": True}, {"pooling_mode": "cls"}])
def test_pooling_is_as_the_folder_says(tmp_path: Path, said: dict[str, object]) -> None:
    """By the first token, where the model was trained so; both spellings of the file are known."""
    found = embedder(str(encoder(tmp_path, **{"1_Pooling__config": said})))

    first = table(96)[WORDS.index("[CLS]")]

    assert np.allclose(found.embed(["dog"])[0], first / np.linalg.norm(first), atol=1e-5)


def test_questions_and_passages_get_their_prompts(tmp_path: Path) -> None:
    """As e5 and bge were trained."""
    prompts = {"prompts": {"query": "query: ", "passage": "passage: "}}
    plain = embedder(str(encoder(tmp_path / "plain")))
    found = embedder(str(encoder(tmp_path / "prompted", config_sentence_transformers=prompts)))

    assert np.allclose(found.embed(["dog"]), plain.embed(["passage: dog"]))
    assert np.allclose(found.embed_queries(["dog"]), plain.embed_queries(["query: dog"]))
    assert found.id != plain.id


def test_a_model_that_pools_itself_is_taken_as_it_is(tmp_path: Path) -> None:
    """The one that comes with us, named by its folder, says what it says as the built-in one."""
    (tmp_path / "onnx").mkdir()
    shutil.copy(FOLDER / "minilm_int8.onnx", tmp_path / "onnx" / "model.onnx")
    shutil.copy(FOLDER / "tokenizer.json", tmp_path)
    text = ["tells a dog from a cat", "knows cars by their sound"]

    found = embedder(str(tmp_path))

    assert found.dimensions == MiniLm.dimensions
    assert np.allclose(found.embed(text), embedder("").embed(text), atol=1e-5)


def test_an_encoder_that_was_changed_in_its_place_is_another_one(tmp_path: Path) -> None:
    """The id goes by the content of the files."""
    first = embedder(str(encoder(tmp_path)))

    again, other = embedder(str(tmp_path / "model.onnx")), embedder(str(encoder(tmp_path, seed=1)))

    assert first.id == again.id != other.id


def _broken(folder: Path, name: str, content: str | None) -> Path:
    encoder(folder)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    return folder


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tokenizer.json", None, "no tokenizer.json"),
        ("tokenizer.json", "{}", "damaged"),
        ("model.onnx", "no model", "cannot be opened"),
        ("model.onnx", "", "cannot be opened"),
        ("1_Pooling/config.json", '{"pooling_mode_max_tokens": true}', "pooling by 'max'"),
        ("1_Pooling/config.json", "{", "cannot be read"),
        ("modules.json", '[{"type": "sentence_transformers.models.Dense"}]', "step Dense"),
        ("config_sentence_transformers.json", '{"prompts": 7}', "makes no sense"),
        ("config_sentence_transformers.json", "[]", "cannot be read"),
    ],
)
def test_a_folder_in_which_something_is_wrong_says_what(tmp_path: Path, name: str, content: str, said: str) -> None:
    """In words for whoever wrote the setting, with the file."""
    folder = _broken(tmp_path / "model", name, content)

    with pytest.raises(Unavailable, match=said):
        embedder(str(folder))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """And one with several models asks which."""
    (tmp_path / "one.onnx").touch()
    (tmp_path / "two.onnx").touch()

    with pytest.raises(Unavailable, match=r"there is no folder .*nowhere"):
        embedder(str(tmp_path / "nowhere"))
    with pytest.raises(Unavailable, match=r"several \.onnx files"):
        embedder(str(tmp_path))


@pytest.mark.skipif(HAS_PACKAGE, reason="the package is there")
@pytest.mark.parametrize("setting", ["sentence-transformers/all-mpnet-base-v2", "{}"])
def test_a_missing_package_is_named_with_its_remedy(tmp_path: Path, setting: str) -> None:
    """For an id and for a folder without ONNX; nothing is asked of the network."""
    with pytest.raises(NotSupported, match=r"pip install 'jupyter-hubcollab\[sentence-transformers\]'"):
        embedder(setting.format(tmp_path))


class Late:
    """An encoder that begins when it is told to."""

    def __init__(self, folder: Path) -> None:
        self._own = embedder(str(folder))
        self.id, self.dimensions, self.embed_queries = self._own.id, self._own.dimensions, self._own.embed_queries
        self.asked, self.go = threading.Event(), threading.Event()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked.set()
        assert self.go.wait(60)
        return self._own.embed(texts)


def test_another_model_embeds_all_anew(open_search: Callable[..., Search], tmp_path: Path) -> None:
    """Words answer meanwhile, it is said how far it is, and then the answers are those of an index made so at first."""
    many = [model(id=f"zoo/m{n}", summary=WORDS[3 + n % 10]) for n in range(WORTH_SAVING + 50)]
    late = Late(encoder(tmp_path / "model", dimensions=100))
    first = open_search(WordVectors)
    first.put(many)
    first.embed_all()

    search = open_search(lambda: late, asker=WordVectors)
    early = ids(search, "m7")
    assert late.asked.wait(60)
    meanwhile = search.search(ANN, "m7")
    late.go.set()
    search.embed_all()
    after = search.search(ANN, "m7").meaning

    assert early[0] == meanwhile.hits[0].model.id == "zoo/m7"
    assert meanwhile.meaning == MeaningUnread(unread=len(many), total=len(many), stopped=False)
    assert after is None
    _check_nearness(search, late)
    _check_nearness(open_search(lambda: late, asker=WordVectors), late)


def _check_nearness(search: Search, by: Embedder) -> None:
    index, query = search.index(), by.embed_queries(["a dog"])[0]
    slots = np.flatnonzero(index.columns.alive)
    texts = [passage(search.store().document(slot)) for slot in slots.tolist()]
    assert search.store().dimensions == by.dimensions
    assert np.allclose(index.vectors.nearness(query, slots), by.embed(texts) @ query, atol=0.02)


def test_embedding_anew_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    """What the model before has made counts for nothing, what the new one has made is not made again."""
    store = Store(tmp_path / "catalogue.sqlite")
    for n in range(200):
        store.put(model(id=f"zoo/{n}", summary="a dog"))
    Meaning(store, WordVectors, lambda _: None, lambda: None).catch_up()
    make = partial(embedder, str(encoder(tmp_path / "model")))
    stopped = Meaning(store, make, lambda _: stopped.close(), lambda: None)
    begun = stopped.catch_up()
    store.close()

    again = Store(tmp_path / "catalogue.sqlite")
    left = Meaning(again, make, lambda _: None, lambda: None).catch_up()

    assert 0 < begun < 200
    assert begun + left == 200
    assert again.embedder == make().id
    again.close()


def test_vectors_of_another_model_are_never_seen(tmp_path: Path) -> None:
    """Not by a row, not by a slot, not by a document that is put again, whoever writes to the file beside us."""
    ours, theirs = Store(tmp_path / "c.sqlite"), Store(tmp_path / "c.sqlite")
    ours.use("one", 8)
    slot = ours.put(model(id="zoo/a", summary="dog")).slot
    theirs.use("other", 4)
    theirs.set_vectors([(slot, packed(np.ones(4, np.float32)))])

    seen = ours.rows(0, 9)[0].vector, ours.vectors([slot]), ours.unembedded(9)
    again = ours.put(model(id="zoo/a", summary="dog", downloads=7))

    assert seen == (None, [], [(slot, "a. dog")])
    assert again.vector is None
    ours.close()
    theirs.close()


def test_the_task_is_guessed_by_the_model_that_the_classifier_knows(
    open_search: Callable[..., Search], tmp_path: Path
) -> None:
    """Whatever compares the documents, and once only if that is the same model."""
    own = partial(embedder, str(encoder(tmp_path / "model")))

    both = open_search(own, asker=WordVectors)
    both.embed_all()
    meant = both.index().meaning("a dog")
    one = open_search(WordVectors)
    one.embed_all()
    same = one.index().meaning("a dog")

    assert meant.near is not None
    assert meant.asked is not None
    assert np.allclose(meant.near, own().embed_queries(["a dog"])[0])
    assert np.allclose(meant.asked, WordVectors().embed(["a dog"])[0])
    assert same.near is same.asked


def test_a_setting_that_is_wrong_leaves_words(
    open_search: Callable[..., Search], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One finds as before the model was there, and the log says what is wrong, once and without a traceback."""
    search = open_search(partial(embedder, str(tmp_path / "nowhere")), asker=WordVectors)
    search.put([model(id="zoo/pets", summary="Tells a dog from a cat.")])

    with caplog.at_level(logging.WARNING), pytest.raises(Unavailable):
        search.embed_all()

    assert ids(search, "dog") == ["zoo/pets"]
    assert search.search(ANN, "dog").meaning == MeaningUnread(unread=1, total=1, stopped=True)
    assert "there is no folder" in caplog.text
    assert "Traceback" not in caplog.text
    assert search.index().meaning("dog").asked is not None


def test_what_has_nothing_in_common_is_not_near(open_search: Callable[..., Search], tmp_path: Path) -> None:
    """Also by a model to which all texts are near each other, as e5: here by the word that begins each of them."""
    search = open_search(partial(embedder, str(encoder(tmp_path / "model"))), asker=WordVectors)
    search.put(
        [
            model(id="zoo/x", summary="dog"),
            model(id="zoo/y", summary="car car car"),
            model(id="zoo/z", summary="speech sound"),
        ]
    )
    search.embed_all()
    index = search.index()
    meant = index.meaning("pet dog")
    assert meant.near is not None
    slots = np.array([search.store().slot(f"zoo:zoo/{name}") for name in "xyz"])

    cosines, nearness = index.vectors.nearness(meant.near, slots), meant.nearness(index.vectors, slots)

    assert meant.unlike > 0.1
    assert (nearness < cosines).all()
    assert nearness[0] > nearness[1:].max()
    assert nearness.min() >= 0


@pytest.mark.parametrize("dimensions", [100, 256])
def test_the_nearest_of_many_are_found_whatever_the_dimensions(dimensions: int) -> None:
    """By one bit a number first: also where those do not fill whole words."""
    rows = np.random.default_rng(0).normal(size=(SCANNED + 500, dimensions)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = Vectors(dimensions)
    vectors.load([(slot, packed(row)) for slot, row in enumerate(rows)])

    nearest = vectors.nearest(rows[7], np.arange(len(rows)), 5)

    assert 7 in nearest
    assert np.isin(nearest, np.argsort(-(rows @ rows[7]))[:50]).all()


def test_the_command_takes_the_model_of_the_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it was noted in the folder, unless another one is named; `doctor` says if it cannot be used."""
    file = tmp_path / "models.jsonl"
    file.write_text('{"id": "a", "source": "zoo", "name": "dog"}\n')
    note_model(tmp_path / "catalogue", str(encoder(tmp_path / "model")))
    given = ["sync", "--source", f"file:{file}", "--embed", "--data-dir", str(tmp_path)]

    done = main([*given, "--json"])
    noted = Store(tmp_path / "catalogue" / "catalogue.sqlite")
    embedded, by = json.loads(capsys.readouterr().out)["embedded"], noted.embedder
    noted.close()
    refused = main([*given, "--embedding-model", str(tmp_path / "nowhere")])
    said = capsys.readouterr().err
    note_model(tmp_path / "catalogue", str(tmp_path / "nowhere"))
    main(["doctor", "--data-dir", str(tmp_path), "--port", "1", "--json"])
    checks = json.loads(capsys.readouterr().out)

    assert (done, embedded, by) == (0, 1, embedder(str(tmp_path / "model")).id)
    assert refused != 0
    assert "there is no folder" in said
    [found] = [one for one in checks if one["name"] == "search"]
    assert (found["good"], found["remedy"]) == (False, "correct the setting embedding_model")
