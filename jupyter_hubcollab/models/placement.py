"""Which uploaded files go into git itself, where they can be compared, and which stay blobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..names import Digest, FilePath
from .scan.kinds import kind_of, suffix

if TYPE_CHECKING:
    from ..storage.blobs import Blobs

SMALL = 256 << 10
LARGEST_NOTEBOOK = 4 << 20
_BINARY = frozenset(
    (
        ".onnx",
        ".skops",
        ".h5",
        ".keras",
        ".gguf",
        ".tflite",
        ".pb",
        ".zip",
        ".gz",
        ".parquet",
        ".arrow",
        ".msgpack",
        ".ubj",
    )
)


def placed(blobs: Blobs, path: FilePath, blob: Digest, size: int) -> bytes | Digest:
    """The content of small text; of everything else the digest."""
    from ..hub.pointers import parse_pointer

    longest = LARGEST_NOTEBOOK if suffix(path) == ".ipynb" else SMALL
    if size > longest or kind_of(path) not in ("", ".py") or suffix(path) in _BINARY:
        return blob
    content = b"".join(blobs.read(blob))
    try:
        content.decode()
    except UnicodeDecodeError:
        return blob
    # The text of a git-lfs pointer would become the blob that it names, whoever's that is.
    return blob if b"\0" in content or parse_pointer(content) else content
