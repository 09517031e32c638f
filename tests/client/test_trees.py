"""A skops file is given to its reader only if its trees lead nowhere but to their own nodes and features."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn import ensemble, multioutput, neighbors, pipeline, preprocessing, tree
from sklearn.base import clone
from sklearn.metrics import DistanceMetric

from jupyter_hubcollab import wire
from jupyter_hubcollab.client.loading import load
from jupyter_hubcollab.client.trees import check
from jupyter_hubcollab.errors import NotSupported, UnsafeFile

RNG = np.random.default_rng(0)
X = np.column_stack((RNG.random((120, 3)), RNG.integers(0, 4, 120)))
Y = (X[:, 0] + X[:, 1] * X[:, 2] > 0.7).astype(int)
THREE = np.digitize(X[:, 0], [0.3, 0.6])
TWO = np.column_stack((Y, THREE))

Model = Any


class Shelf:
    """A hub with one model of one file."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def get(self, path: str, kind: type, **query: str) -> Any:
        digest = hashlib.sha256(self._content).hexdigest()
        entry = wire.FileEntry(
            path="model.skops",
            size_bytes=len(self._content),
            digest=digest,
            is_blob=True,
            safety="safe",
            safety_note="",
            url="",
        )
        return wire.FileList(revision="main", commit=digest[:40], files=[entry], warning=None)

    def receive(self, path: str) -> Iterator[bytes]:
        yield self._content

    def note(self, path: str, given: object) -> None:
        """Nobody counts who uses it."""


def loaded(content: bytes, cache: Path) -> Model:
    shelf: Any = Shelf(content)
    return load("team/x", connection=shelf, cache=cache)


SOUND: dict[str, Callable[[], Model]] = {
    "one node": lambda: tree.DecisionTreeClassifier().fit(X, np.zeros(len(X))),
    "depth first": lambda: tree.DecisionTreeClassifier().fit(X, THREE),
    "best first": lambda: tree.DecisionTreeRegressor(max_leaf_nodes=9).fit(X, X[:, 0] ** 2),
    "pruned": lambda: tree.DecisionTreeClassifier(ccp_alpha=0.01).fit(X, Y),
    "several outputs": lambda: tree.ExtraTreeClassifier().fit(X, TWO),
    "forest": lambda: ensemble.RandomForestClassifier(5).fit(X, TWO),
    "best-first forest": lambda: ensemble.ExtraTreesRegressor(5, max_leaf_nodes=7).fit(X, X),
    "embedding": lambda: ensemble.RandomTreesEmbedding(3).fit(X),
    "isolation": lambda: ensemble.IsolationForest(n_estimators=5, max_features=2).fit(X),
    "bagging": lambda: ensemble.BaggingClassifier(n_estimators=3, max_features=0.5).fit(X, Y),
    "adaboost": lambda: ensemble.AdaBoostClassifier(n_estimators=3).fit(X, Y),
    "boosting": lambda: ensemble.GradientBoostingClassifier(n_estimators=3).fit(X, THREE),
    "boosting of a forest": lambda: ensemble.GradientBoostingRegressor(
        n_estimators=3, init=ensemble.RandomForestRegressor(3)
    ).fit(X, X[:, 0]),
    "histograms": lambda: ensemble.HistGradientBoostingClassifier(max_iter=3).fit(X, THREE),
    "no gain": lambda: ensemble.HistGradientBoostingRegressor(max_iter=2).fit(X, np.ones(len(X))),
    "voting": lambda: ensemble.VotingClassifier([("a", clone(STUMP)), ("b", neighbors.KNeighborsClassifier())]).fit(
        X, Y
    ),
    "many at once": lambda: multioutput.ClassifierChain(clone(STUMP)).fit(X, TWO),
    "pipeline": lambda: pipeline.make_pipeline(preprocessing.PolynomialFeatures(), clone(STUMP)).fit(X, Y),
    "kd tree": lambda: neighbors.KNeighborsClassifier(algorithm="kd_tree", leaf_size=5, p=3).fit(X, Y),
    "ball tree": lambda: neighbors.KNeighborsRegressor(
        algorithm="ball_tree", metric="seuclidean", metric_params={"V": X.var(axis=0)}
    ).fit(X, Y),
    "density": lambda: neighbors.KernelDensity().fit(X, sample_weight=X[:, 0]),
    "three points": lambda: neighbors.LocalOutlierFactor(
        n_neighbors=2, novelty=True, algorithm="kd_tree", leaf_size=1
    ).fit(X[:3]),
}
STUMP = tree.DecisionTreeClassifier(max_depth=3)


