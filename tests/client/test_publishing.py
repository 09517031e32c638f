"""Publish from a cell, load what was published."""

from __future__ import annotations

import io
import json
import pickle
import warnings
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.datasets import load_digits
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from jupyter_hubcollab import wire
from jupyter_hubcollab.client import diff, download, load, publish, versions
from jupyter_hubcollab.client.connection import Connection
from jupyter_hubcollab.errors import BadInput, BadName, NothingToPublish, RefExists, UnsafeFile, Unsaveable

X, Y = load_digits(return_X_y=True)
X, Y = X[:150], Y[:150]

MODELS = [
    LogisticRegression(max_iter=5),
    RandomForestClassifier(3, random_state=0),
    HistGradientBoostingClassifier(max_iter=2),
    GradientBoostingClassifier(n_estimators=2),
    MLPClassifier((4,), max_iter=2, random_state=0),
    KNeighborsClassifier(),
    make_pipeline(StandardScaler(), SVC()),
]


def fitted(model: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, Y)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_model_comes_back_as_it_went(hub: Connection, name: str, model: Any) -> None:
    """Trees, boosting and networks, too, and in a format that runs no code."""
    fitted(model)

    made = publish(model, name, metrics={"accuracy": 0.5})
    loaded = load(name)

    assert made.tag == "v1"
    assert type(loaded) is type(model)
    assert np.array_equal(loaded.predict(X), model.predict(X))
    assert not list(download(name).glob("*.pkl"))


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (42, "builtins.int"),
        (None, "NoneType"),
        ("/no/such/file", "no file or folder"),
        (SimpleNamespace(), "is no model"),
        (make_pipeline(FunctionTransformer(lambda x: x)), "<lambda>"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_a_remedy(hub: Connection, name: str, model: Any, says: str) -> None:
    """Nothing is sent, and the text says what to do instead."""
    with pytest.raises(Unsaveable, match=says):
        publish(model, name)


@pytest.mark.parametrize("metrics", [{"accuracy": float("nan")}, {"accuracy": "high"}])
def test_a_metric_is_a_finite_number(hub: Connection, name: str, metrics: Any) -> None:
    """A broken number is noticed before anything is sent."""
    with pytest.raises(BadInput):
        publish(fitted(LogisticRegression(max_iter=5)), name, metrics=metrics)


def test_a_name_that_climbs_is_refused(hub: Connection) -> None:
    """Before the model is even saved."""
    with pytest.raises(BadName):
        publish(object(), "../x")


def test_a_taken_tag_is_refused(hub: Connection, name: str) -> None:
    """A version is never overwritten."""
    model = fitted(LogisticRegression(max_iter=5))
    publish(model, name, tag="spring")

    with pytest.raises(RefExists, match="spring"):
        publish(model, name, tag="spring")


def test_a_folder_goes_as_it_is(hub: Connection, name: str, tmp_path: Path) -> None:
    """Files that people saved themselves, without caches and git's own."""
    for path in ("model/a/b.txt", "model/.git/config", "model/__pycache__/x.pyc"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")

    publish(tmp_path / "model", name)

    there = {str(file.relative_to(download(name))) for file in download(name).rglob("*") if file.is_file()}
    assert there == {"a/b.txt", ".gitattributes", "README.md", "provenance.json"}


def test_an_empty_folder_is_nothing(hub: Connection, name: str, tmp_path: Path) -> None:
    """The text says so."""
    (tmp_path / "empty").mkdir()

    with pytest.raises(NothingToPublish):
        publish(tmp_path / "empty", name)


class Recording:
    """A connection that notes what is sent."""

    def __init__(self, to: Connection) -> None:
        self._to = to
        self.sent: list[str] = []

    def get(self, *args: Any, **query: Any) -> Any:
        return self._to.get(*args, **query)

    def post(self, *args: Any) -> Any:
        return self._to.post(*args)

    def send(self, path: str, pieces: Callable[[], Iterable[bytes]], size: int) -> None:
        self.sent.append(path)
        self._to.send(path, pieces, size)


def test_what_the_hub_has_is_not_sent_again(hub: Connection, name: str) -> None:
    """Publishing the same model twice sends its weights once, also from two saves."""
    model, line = fitted(RandomForestClassifier(3, random_state=7)), Recording(hub)
    publish(model, name, connection=line)  # type: ignore[arg-type]
    first, line.sent = line.sent, []

    publish(model, name, connection=line)  # type: ignore[arg-type]

    assert len(line.sent) < len(first)
    assert len(line.sent) <= 1  # MLmodel has the time of day in it


def test_a_pickle_needs_the_explicit_wish_and_warns(hub: Connection, name: str) -> None:
    """Who asks for a pickle gets one, and is told what that means."""
    model = fitted(LogisticRegression(max_iter=5))

    with pytest.warns(UserWarning, match="saved as a pickle"):
        publish(model, name, format="pickle")

    assert load(name).predict(X[:1]).shape == (1,)


def test_a_pickle_of_ones_own_code_is_refused_by_the_hub(hub: Connection, name: str) -> None:
    """Cloudpickle carries code; the hub names it."""
    model = make_pipeline(FunctionTransformer(lambda x: x), LogisticRegression(max_iter=5))

    with pytest.warns(UserWarning, match="saved as a pickle"), pytest.raises(UnsafeFile, match="cloudpickle"):
        publish(fitted(model), name, format="pickle")


def test_the_notebook_goes_along_without_its_outputs(
    hub: Connection, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outputs may hold what nobody meant to publish."""
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# About *digits*"},
        {"cell_type": "code", "id": "b", "metadata": {}, "source": "1", "execution_count": 1, "outputs": ["secret"]},
    ]
    (tmp_path / "nb.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    monkeypatch.setenv("HUBCOLLAB_NOTEBOOK", "work/nb.ipynb")

    publish(fitted(LogisticRegression(max_iter=5)), name)

    folder = download(name)
    assert "secret" not in (folder / "notebook.ipynb").read_text()
    assert json.loads((folder / "provenance.json").read_text())["notebook"] == "work/nb.ipynb"
    assert "About digits" in (folder / "README.md").read_text()


def test_versions_and_differences_are_listed(hub: Connection, name: str) -> None:
    """What a version gained, as a list, a table and a frame."""
    for value in (0.5, 0.75):
        publish(fitted(LogisticRegression(max_iter=5)), name, metrics={"accuracy": value}, dataset="digits")

    found, changes = versions(name), diff(name, "v1", "v2")

    assert [version.tag for version in found] == ["v2", "v1"]
    assert found.to_pandas()["accuracy"].tolist() == [0.75, 0.5]
    assert "▲ 0.25" in found._repr_html_()
    assert [(one.name, one.before, one.after, one.verdict) for one in changes.metrics] == [
        ("accuracy", 0.5, 0.75, "better")
    ]


class Odd(LogisticRegression):
    """A class of the user's own."""


def test_a_skops_file_with_foreign_types_is_not_loaded(hub: Connection, name: str, tmp_path: Path) -> None:
    """The list of trusted types is ours, not the file's."""
    source = tmp_path / "odd"
    source.mkdir()
    skops.io.dump(fitted(Odd(max_iter=5)), source / "model.skops")
    (source / "MLmodel").write_text(
        "flavors:\n  sklearn:\n    pickled_model: model.skops\n    serialization_format: skops\n"
        f"    skops_trusted_types: [{Odd.__module__}.Odd]\n"
    )
    publish(source, name)

    with pytest.raises(UnsafeFile, match="Odd"):
        load(name)


def test_an_mlmodel_that_climbs_is_refused(hub: Connection, name: str, tmp_path: Path) -> None:
    """A model reads its own files only."""
    source = tmp_path / "climbs"
    source.mkdir()
    (source / "MLmodel").write_text("flavors:\n  sklearn:\n    pickled_model: ../../../x.skops\n")
    publish(source, name)

    with pytest.raises(UnsafeFile, match="outside"):
        load(name)


def test_a_pickle_that_is_not_known_to_be_safe_needs_trust(hub: Connection, name: str, tmp_path: Path) -> None:
    """Foreign classes are loaded only for who says so."""
    source = tmp_path / "frame"
    source.mkdir()
    (source / "model.pkl").write_bytes(pickle.dumps(SimpleNamespace(a=1)))
    publish(source, name)

    with pytest.raises(UnsafeFile, match="trust=True"):
        load(name)

    assert load(name, trust=True).a == 1


def test_the_packed_file_is_small_and_the_same_every_time(hub: Connection, name: str) -> None:
    """No time of day in it, so that the hub stores it once."""
    publish(fitted(RandomForestClassifier(3, random_state=0)), name)

    with zipfile.ZipFile(io.BytesIO((download(name) / "model.skops").read_bytes())) as archive:
        infos = archive.infolist()

    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.compress_type for info in infos} == {zipfile.ZIP_DEFLATED}


def test_the_version_says_which_library_and_task(hub: Connection, name: str) -> None:
    """Search can filter by it."""
    publish(fitted(LogisticRegression(max_iter=5)), name, license="mit")

    page = hub.get(f"models/{name}", wire.ModelPage)

    assert (page.model.library, page.model.task, page.model.license) == ("sklearn", "tabular-classification", "mit")
