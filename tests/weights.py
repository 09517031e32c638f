"""Small weight files, for tests."""

from __future__ import annotations

import json
import struct

import numpy as np

KINDS = {"float32": "F32", "float16": "F16", "float64": "F64", "int8": "I8", "uint16": "BF16"}


def safetensors(**arrays: np.ndarray) -> bytes:
    header, content = {}, b""
    for name, array in arrays.items():
        span = [len(content), len(content) + array.nbytes]
        header[name.replace("__", ".")] = {
            "dtype": KINDS[str(array.dtype)],
            "shape": list(array.shape),
            "data_offsets": span,
        }
        content += array.tobytes()
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + content
