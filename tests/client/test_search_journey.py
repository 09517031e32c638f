"""Search as programs use it, against a real hub: kinds, tables, reviews, widgets, other clients, other hubs."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import HfApi
from live import TOKEN, Live

import jupyter_hubcollab as client
from jupyter_hubcollab.catalogue.search import Search
from jupyter_hubcollab.catalogue.sources import Options
from jupyter_hubcollab.catalogue.sync import sync
from jupyter_hubcollab.cli import main
from jupyter_hubcollab.client.connection import Connection
from jupyter_hubcollab.errors import BadInput, BadQuery

BIRDS = """---
license: apache-2.0
pipeline_tag: audio-classification
---

Knows thrushes and finches by their song.
"""
SONGS = "---\ntask_categories: [audio-classification]\n---\n\nRecordings of thrushes and finches at dawn.\n"


def weights(numbers: int) -> bytes:
    """A safetensors file with so many parameters in half precision."""
    header = json.dumps({"w": {"dtype": "F16", "shape": [numbers], "data_offsets": [0, 2 * numbers]}}).encode()
    return struct.pack("<Q", len(header)) + header + b"\0" * (2 * numbers)


@pytest.fixture(scope="module")
def birds(live_hub: Live) -> Live:
    """A hub with a model and a data set about birds, put there by the client of Hugging Face."""
    api = HfApi(endpoint=live_hub.endpoint, token=TOKEN)
    for repo, card, kind in (
        ("wood/birds", BIRDS, "model"),
        ("wood/songs", SONGS, "dataset"),
        ("wood/finches", BIRDS.replace("thrushes and ", ""), "model"),
    ):
        api.create_repo(repo, repo_type=kind)
        api.upload_file(path_or_fileobj=card.encode(), path_in_repo="README.md", repo_id=repo, repo_type=kind)
    for path, content in (
        ("model.safetensors", weights(5000)),
        ("config.json", b'{"architectures": ["Wav2Vec2ForSequenceClassification"]}'),
    ):
        api.upload_file(path_or_fileobj=content, path_in_repo=path, repo_id="wood/birds")
    return live_hub


def test_facts_that_the_card_lacks_are_read_from_the_files(birds: Live, hub: Connection) -> None:
    """Parameters and their type, architecture, size; filters and tables know them."""
    row = next(row for row in client.catalogue(table="list", kind="model") if row.id == "wood/birds")
    found = client.catalogue("dtype:f16 params<=1e4 params>=1e3")

    assert (row.parameters, row.dtype, row.architecture) == (5000, "F16", "Wav2Vec2ForSequenceClassification")
    assert row.size_bytes is not None
    assert row.size_bytes > 10_000
    assert found["id"].tolist() == ["wood/birds"]


def test_each_kind_is_searched_and_said_how_to_get(birds: Live, hub: Connection) -> None:
    """`hub.search(kind=…)`, the magic, what is like it, and what fits."""
    songs = client.search("recordings of birds at dawn", kind="dataset")

    assert songs.ids == ["wood/songs"]
    assert songs[0].code == 'datasets.load_dataset("wood/songs")'
    assert client.similar("wood/finches").ids[0] == "wood/birds"
    assert client.similar("---\nlicense: mit\n---\n\nTells finches by their song.").ids[0].startswith("wood/")
    assert "audio classification" in repr(client.similar("wood/birds").reply.constraints).lower()
    with pytest.raises(BadQuery):
        client.search("x", kind="nothing")  # type: ignore[arg-type]


def test_data_in_hand_tells_the_task(birds: Live, hub: Connection) -> None:
    """Tables, texts and arrays; what is nothing of it is refused."""
    import numpy as np
    import pandas as pd

    house = pd.DataFrame({"rooms": [1, 2, 3, 4], "price": [100.5, 201.2, 300.9, 399.7]})
    guessed = {
        "table": client.fits(house, "price"),
        "classes": client.fits(house[["price"]], ["cheap", "cheap", "dear", "dear"]),
        "texts": client.fits(["well done", "never again"], [1, 0]),
        "images": client.fits(np.zeros((10, 8, 8))),
        "sounds": client.fits(np.zeros((2, 16_000))),
    }

    assert {name: found.reply.constraints[0].key for name, found in guessed.items()} == {
        "table": "task:tabular-regression",
        "classes": "task:tabular-classification",
        "texts": "task:text-classification",
        "images": "task:image-classification",
        "sounds": "task:audio-classification",
    }
    with pytest.raises(BadInput):
        client.fits(object())


def test_models_are_compared_and_reviewed(birds: Live, hub: Connection) -> None:
    """Facts side by side; what people say stands among them."""
    client.review("wood/birds", 5, "Heard <b>every</b> thrush.", task="audio-classification")

    both = client.compare("wood/birds", "wood/finches")
    said = client.reviews("wood/birds")

    assert (said.mean, said[0].text) == (5.0, "Heard <b>every</b> thrush.")
    assert "&lt;b&gt;every" in said._repr_html_()
    assert ["Parameters", "5,000", ""] in both.rows()
    assert both["wood/birds"].reviews == 1


def test_polars_gets_the_same_table(birds: Live, hub: Connection) -> None:
    """One row a repo, one column a fact."""
    polars = pytest.importorskip("polars")

    found = client.catalogue("task:audio-classification", kind="dataset", table="polars")

    assert isinstance(found, polars.DataFrame)
    assert found["id"].to_list() == ["wood/songs"]


def test_a_view_leaves_conditions_out_and_compares(birds: Live, hub: Connection) -> None:
    """The widgets ask the hub again; where there are none the results are a table."""
    ipywidgets = pytest.importorskip("ipywidgets")
    from jupyter_hubcollab.client.search_view import View

    results = client.search("birds by their song under 1 kB, apache")
    view = View(ipywidgets, results)
    leave_out = {button.tooltip: button for button in _of(view.box, ipywidgets.Button)}
    assert results.ids == []
    assert "under 1 kB – none fits" in [one.label for one in _of(view.box, ipywidgets.Dropdown)]

    leave_out["Leave out “under 1 kB”"].click()
    for box in _of(view.box, ipywidgets.Checkbox):
        box.value = True
    next(one for one in _of(view.box, ipywidgets.Button) if one.description.startswith("Compare")).click()

    shown = "".join(one.value for one in _of(view.box, ipywidgets.HTML))
    assert "wood/birds" in shown
    assert "Wav2Vec2ForSequenceClassification" in shown
    assert results._repr_mimebundle_() == {}
    assert "none meets it" in results._repr_html_()


def _of(box: Any, kind: Any) -> Iterator[Any]:
    for child in box.children:
        if isinstance(child, kind):
            yield child
        yield from _of(child, kind) if hasattr(child, "children") else ()


def test_the_client_of_hugging_face_finds_by_meaning_and_filter(birds: Live) -> None:
    """A sentence that is in no name finds what it means; filters hold; a name finds as ever."""
    api = HfApi(endpoint=birds.endpoint, token=TOKEN)

    meant = [one.id for one in api.list_models(search="knows thrushes by their song")]
    small = [one.id for one in api.list_models(search="knows thrushes by their song", num_parameters="min:1K,max:10K")]
    other = list(api.list_models(search="knows thrushes by their song", pipeline_tag="summarization"))
    data = [one.id for one in api.list_datasets(search="recordings at dawn")]
    named = [one.id for one in api.list_models(search="finch")]

    assert meant[0] == "wood/birds"
    assert small == ["wood/birds"]
    assert other == []
    assert data == ["wood/songs"]
    assert named == ["wood/finches"]


SYNC = """
import os, sys
from pathlib import Path
from jupyter_hubcollab.catalogue.sources import Options
from jupyter_hubcollab.catalogue.store import Store
from jupyter_hubcollab.catalogue.sync import OnDisk, sync

