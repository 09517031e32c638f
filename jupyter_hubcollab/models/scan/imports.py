"""Which imports a pickle may do: an allow-list, because a list of bad ones is never complete.

``ALLOWED`` are types and functions that build data and run nothing that the pickle chooses. ``FOREIGN`` are model and
table classes of well-known libraries: no weapon by themselves, but too many to vouch for each. Names with dots in
them (``numpy`` ``f2py.os.system``) match nothing: that is how a pickle climbs out of a harmless module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .verdicts import SAFE, Verdict, caution, named, unsafe

_NUMBER = r"(u?int|float|complex)(\d+|c|p)?|bool_?|(long)?(double|complex)|str_|bytes_|void|object_"
ALLOWED = re.compile(
    "|".join(
        (
            r"numpy (ndarray|dtype|recarray|ma)",
            rf"numpy ({_NUMBER})",
            r"numpy\.(_core|core)\.(multiarray|numeric) (_reconstruct|scalar|_frombuffer)",
            r"numpy\.(_core|core)\._internal _convert_to_stringdtype_kwargs",
            r"numpy\.rec recarray|numpy\.dtypes \w+DType",
            r"numpy\.random\._pickle \w+",
            r"numpy\.random\._(mt19937|pcg64|philox|sfc64) \w+",
            r"numpy\.random\.bit_generator (\w+Sequence|BitGenerator|__pyx_unpickle_\w+)",
            r"numpy\.ma(\.core)? (_mareconstruct|MaskedArray)",
            r"numpy (log1p|log|log2|log10|exp|expm1|sqrt|square|abs|absolute|mean|median|sin|cos|tanh)",
            r"_?collections (OrderedDict|defaultdict|Counter|deque)",
            r"(builtins|__builtin__) (set|frozenset|bytearray|complex|slice|range|xrange|object|list|dict|tuple)",
            r"(builtins|__builtin__) (int|long|float|str|unicode|bool|bytes)",
            r"(copyreg|copy_reg) _reconstructor",
            r"_codecs encode",
            r"datetime (datetime|date|time|timedelta|timezone)|decimal Decimal|fractions Fraction|uuid UUID",
            r"torch(\._utils|\._tensor)? _rebuild_(tensor|tensor_v2|parameter|qtensor|from_type_v2|sparse_tensor)",
            r"torch Tensor",
            r"torch (\w*Storage|Size|device|per_(tensor|channel)_affine|strided|sparse_coo)",
            r"torch (b?float|u?int|q?u?int|complex)\d+\w*|torch (bool|long|half|double|float|int|short)",
            r"torch\.storage \w*Storage|torch\.nn\.parameter Parameter",
            r"joblib\.numpy_pickle NumpyArrayWrapper|sklearn\.externals\.joblib\.numpy_pickle NumpyArrayWrapper",
            r"sklearn\.(?!externals|datasets|conftest|utils\.(fixes|parallel|_joblib|_testing))[a-z_][\w.]* _?[A-Z]\w*",
            r"sklearn\.([\w.]+\.)?_\w+ __pyx_unpickle_\w+|sklearn\._loss\.(_loss|link|loss) \w+",
            r"sklearn\.(neighbors\._(kd|ball)_tree|metrics\._dist_metrics) newObj",
            r"scipy\.sparse\.?[\w.]* \w+_(matrix|array)",
        )
    )
)
FOREIGN = re.compile(
    "|".join(
        (
            r"torch\.(nn|optim)\.[\w.]+ _?[A-Z]\w*|torch\._C\._nn \w+|torchao\.quantization[\w.]* [A-Z]\w*",
            r"torch\._utils _rebuild_wrapper_subclass|torch\.serialization _get_layout|__torch__[\w.]* \w+",
            r"transformers\.(models|training_args|trainer_utils|activations|configuration_utils)[\w.]* [A-Z]\w*",
            r"pandas(\.(core|_libs)[\w.]+)? (_new_\w+|__pyx_unpickle_\w+|_unpickle\w*|[A-Z]\w*|_from_\w+|new_block)",
            r"(xgboost|lightgbm|catboost|statsmodels|sentence_transformers|imblearn|accelerate)[\w.]* _?[A-Z]\w*",
            r"argparse Namespace|pathlib \w*Path|types SimpleNamespace",
        )
    )
)


def judged(imports: Iterable[str]) -> Verdict:
    """The verdict on a pickle that imports *imports*, each as ``module name``."""
    names = sorted(set(imports))
    unknown = [name for name in names if not ALLOWED.fullmatch(name) and not FOREIGN.fullmatch(name)]
    if unknown:
        return unsafe(f"loading it would import {named(unknown)}", names)
    foreign = [name for name in names if not ALLOWED.fullmatch(name)]
    if foreign:
        return caution(f"a pickle that needs {named(foreign)}", names)
    return Verdict(SAFE.safety, "a pickle with harmless imports only" if names else "", tuple(names))
