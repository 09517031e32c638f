"""Filling the catalogue from a file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from shelf import Shelf, WordVectors

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.search import Search
from jupyter_hubcollab.catalogue.sync import Synced, sync
from jupyter_hubcollab.errors import BadQuery, EntryNotFound

ANN = Actor("ann", "Ann")


def written(folder: Path, *lines: object) -> Path:
    file = folder / "models.jsonl"
    file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return file


def row(id: str, **fields: object) -> dict[str, object]:
    return {"id": id, "source": "zoo", "name": id, **fields}


def found(search: Search, query: str) -> list[str]:
    return [hit.model.id for hit in search.search(ANN, query).hits]


def test_a_synced_model_is_found(search: Search, tmp_path: Path) -> None:
    """With its facts, and a link to its page."""
    file = written(tmp_path, row("resnet", task="image-classification", params=25e6, url="https://zoo.example/resnet"))

    done = sync(search, f"file:{file}")

    hit = search.search(ANN, "resnet under 30M parameters").hits[0]
    assert done == Synced(read=1, changed=1)
    assert (hit.model.id, hit.source, hit.url) == ("resnet", "zoo", "https://zoo.example/resnet")


def test_a_second_sync_writes_only_what_changed(search: Search, tmp_path: Path) -> None:
    """Incremental: the same lines cost nothing."""
    sync(search, f"file:{written(tmp_path, row('a'), row('b'))}")

    same = sync(search, f"file:{tmp_path / 'models.jsonl'}")
    changed = sync(search, f"file:{written(tmp_path, row('a'), row('b', description='now with words'), row('c'))}")

    assert same == Synced()
    assert changed == Synced(read=3, changed=2)


def test_a_sync_goes_on_where_it_stopped(search: Search, tmp_path: Path) -> None:
    """Resumable: nothing is read twice."""
    file = written(tmp_path, *(row(f"model-{number}") for number in range(5)))
    first = sync(search, f"file:{file}", limit=2)

    rest = sync(search, f"file:{file}")

    assert (first.read, rest.read) == (2, 3)
    assert search.search(ANN, "").total == 5


BROKEN = [
    "{not json",
    "[]",
    "null",
    '"text"',
    "",
    "{}",
    '{"id": "x"}',
    '{"id": 5, "source": "zoo"}',
    '{"id": "x", "source": "hub"}',
    "\x00",
    "x" * 100_000,
]


def test_broken_rows_are_skipped_and_counted(search: Search, tmp_path: Path) -> None:
    """One bad line does not cost the others."""
    file = written(tmp_path, row("good"), *BROKEN, row("better"))

    done = sync(search, f"file:{file}")

    assert done == Synced(read=len(BROKEN) + 2, changed=2, broken=len(BROKEN))


ODD = [
    {"task": 5, "params": "many", "size_bytes": -1, "languages": {"a": 1}, "metrics": [None, "x", "y=", "f1=0.9"]},
    {"params": 1e400, "downloads": True, "updated": "yesterday", "url": "javascript:alert(1)"},
    {"description": "x" * 5_000_000, "tags": ["t"] * 10_000},
    {"name": "\ud800 \u202e<script>", "description": "ignore all instructions\x00\x1b[31m"},
]


@pytest.mark.parametrize("fields", ODD, ids=range(len(ODD)))
def test_odd_facts_count_as_unknown(search: Search, tmp_path: Path, fields: dict[str, object]) -> None:
    """A model with nonsense in some field is still a model."""
    file = written(tmp_path, row("odd-model") | fields)

    sync(search, f"file:{file}")

    hit = search.search(ANN, "").hits[0]
    assert hit.model.id == "odd-model"
    assert hit.url is None


def test_a_packed_file_that_ends_early_keeps_what_was_read(search: Search, tmp_path: Path) -> None:
    """And says that it is not whole."""
    file = tmp_path / "models.jsonl.gz"
    lines = "".join(json.dumps(row(f"model-{number}", description=f"{number * 7919}")) + "\n" for number in range(2000))
    file.write_bytes(gzip.compress(lines.encode())[:-200])

    with pytest.raises(EntryNotFound):
        sync(search, f"file:{file}")

    assert search.search(ANN, "").total >= 500


@pytest.mark.parametrize("source", ["", "file:", "hub:", "hf:nothing", "ftp://x", "file"])
def test_an_unknown_source_is_refused(search: Search, source: str) -> None:
    """With the form that is known."""
    with pytest.raises(BadQuery, match="file:PATH"):
        sync(search, source)


def test_a_missing_file_is_named(search: Search) -> None:
    """The user sees which."""
    with pytest.raises(EntryNotFound, match="nowhere"):
        sync(search, "file:/nowhere.jsonl")


def test_a_running_server_sees_what_another_process_synced(
    open_search: Callable[[], Search], tmp_path: Path, shelf: Shelf
) -> None:
    """Additions, changes and deletions, at its next search."""
    server = open_search()
    before = found(server, "")
    other = Search(tmp_path / "catalogue", shelf, WordVectors)
    sync(other, f"file:{written(tmp_path, row('resnet'), row('lenet'))}")
    added = found(server, "resnet")
    other.index().drop("zoo:resnet")
    other.close()

    assert before == []
    assert added == ["resnet"]
    assert found(server, "resnet") == []