@pytest.mark.parametrize("name", SOUND)
def test_what_was_trained_is_loaded(name: str, tmp_path: Path) -> None:
    """Every builder of scikit-learn makes trees that pass, and they predict as before."""
    model = SOUND[name]()
    found = loaded(skops.io.dumps(model), tmp_path)

    way = next(way for way in ("predict", "transform", "score_samples") if hasattr(model, way))
    before, after = getattr(model, way)(X), getattr(found, way)(X)
    if hasattr(before, "toarray"):
        before, after = before.toarray(), after.toarray()
    np.testing.assert_allclose(after, before)


def _nodes(model: Model) -> Any:
    return model.tree_.__getstate__()["nodes"]


def _set(field: str, index: int, value: float) -> Callable[[Model], None]:
    return lambda model: _nodes(model)[field].__setitem__(index, value)


def _leaf(model: Model) -> None:
    nodes = _nodes(model)
    nodes["right_child"][np.flatnonzero(nodes["left_child"] == -1)[0]] = 2


def _state(**changed: Any) -> Callable[[Model], None]:
    def change(model: Model) -> None:
        state = model.tree_.__getstate__()
        broken = tree._tree.Tree(model.n_features_in_, model.tree_.n_classes, model.tree_.n_outputs)
        broken.__setstate__(state | changed)
        model.tree_ = broken

    return change


def _never_filled(model: Model) -> None:
    model.tree_ = tree._tree.Tree(4, np.array([2]), 1)


IN_A_TREE: dict[str, Callable[[Model], None]] = {
    "a child too far": _set("left_child", 0, 10**6),
    "a child before the first": _set("right_child", 0, -7),
    "a circle": _set("right_child", 0, 0),
    "a parent shared": _set("right_child", 0, 1),
    "a leaf with a child": _leaf,
    "no such feature": _set("feature", 0, 4),
    "a feature before the first": _set("feature", 0, -3),
    "less deep than it is": _state(max_depth=1),
    "fewer nodes than it leads to": _state(node_count=2),
    "never filled": _never_filled,
    "an owner of another width": lambda model: setattr(model, "n_features_in_", 1),
    "an owner of no width": lambda model: delattr(model, "n_features_in_"),
}


@pytest.mark.parametrize("name", IN_A_TREE)
def test_a_tree_that_leads_astray_is_refused(name: str, tmp_path: Path) -> None:
    """Wherever it stands in a model."""
    forest = ensemble.RandomForestClassifier(3, max_depth=4, random_state=0).fit(X, Y)
    IN_A_TREE[name](forest.estimators_[1])
    content = skops.io.dumps({"best": [np.array([None, pipeline.make_pipeline(forest)], dtype=object)]})

    with pytest.raises(UnsafeFile, match=r"model\.skops holds a Tree that .* publish the trained model again"):
        loaded(content, tmp_path)


def _first(field: str, value: int) -> Callable[[Model], None]:
    return lambda model: model._predictors[0][0].nodes[field].__setitem__(0, value)


def _no_such_categories(model: Model) -> None:
    model._predictors[0][0].nodes["is_categorical"][0] = 1


def _half_of_the_categories(model: Model) -> None:
    _no_such_categories(model)
    model._predictors[0][0].raw_left_cat_bitsets = np.zeros((9, 8), dtype=np.uint32)


def _narrow_categories(model: Model) -> None:
    _no_such_categories(model)
    model._predictors[0][0].raw_left_cat_bitsets = np.zeros((90, 1), dtype=np.uint32)


def _few_bins(model: Model) -> None:
    model._bin_mapper.is_categorical_ = np.ones(1, dtype=np.uint8)


IN_HISTOGRAMS: dict[str, Callable[[Model], None]] = {
    "a child too far": _first("left", 10**6),
    "a circle": _first("right", 0),
    "a parent shared": _first("right", 1),
    "an end that is none": _first("is_leaf", 1),
    "no such feature": _first("feature_idx", 4),
    "a feature before the first": _first("feature_idx", -1),
    "no such categories": _no_such_categories,
    "categories of one kind alone": _half_of_the_categories,
    "too few bits": _narrow_categories,
    "bins of another width": _few_bins,
    "another width": lambda model: setattr(model, "n_features_in_", 2),
}


def test_categories_that_were_trained_pass() -> None:
    """Splits by category ask for sets that are there."""
    boosted = ensemble.HistGradientBoostingRegressor(max_iter=2, categorical_features=[3]).fit(X, X[:, 3] % 2)

    assert boosted._predictors[0][0].nodes["is_categorical"].any()
    check(boosted, "model.skops")


@pytest.mark.parametrize("name", IN_HISTOGRAMS)
def test_a_histogram_tree_that_leads_astray_is_refused(name: str, tmp_path: Path) -> None:
    """Its children, its features, its sets of categories."""
    boosted = ensemble.HistGradientBoostingRegressor(max_iter=2).fit(X, X[:, 0])
    IN_HISTOGRAMS[name](boosted)

    with pytest.raises(UnsafeFile, match=r"holds a (TreePredictor|HistGradient)"):
        loaded(skops.io.dumps(boosted), tmp_path)


