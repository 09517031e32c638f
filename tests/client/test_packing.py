"""The same model is the same bytes, so that it is sent and kept once."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from jupyter_hubcollab.client.packing import pack

X, Y = load_digits(return_X_y=True)
X, Y = X[:200], Y[:200]

MODELS = [
    LogisticRegression(max_iter=5),
    RandomForestClassifier(5, random_state=0),
    HistGradientBoostingClassifier(max_iter=2),
    MLPClassifier((4,), max_iter=2, random_state=0),
    make_pipeline(StandardScaler(), SVC()),
    VotingClassifier([("a", LogisticRegression(max_iter=5)), ("b", SVC())]),
]


def fitted(model: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, Y)


def packed(model: Any, file: Path) -> Path:
    skops.io.dump(model, file)
    pack(file)
    return file


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_two_saves_are_the_same_bytes_and_the_same_model(model: Any, tmp_path: Path) -> None:
    """No addresses, no time of day; nothing is lost."""
    fitted(model)

    first, second = packed(model, tmp_path / "1.skops"), packed(model, tmp_path / "2.skops")

    assert first.read_bytes() == second.read_bytes()
    restored = skops.io.load(first, trusted=skops.io.get_untrusted_types(file=first))
    assert np.array_equal(restored.predict(X), model.predict(X))


def test_what_was_one_object_stays_one(tmp_path: Path) -> None:
    """Shared parts are not doubled when they are numbered anew."""
    words = TfidfVectorizer().fit(["a word", "another word"])
    pair = [words, words]

    file = packed(pair, tmp_path / "pair.skops")

    first, second = skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))
    assert first is second
    assert first.vocabulary_ == words.vocabulary_


def test_a_forest_gets_smaller(tmp_path: Path) -> None:
    """skops itself does not compress."""
    skops.io.dump(fitted(RandomForestClassifier(20, random_state=0)), tmp_path / "forest.skops")
    before = (tmp_path / "forest.skops").stat().st_size

    pack(tmp_path / "forest.skops")

    assert (tmp_path / "forest.skops").stat().st_size < before / 3
    assert zipfile.ZipFile(tmp_path / "forest.skops").testzip() is None
