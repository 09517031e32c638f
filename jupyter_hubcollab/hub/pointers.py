"""git-lfs: the small text that stands in git for a blob, and the ``.gitattributes`` that tells git so."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..names import Digest

ATTRIBUTES = ".gitattributes"
LONGEST_POINTER = 1024
_POINTER = re.compile(
    rb"version https://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/v1\n"
    rb"(?:ext-[^\n]+\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,18})\n?"
)
_BIG_KINDS = (
    "7z arrow avro bin bz2 ckpt ftz gguf gz h5 joblib keras lz4 mlmodel model msgpack npy npz onnx ot parquet pb "
    "pickle pkl pt pth rar safetensors skops tar tflite tgz wasm whl xz zip zst"
)
_AS_LFS = "filter=lfs diff=lfs merge=lfs -text"
_SPECIAL = re.compile(r"([\\*?\[\]!#\"])")

DEFAULT_ATTRIBUTES = "".join(f"*.{kind} {_AS_LFS}\n" for kind in _BIG_KINDS.split()) + f"*tfevents* {_AS_LFS}\n"


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which blob stands here."""

    digest: Digest
    size: int

    def text(self) -> bytes:
        """As it stands in git."""
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.digest}\nsize {self.size}\n".encode()


def parse_pointer(content: bytes) -> Pointer | None:
    """The pointer that *content* is, if it is one."""
    if len(content) > LONGEST_POINTER or not content.startswith(b"version "):
        return None
    found = _POINTER.fullmatch(content)
    return Pointer(Digest(found[1].decode()), int(found[2])) if found else None


def lfs_patterns(attributes: str) -> list[str]:
    """The patterns of files that git-lfs keeps, last one first, as ``.gitattributes`` has them."""
    lines = (line.split() for line in attributes.splitlines() if not line.lstrip().startswith("#"))
    return [words[0] for words in lines if "filter=lfs" in words[1:]][::-1]


def is_kept_by_lfs(path: str, patterns: Iterable[str]) -> bool:
    """Does one of *patterns* cover *path*?"""
    return any(_covers(pattern, path) for pattern in patterns)


def with_paths(attributes: str, paths: Sequence[str]) -> str:
    """*attributes*, and a line for each of *paths* that it does not cover yet."""
    patterns = lfs_patterns(attributes)
    missing = [path for path in paths if not is_kept_by_lfs(path, patterns)]
    if not missing:
        return attributes
    begin = attributes if not attributes or attributes.endswith("\n") else attributes + "\n"
    return begin + "".join(f"{_pattern_of(path)} {_AS_LFS}\n" for path in missing)


def _pattern_of(path: str) -> str:
    # Spaces end a pattern; git has no escape for them outside of quotes, a class of characters works everywhere.
    return "/" + _SPECIAL.sub(r"\\\1", path).replace(" ", "[[:space:]]")


def _covers(pattern: str, path: str) -> bool:
    plain = pattern.replace("[[:space:]]", " ")
    if re.sub(r"\\(.)", r"\1", plain).lstrip("/") == path:
        return True
    if "/" not in plain:
        return fnmatch.fnmatchcase(path.rpartition("/")[2], plain)
    return fnmatch.fnmatchcase(path, plain.lstrip("/"))
