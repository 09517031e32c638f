"""The tensors of a model and back, and the safetensors format for one of them; nothing of torch is imported here.

A model is whatever has ``state_dict`` (torch), ``get_weights`` (keras), arrays that end in ``_`` (scikit-learn), or a
dict of arrays. Each tensor becomes a file of its own: one that did not change is neither sent nor stored again.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import BadInput, Unsaveable
from ..names import TENSOR_FOLDER

ENDING = ".safetensors"
_PLAIN = re.compile(r"[^A-Za-z0-9._]+")
_NAMES = {
    **{"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32", "int16": "I16"},
    **{"int8": "I8", "uint8": "U8", "uint16": "U16", "uint32": "U32", "uint64": "U64", "bool": "BOOL"},
}
_DTYPES = {name: dtype for dtype, name in _NAMES.items()}
_BF16 = "BF16"


def tensors_of(model: Any) -> dict[str, Any]:
    """Copies of the tensors of *model*, by name: training may go on while they are written.

    Raises:
        Unsaveable: it has none that are known here.
    """
    import numpy as np

    if isinstance(model, Mapping):
        found = dict(model)
    elif hasattr(model, "get_weights"):  # first: on torch, a model of keras has a state_dict, whose names change
        found = {f"weights/{number:05}": one for number, one in enumerate(model.get_weights())}
    elif hasattr(model, "state_dict"):
        found = model.state_dict()
    else:
        found = {
            name: one
            for name, one in getattr(model, "__dict__", {}).items()
            if name.endswith("_") and isinstance(one, np.ndarray)
        }
    arrays = {str(name): _array(one) for name, one in found.items() if _is_tensor(one)}
    if not arrays:
        raise Unsaveable(
            f"a {type(model).__qualname__} has no tensors that a checkpoint could hold: give a model of torch, keras "
            "or scikit-learn that has been trained, or a dict of arrays"
        )
    return arrays


def restore(model: Any, arrays: Mapping[str, Any]) -> Any:
    """Put *arrays* into *model*; the model, or for a dict a new one.

    Raises:
        BadInput: the model has other tensors.
    """
    if isinstance(model, Mapping):
        return {**model, **arrays}
    if hasattr(model, "set_weights"):
        _check_same(arrays, [f"weights/{number:05}" for number in range(len(model.get_weights()))])
        model.set_weights([arrays[name] for name in sorted(arrays)])
    elif hasattr(model, "load_state_dict"):
        import torch

        _check_same(arrays, [str(name) for name, one in model.state_dict().items() if _is_tensor(one)])
        model.load_state_dict({name: torch.from_numpy(one.copy()) for name, one in arrays.items()}, strict=False)
    else:
        for name, one in arrays.items():
            setattr(model, name, one.copy())
    return model


def _check_same(arrays: Mapping[str, Any], names: list[str]) -> None:
    strange = sorted(set(arrays) ^ set(names))
    if strange:
        raise BadInput(
            f"the checkpoint is of another model: {len(strange)} tensors are in one of the two only, '{strange[0]}' "
            "among them; build the model as it was"
        )


def file_of(name: str) -> str:
    """The file of a tensor, below the folder of its checkpoint."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{TENSOR_FOLDER}{_PLAIN.sub('-', name).strip('-')[:80]}-{digest}{ENDING}"


def write(file: Path, name: str, array: Any) -> None:
    """Write one tensor as safetensors.

    Raises:
        Unsaveable: its numbers are of a kind that the format does not have.
    """
    kind = _NAMES.get(str(array.dtype))
    if kind is None:
        raise Unsaveable(f"safetensors holds no numbers of type {array.dtype}; convert the tensor first")
    header = json.dumps({name: {"dtype": kind, "shape": list(array.shape), "data_offsets": [0, array.nbytes]}}).encode()
    header += b" " * (-len(header) % 8)
    with file.open("wb") as target:
        target.write(struct.pack("<Q", len(header)) + header)
        target.write(memoryview(array).cast("B") if array.nbytes else b"")


def read(content: bytes) -> tuple[str, Any]:
    """The name and the tensor in a file that `write` wrote."""
    import numpy as np

    (length,) = struct.unpack("<Q", content[:8])
    ((name, about),) = json.loads(content[8 : 8 + length]).items()
    dtype = np.dtype("float32" if about["dtype"] == _BF16 else _DTYPES[about["dtype"]])
    return name, np.frombuffer(content[8 + length :], dtype=dtype).reshape(about["shape"])


def _is_tensor(value: Any) -> bool:
    return hasattr(value, "shape") and hasattr(value, "dtype")


def _array(value: Any) -> Any:
    """*value* as a contiguous array of our own, in the memory of the processor."""
    import numpy as np

    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = value.float() if str(value.dtype) == "torch.bfloat16" else value
        value = value.numpy()
    return np.array(value, order="C", copy=True)
