"""Trees that were restored from a file, looked through before anybody predicts with them.

scikit-learn follows the indices in a tree without looking whether they lead outside of it: a crafted file would have
``predict`` read foreign memory or never end. Its types are known to be harmless, its numbers are not.
"""

from __future__ import annotations

import gc
import types
from collections.abc import Callable, Iterator
from numbers import Integral
from typing import TYPE_CHECKING, Any

from ..errors import UnsafeFile

if TYPE_CHECKING:
    import numpy as np

_CODE = (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)

_PLAIN = frozenset((str, bytes, int, float, complex, bool, type(None), *_CODE))
"""What holds nothing of a model; whatever else there is, is followed."""

_CONTAINERS = (dict, list, tuple, set, frozenset)

_BITSET_WORDS = 8
"""Words of 32 bits for the 256 bins that a categorical feature can have."""


def check(model: object, name: str) -> None:
    """See that every tree in *model*, restored from the file *name*, leads nowhere but to its own nodes and features.

    Raises:
        UnsafeFile: one does not.
    """
    checks = _checks()
    for held, features in _parts(model):
        for kind, checked in checks:
            if isinstance(held, kind):
                try:
                    wrong = checked(held, features)
                except (AttributeError, IndexError, TypeError, ValueError) as error:  # numbers of another shape or type
                    wrong = f"does not fit together ({error})"
                if wrong:
                    raise _broken(name, type(held).__name__, wrong)


def _broken(name: str, kind: str, wrong: str) -> UnsafeFile:
    return UnsafeFile(
        f"{name} holds a {kind} that {wrong}; training makes no such thing, and to predict with it could read foreign "
        "memory or never end. Tell its authors, or load an earlier version: they can publish the trained model again"
    )


Checked = Callable[[Any, int | None], str | None]
"""From what was found, and how many features its owner has, to what is wrong with it."""


def _checks() -> list[tuple[type | tuple[type, ...], Checked]]:
    from sklearn.ensemble._gb import BaseGradientBoosting
    from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting
    from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
    from sklearn.neighbors import _ball_tree, _kd_tree
    from sklearn.tree._tree import Tree

    found = [getattr(module, name, None) for module in (_ball_tree, _kd_tree) for name in dir(module)]
    near = tuple(one for one in found if isinstance(one, type) and one.__name__.startswith("BinaryTree"))
    return [
        (Tree, _tree),
        (TreePredictor, _predictor),
        (near, _neighbours),
        (BaseGradientBoosting, _boosted),
        (BaseHistGradientBoosting, _binned),
    ]


def _parts(model: object) -> Iterator[tuple[object, int | None]]:
    """Everything in *model*, each with the number of features of the estimator that holds it."""
    import numpy as np

    seen: set[tuple[int, int | None]] = set()
    waiting: list[tuple[object, int | None]] = [(model, None)]
    kept = []  # lists made here: while they live nothing else gets their id
    while waiting:
        held, features = waiting.pop()
        if type(held) in _PLAIN or (id(held), features) in seen or type(held).__name__ == "cython_function_or_method":
            continue
        seen.add((id(held), features))
        yield held, features
        inside = gc.get_referents(held)
        if isinstance(held, np.ndarray):
            if held.dtype.hasobject:
                inside.append(held.tolist())
                kept.append(inside)
        elif not isinstance(held, _CONTAINERS):
            features = _features(held)
        waiting.extend((part, features) for part in inside if type(part) not in _PLAIN)


def _features(held: object) -> int | None:
    """How wide a table scikit-learn lets through to *held*; None where it would not look."""
    count = getattr(held, "__dict__", {}).get("n_features_in_")
    return int(count) if isinstance(count, Integral) else None


def _tree(tree: Any, features: int | None) -> str | None:
    count = tree.node_count
    if count < 1:
        return "has no nodes"
    nodes = tree.__getstate__()["nodes"]
    inner = nodes["left_child"] != -1
    if (nodes["right_child"][~inner] != -1).any():
        return "has a leaf with a child"
    wrong = _links(nodes["left_child"], nodes["right_child"], inner) or _reach(
        nodes["feature"][inner], features, tree.n_features
    )
    if wrong:
        return wrong
    if 0 in tree.value.shape or tree.value.shape[:2] != (count, tree.n_outputs):
        return "has no values for its outputs"
    if not tree.compute_node_depths().max() - 1 <= tree.max_depth < count:
        return f"is not as deep as it says ({tree.max_depth})"
    return None