options = Options(token=sys.argv[2], at_once=1)
store = Store(Path(sys.argv[3]) / "catalogue" / "catalogue.sqlite")
sync(OnDisk(store), sys.argv[1], options=options, tell=lambda done: os.kill(os.getpid(), 9))
"""


def test_a_sync_from_another_hub_that_was_killed_goes_on(birds: Live, search: Search, tmp_path: Path) -> None:
    """Killed in the middle, then resumed; only what changed is written; what is gone there goes here; no secrets."""
    api = HfApi(endpoint=birds.endpoint, token=TOKEN)
    api.create_repo("wood/secret", private=True)
    source, options = f"hub:{birds.url}", Options(token=TOKEN)

    killed = subprocess.run([sys.executable, "-c", SYNC, source, TOKEN, str(tmp_path)], check=False)
    resumed = sync(search, source, options=options)
    again = sync(search, source, options=options)
    api.create_repo("wood/owls", exist_ok=True)
    api.upload_file(path_or_fileobj=BIRDS.encode(), path_in_repo="README.md", repo_id="wood/owls")
    more = sync(search, source, options=options)
    api.delete_repo("wood/owls")
    less = sync(search, source, options=options)

    ids = [f"{hit.kind} {hit.model.id}" for kind in ("model", "dataset") for hit in _hits(search, kind)]
    assert killed.returncode == -9
    assert resumed.changed > 0
    assert (again.changed, again.removed, more.changed, less.removed) == (0, 0, 1, 1)
    assert {"model wood/birds", "model wood/finches", "dataset wood/songs"} <= set(ids)
    assert "model wood/secret" not in ids
    best = search.search(_ann(), "birds by their song under 10k parameters").hits[0]
    assert (best.model.id, best.model.parameters) == ("wood/birds", 5000)
    assert best.url == f"{birds.url}/lab?hubcollab-model=wood/birds"


def _ann() -> Any:
    from jupyter_hubcollab.access import Actor

    return Actor("ann", "Ann")


def _hits(search: Search, kind: str) -> Any:
    return search.search(_ann(), "", kind=kind, limit=100).hits


def test_a_hub_that_speaks_the_hugging_face_protocol_is_synced(birds: Live, search: Search, tmp_path: Path) -> None:
    """Newest change first, until what was read before; cards are fetched where that is asked for."""
    options = Options(("model",), TOKEN, cards=True)

    first = sync(search, f"hf:{birds.endpoint}", options=options)
    second = sync(search, f"hf:{birds.endpoint}", options=options)

    best = search.search(_ann(), "thrushes by their song", source=_source(birds)).hits[0]
    assert first.changed >= 2
    assert second.changed == 0
    assert second.read < first.read
    assert (best.model.id, best.model.parameters, best.model.license) == ("wood/birds", 5000, "apache-2.0")


def _source(live: Live) -> str:
    from jupyter_hubcollab.catalogue.abroad import source_of

    return source_of(live.endpoint)


def test_other_hubs_are_asked_the_same_question(birds: Live, search: Search, tmp_path: Path) -> None:
    """Beside the hub, with one's own token, under the same conditions; who is away is named and delays nobody."""
    from jupyter_hubcollab.catalogue.abroad import Abroad
    from jupyter_hubcollab.catalogue.search import Where
    from jupyter_hubcollab.hub.upstream import open_upstream
    from jupyter_hubcollab.storage.database import Database

    database = Database(f"sqlite:///{tmp_path}/index.sqlite")
    away = "http://127.0.0.1:9"
    upstream = open_upstream(tmp_path, database, b"s" * 32, urls=[birds.endpoint, away], offline=False)
    upstream.keys.put(_ann(), birds.endpoint, TOKEN)
    abroad = Abroad(upstream, search)

    found = list(abroad.found(_ann(), "knows thrushes by their song", Where()))
    small = list(abroad.found(_ann(), "knows thrushes by their song, under 100 parameters", Where()))
    songs = list(abroad.found(_ann(), "recordings at dawn", Where("dataset")))
    silent = [why for line in found for why in line.silent]

    assert "wood/birds" in [hit.model.id for line in found for hit in line.hits]
    assert "wood/birds" not in [hit.model.id for line in small for hit in line.hits]
    assert [hit.model.id for line in songs for hit in line.hits] == ["wood/songs"]
    assert len(silent) == 1
    assert silent[0].startswith(away)
    upstream.close()
    database.close()


def test_the_command_fills_the_catalogue_of_a_folder(birds: Live, tmp_path: Path, capsys: Any) -> None:
    """With progress for people and one JSON value for programs; a source that is none is refused."""
    folder = ["--data-dir", str(tmp_path), "--json"]
    code = main(["sync", "--source", f"hub:{birds.url}", "--token", TOKEN, "--kind", "dataset", *folder])
    done = json.loads(capsys.readouterr().out)

    assert code == 0
    assert done["sources"][f"hub:{birds.url}"]["changed"] >= 1
    assert main(["sync", "--source", "nonsense", *folder]) == 1