def _fatter(model: Model) -> None:
    model.estimators_ = np.hstack((model.estimators_, model.estimators_))


def _other_trees(model: Model) -> None:
    model.estimators_[0, 0] = tree.DecisionTreeRegressor().fit(np.tile(X, 3), X[:, 0])


def _many_values(model: Model) -> None:
    model.estimators_[0, 0] = tree.DecisionTreeRegressor().fit(X, X)


@pytest.mark.parametrize("change", [_fatter, _other_trees, _many_values])
def test_boosting_with_foreign_trees_is_refused(change: Callable[[Model], None], tmp_path: Path) -> None:
    """Each tree alone is sound, but it writes where there is no column or reads where there is no feature."""
    boosted = ensemble.GradientBoostingRegressor(n_estimators=2).fit(X, X[:, 0])
    change(boosted)

    with pytest.raises(UnsafeFile, match="holds a GradientBoostingRegressor that has"):
        loaded(skops.io.dumps(boosted), tmp_path)


def _near(position: int, change: Callable[[Any], Any]) -> Callable[[Model], None]:
    def changed(model: Model) -> None:
        state = list(model._tree.__getstate__())
        state[position] = change(state[position])
        model._tree.__setstate__(tuple(state))

    return changed


def _node(field: str, index: int, value: int) -> Callable[[Model], None]:
    return lambda model: model._tree.__getstate__()[2][field].__setitem__(index, value)


IN_NEIGHBOURS: dict[str, Callable[[Model], None]] = {
    "no such point": _near(1, lambda points: points + 1),
    "fewer points": _near(1, lambda points: points[:3]),
    "fewer nodes": _near(2, lambda nodes: nodes[:1].copy()),
    "fewer bounds": _near(3, lambda bounds: bounds[:, :1].copy()),
    "another number of nodes": _near(6, lambda count: count * 2),
    "points twice": _node("idx_start", 2, 0),
    "no end": _node("is_leaf", -1, 0),
    "a distance of another width": _near(11, lambda metric: DistanceMetric.get_metric("seuclidean", V=[1.0])),
    "fewer weights": _near(12, lambda _: np.ones(2)),
}


@pytest.mark.parametrize("name", IN_NEIGHBOURS)
@pytest.mark.parametrize("kind", ["kd_tree", "ball_tree"])
def test_neighbours_that_lead_astray_are_refused(kind: str, name: str, tmp_path: Path) -> None:
    """Points, nodes, bounds and distances are those of one table."""
    near = neighbors.KNeighborsClassifier(algorithm=kind, leaf_size=5).fit(X, Y)
    IN_NEIGHBOURS[name](near)

    with pytest.raises(UnsafeFile, match=r"holds a (KD|Ball)Tree"):
        loaded(skops.io.dumps(near), tmp_path)


def _rewritten(content: bytes, change: Callable[[np.ndarray], np.ndarray]) -> bytes:
    """The same file with other nodes, as somebody writes it who has no scikit-learn."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            found = old.read(name)
            if name.endswith(".npy") and (array := np.load(io.BytesIO(found))).dtype.names:
                written = io.BytesIO()
                np.save(written, change(array))
                found = written.getvalue()
            new.writestr(name, found)
    return out.getvalue()


def test_changed_bytes_of_a_file_are_refused(tmp_path: Path) -> None:
    """A node that leads to itself, written into a saved file."""

    def circle(nodes: np.ndarray) -> np.ndarray:
        nodes["left_child"][0] = 0
        return nodes

    with pytest.raises(UnsafeFile, match="back to a node above"):
        loaded(_rewritten(skops.io.dumps(clone(STUMP).fit(X, Y)), circle), tmp_path)


def test_a_file_that_scikit_learn_itself_refuses_is_said_to_be_damaged(tmp_path: Path) -> None:
    """Fewer nodes than values end in a sentence, not in a traceback of Cython."""
    with pytest.raises(NotSupported, match=r"damaged.*version"):
        loaded(_rewritten(skops.io.dumps(clone(STUMP).fit(X, Y)), lambda nodes: nodes[:1]), tmp_path)


def test_the_state_of_a_tree_may_be_left_out_and_is_missed(tmp_path: Path) -> None:
    """The constructor alone gives a tree whose nodes are nowhere."""
    content = skops.io.dumps(clone(STUMP).fit(X, Y))
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        schema = json.loads(old.read("schema.json"))
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if part.get("__loader__") == "TreeNode":
            part["content"]["content"] = {}
        waiting.extend(one for one in part.values() if isinstance(one, dict))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, json.dumps(schema) if name == "schema.json" else old.read(name))

    with pytest.raises(UnsafeFile, match="has no nodes"):
        loaded(out.getvalue(), tmp_path)