def _predictor(tree: Any, features: int | None) -> str | None:
    nodes = tree.nodes
    if nodes.ndim != 1 or len(nodes) < 1:
        return "has no nodes"
    inner = nodes["is_leaf"] == 0
    wrong = _links(nodes["left"], nodes["right"], inner) or _reach(nodes["feature_idx"][inner], features, features)
    if wrong:
        return wrong
    sets = nodes["bitset_idx"][inner & (nodes["is_categorical"] != 0)]
    for known in (tree.raw_left_cat_bitsets, tree.binned_left_cat_bitsets):
        if sets.size and (known.shape[1:] != (_BITSET_WORDS,) or sets.max() >= len(known)):
            return "asks for categories that it does not have"
    return None


def _links(left: np.ndarray, right: np.ndarray, inner: np.ndarray) -> str | None:
    """All builders number a node after its parent; so there is no circle, and each but the first has one parent."""
    import numpy as np

    parents = np.flatnonzero(inner)
    below = np.concatenate((left[parents], right[parents])).astype(np.int64)
    if (below >= len(inner)).any() or (below <= np.concatenate((parents, parents))).any():
        return "leads to nodes that it does not have, or back to a node above"
    if len(below) != len(inner) - 1 or np.bincount(below, minlength=1).max() > 1:
        return "has nodes with two parents or none"
    return None


def _reach(used: np.ndarray, features: int | None, declared: int | None) -> str | None:
    if features is None or declared is None:
        return "is held by no estimator that knows its number of features"
    if used.size and not 0 <= used.min() <= used.max() < min(features, declared):
        return f"asks for a feature that is not among its {min(features, declared)}"
    return None


def _boosted(model: Any, _: int | None) -> str | None:
    """Its prediction goes through the trees at once, past the estimators that hold them."""
    stages = vars(model).get("estimators_")
    if stages is None:
        return None
    if stages.ndim != 2 or stages.shape[1] != model.n_trees_per_iteration_:
        return "has another number of trees a stage than of outputs"
    widths = {(_features(one), one.tree_.n_features) for one in stages.flat}
    if widths - {(_features(model), _features(model))}:
        return "has trees for another number of features"
    if any(one.tree_.value.shape[1:] != (1, 1) for one in stages.flat):
        return "has trees with several values a leaf"
    return None


def _binned(model: Any, _: int | None) -> str | None:
    mapper = vars(model).get("_bin_mapper")
    if mapper is not None and mapper.is_categorical_.shape != (_features(model),):
        return "has bins for another number of features"
    return None


def _neighbours(tree: Any, _: int | None) -> str | None:
    """A tree in an array: the children of i are 2i+1 and 2i+2, and share its points."""
    data, points, nodes, bounds, leaf_size, levels, count, *_numbers, metric, weights = tree.__getstate__()
    size, features = data.shape
    corners = 2 if type(tree).__name__.startswith("KD") else 1
    if (len(nodes), bounds.shape) != (count, (corners, count, features)) or count != 2**levels - 1 or leaf_size < 1:
        return "has another number of nodes than it says"
    if points.shape != (size,) or not 0 <= points.min() <= points.max() < size:
        return "leads to points that it does not have"
    if weights is not None and weights.shape != (size,):
        return "has another number of weights than of points"
    start, end, leaf = nodes["idx_start"], nodes["idx_end"], nodes["is_leaf"] != 0
    parents = (~leaf).nonzero()[0]
    if (2 * parents + 2 >= count).any():
        return "leads to nodes that it does not have"
    left, right = 2 * parents + 1, 2 * parents + 2
    shared = (start[left] == start[parents]) & (end[left] == start[right]) & (end[right] == end[parents])
    ordered = (start[left] <= end[left]) & (start[right] <= end[right])
    if (start[0], end[0]) != (0, size) or not (shared & ordered).all():
        return "does not share its points among its nodes"
    return _distance(metric, features)


def _distance(metric: Any, features: int) -> str | None:
    kind = type(metric).__name__.removesuffix("64").removesuffix("32")
    _power, vector, matrix = metric.__getstate__()[:3]
    per_feature = kind == "SEuclideanDistance" or (kind == "MinkowskiDistance" and vector.size > 0)
    if (per_feature and vector.shape != (features,)) or (
        kind == "MahalanobisDistance" and matrix.shape != (features, features)
    ):
        return "measures distances with another number of features"
    if kind == "HaversineDistance" and features != 2:
        return "measures distances on the globe with more or less than two features"
    return None
