"""Types that skops may restore: those of scikit-learn and NumPy that build a model and run nothing.

skops asks about every type that it does not know itself. Each name below was looked at; a type of the user's own is not
among them, because its code would run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_KERNELS = (
    "ConstantKernel DotProduct ExpSineSquared Exponentiation Matern Product RBF RationalQuadratic Sum WhiteKernel"
)
_SOLVERS = "AdamOptimizer SGDOptimizer"

TRUSTED = re.compile(
    "|".join(
        (
            r"sklearn\.tree\._tree\.Tree",
            r"sklearn\.ensemble\._hist_gradient_boosting\.(predictor\.TreePredictor|binning\._BinMapper)",
            rf"sklearn\.neural_network\._stochastic_optimizers\.({'|'.join(_SOLVERS.split())})",
            rf"sklearn\.gaussian_process\.kernels\.({'|'.join(_KERNELS.split())})",
            r"sklearn\.gaussian_process\._gpc\._BinaryGaussianProcessClassifierLaplace",
            r"sklearn\.metrics\._dist_metrics\.[A-Z]\w*Distance(32|64)?",
            r"sklearn\.neighbors\._(kd|ball)_tree\.(KD|Ball)Tree(32|64)?",
            r"sklearn\.calibration\._(CalibratedClassifier|SigmoidCalibration)",
            r"sklearn\._loss\.(link\.\w+|loss\.\w+|_loss\.Cy\w+)",
            r"sklearn\.linear_model\._sgd_fast\.\w+|sklearn\.utils\._bunch\.Bunch",
            r"sklearn\.ensemble\._gb_losses\.\w+|sklearn\.cluster\._hdbscan\.\w+\.\w+",
            r"scipy\.interpolate\._bsplines\.BSpline|scipy\._lib\.array_api_compat\.numpy\._aliases\.asarray",
            r"scipy\.interpolate\._interpolate\.interp1d|scipy\.sparse\._\w+\.\w+_(matrix|array)",
            r"numpy\.dtype|numpy\.(bool_?|(u?int|float|complex)\d+|str_)|numpy\.random\.\w+\.\w+",
            r"collections\.(OrderedDict|defaultdict|Counter|deque)|builtins\.(slice|range|set|frozenset)",
        )
    )
)


def distrusted(types: Iterable[str]) -> list[str]:
    """Those of *types* that are not known to be harmless."""
    return sorted(name for name in types if not TRUSTED.fullmatch(name))
