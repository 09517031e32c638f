"""What a search gives back can be used at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import Perceptron

from jupyter_hubcollab import wire
from jupyter_hubcollab.client import SearchResults, publish
from jupyter_hubcollab.client.connection import Connection
from jupyter_hubcollab.client.read_through import ReadThrough
from jupyter_hubcollab.client.search_view import View
from jupyter_hubcollab.client.searching import Found
from jupyter_hubcollab.errors import NotSupported

NEW = datetime(2026, 1, 2, tzinfo=UTC)
BETTER = wire.Metric(
    name="accuracy", value=0.9, dataset=None, split=None, unit=None, source="card", higher_is_better=True, change=0.1
)


def results(id: str, hub: Connection, *, source: str = "hub") -> SearchResults:
    """The reply to a search that found one model."""
    fields: dict[str, Any] = dict.fromkeys(("summary", "owner", "task", "license", "library"), "")
    fields |= {"tags": [], "visibility": "public", "mine": False, "size_bytes": 2_000_000, "parameters": None}
    fields |= {"downloads": 0, "latest": "v1", "metrics": [BETTER], "deprecated": None}
    fields["updated_at"] = NEW
    namespace, _, name = id.partition("/")
    model = wire.ModelSummary(id=id, namespace=namespace, name=name, **fields)
    hit = wire.Hit(model=model, score=1, why=["name has: x"], kind="model", source=source, url="https://example.org/x")
    return SearchResults(wire.SearchReply(query="x", hits=[hit], constraints=[], total=1, took_ms=1, meaning=None), hub)


def test_results_say_what_words_alone_found(hub: Connection) -> None:
    """In code, in the table, and in what the command line prints."""
    found = results("team/x", hub)
    left = wire.MeaningUnread(unread=12_000, total=44_000, stopped=False)
    found = SearchResults(msgspec.structs.replace(found.reply, meaning=left), hub)

    assert found.unread == "the meaning of 12,000 of 44,000 models is still being read; words answer until then"
    assert found.unread in repr(found)
    assert found.unread in found._repr_html_()


def test_results_say_that_words_alone_answer(hub: Connection) -> None:
    """When the embedding model cannot be used: in code and, without a bar, in the view."""
    import ipywidgets

    whole = results("team/x", hub)
    left = wire.MeaningUnread(unread=1, total=1, stopped=True)
    found = SearchResults(msgspec.structs.replace(whole.reply, meaning=left), hub)

    [said] = View(ipywidgets, found)._unread(found)

    assert found.unread.startswith("words alone answer")
    assert said.value == found.unread


def test_what_was_understood_is_printed_with_its_keys(hub: Connection) -> None:
    """Who has no chips to click names a key in `without`, here and on the command line."""
    found = results("team/x", hub)
    parts: dict[str, Any] = {"field": "x", "met": True, "alternatives": [], "spoken": []}
    small = wire.Constraint(key="size<=1e6", text="under 1 MB", guessed=False, **parts)
    task = wire.Constraint(key="task:fill-mask", text="Fill-Mask", guessed=True, **parts)

    printed = repr(SearchResults(msgspec.structs.replace(found.reply, constraints=[small, task]), hub))

    assert "understood: under 1 MB [size<=1e6] · probably Fill-Mask [task:fill-mask]" in printed


def test_a_hit_loads_its_model(hub: Connection, name: str) -> None:
    """From a sentence to a model that predicts, in two steps."""
    digits = load_digits()
    publish(Perceptron(max_iter=5, tol=None).fit(digits.data, digits.target), name)

    best = results(name, hub)[0]

    assert best.load().predict(digits.data[:3]).shape == (3,)
    assert (best.download() / "model.skops").is_file()
    assert best.why == ["name has: x"]


def test_a_model_of_another_catalogue_says_where_it_is(tmp_path: Path) -> None:
    """It can be found here, but must be fetched there."""
    found = results("far/away", Connection("http://127.0.0.1:9/hubcollab", "x"), source="Hugging Face")

    with pytest.raises(NotSupported, match=re.escape("https://example.org/x")):
        found[0].load()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("model", 'huggingface_hub.snapshot_download("far/away")'),
        ("dataset", 'datasets.load_dataset("far/away")'),
        ("space", 'huggingface_hub.snapshot_download("far/away", repo_type="space")'),
    ],
)
def test_what_is_read_through_this_hub_says_how(kind: Any, code: str) -> None:
    """As code, and when somebody tries to load it as one of ours: from whichever hubs the server asks."""
    away = Connection("http://127.0.0.1:9/hubcollab", "x")
    hit = msgspec.structs.replace(results("far/away", away, source="models.uni.example").reply.hits[0], kind=kind)
    answers = iter([other_hubs("https://example.org")])  # it is asked once
    found = Found(hit, away, ReadThrough(lambda: next(answers)))
    elsewhere = Found(hit, away, ReadThrough(lambda: other_hubs("https://example.o", "https://example.org/y")))

    assert (found.code, found.code) == (code, code)
    assert elsewhere.code == "https://example.org/x"
    with pytest.raises(NotSupported, match=re.escape(code)):
        found.load()


def other_hubs(*urls: str) -> wire.OtherHubs:
    """What a server says that reads those through."""
    hubs = [wire.OtherHub(url=url, has_token=False) for url in urls]
    return wire.OtherHubs(upstreams=hubs, offline=False, kept_bytes=0, limit_bytes=0)


def test_a_hub_that_reads_no_other_one_through_is_asked(hub: Connection) -> None:
    """Then only the page of the model helps, as where the hub does not answer."""
    away = Connection("http://127.0.0.1:9/hubcollab", "x")

    codes = [results("far/away", each, source="huggingface")[0].code for each in (hub, away)]

    assert codes == ["https://example.org/x", "https://example.org/x"]


def test_results_are_a_list_and_a_table() -> None:
    """Code counts and slices them; people read them."""
    found = results("team/digits", Connection("http://127.0.0.1:9/hubcollab", "x"))

    assert (len(found), found.ids, found[:1][0].id) == (1, ["team/digits"], "team/digits")
    assert "hub.load(&quot;team/digits&quot;)" in found._repr_html_()
    assert "2 MB" in found._repr_html_()


def test_what_is_not_known_is_not_called_nothing() -> None:
    """A size that no catalogue tells is no zero, and an empty answer is said in words."""
    found = results("team/digits", Connection("http://127.0.0.1:9/hubcollab", "x"))
    model = msgspec.structs.replace(found.reply.hits[0].model, size_bytes=0)
    hit = msgspec.structs.replace(found.reply.hits[0], model=model)

    shown = [SearchResults(msgspec.structs.replace(found.reply, hits=hits), found.connection) for hits in ([hit], [])]

    assert "0 B" not in repr(shown[0])
    assert repr(shown[1]) == "no model fits for 'x'"


def test_colours_are_those_of_the_theme() -> None:
    """Tables can be read in a dark JupyterLab, too."""
    from jupyter_hubcollab.client.version_list import Versions

    author = wire.Author(name="ann", display_name="Ann")
    shown = Versions(
        "team/digits",
        [
            wire.Version(
                tag="v1",
                commit="c",
                message="",
                author=author,
                created_at=NEW,
                run_id=None,
                metrics=[BETTER],
                size_bytes=1,
                authors=[author],
                parent=None,
                base_models=[],
                datasets=[],
                aliases=[],
                deprecated=None,
            )
        ],
    )._repr_html_()

    assert re.findall(r"(?<![\w-])(?:color|background):([^;\"]*)", shown) == ["var(--jp-success-color0, #2e7d32)"]


def test_the_view_in_a_cell_shows_how_far_it_is(hub: Connection) -> None:
    """A bar, the words, and a way to ask again; nothing of it once all is read."""
    import ipywidgets

    left = wire.MeaningUnread(unread=12_000, total=44_000, stopped=False)
    whole = results("team/x", hub)
    found = SearchResults(msgspec.structs.replace(whole.reply, meaning=left), hub)

    reading, read = (View(ipywidgets, one)._body.children[2].children for one in (found, whole))

    bar, said, again = reading
    assert (bar.value, bar.max, said.value) == (32_000, 44_000, found.unread)
    assert again.description == "Ask again"
    assert not any(isinstance(one, ipywidgets.IntProgress) for one in read)
