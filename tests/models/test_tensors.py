"""Tensors of two sides, with as little reading as possible."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from weights import safetensors

from jupyter_hubcollab.models.diff.sides import Kept, Side
from jupyter_hubcollab.models.diff.tensor_files import tensors_of
from jupyter_hubcollab.models.diff.tensors import layer_of, measured, paired

CHUNK = 1000


class Files:
    """Files in memory that count what is read of them, kept as chunks where asked."""

    def __init__(self, files: dict[str, bytes], *, chunked: bool = False) -> None:
        self._files = files
        self._chunked = chunked
        self.files = {path: Kept(len(content), str(hash(content))) for path, content in files.items()}
        self.read = 0

    def span(self, path: str, start: int, end: int) -> Iterator[bytes]:
        self.read += end - start
        yield self._files[path][start:end]

    def chunks(self, path: str) -> Iterable[tuple[bytes, int]]:
        content = self._files[path] if self._chunked else b""
        return [(content[at : at + CHUNK], len(content[at : at + CHUNK])) for at in range(0, len(content), CHUNK)]


def side(files: Files) -> Side:
    return Side("", "model", "", "", None, "", files)


def test_chunks_that_are_the_same_are_not_read() -> None:
    """Of a tensor in the same chunks only the ends are looked at; of the other one all is."""
    same, other = np.arange(10_000, dtype=np.float32), np.ones(10_000, np.float32)
    before = Files({"m.safetensors": safetensors(same=same, other=other)}, chunked=True)
    after = Files({"m.safetensors": safetensors(same=same, other=other * 2)}, chunked=True)

    pairs = paired(side(before), side(after))

    assert before.read < 3 * CHUNK
    assert [(one.name, one.is_same) for one in pairs.pairs] == [("same", True), ("other", False)]
    found = measured(pairs, lambda _: None)
    assert found["other"] is not None
    assert found["other"].relative == 1
    assert before.read < 3 * CHUNK + other.nbytes + 1


def test_shards_are_one_model() -> None:
    """Into which files a model is cut makes no difference."""
    a, b = np.ones(4, np.float32), np.zeros(4, np.float32)
    whole = Files({"model.safetensors": safetensors(a=a, b=b)})
    cut = Files(
        {
            "model-00001-of-00002.safetensors": safetensors(a=a),
            "model-00002-of-00002.safetensors": safetensors(b=b),
        }
    )

    pairs = paired(side(whole), side(cut))

    assert [one.name for one in pairs.pairs] == ["a", "b"]
    assert {one.relative for one in measured(pairs, lambda _: None).values() if one} == {0.0}


def gguf(kind: int, numbers: bytes, count: int) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 0)
    head += struct.pack("<Q", 1) + b"w" + struct.pack("<IQIQ", 1, count, kind, 0)
    return head + b"\0" * (-len(head) % 32) + numbers


@pytest.mark.parametrize(
    ("kind", "before", "after", "relative"),
    [
        (0, np.ones(32, "<f4").tobytes(), np.full(32, 2, "<f4").tobytes(), 1.0),
        (8, b"\1" * 34, b"\2" * 34, None),
        (8, b"\1" * 34, b"\1" * 34, 0.0),
    ],
)
def test_gguf_is_read_by_its_header(kind: int, before: bytes, after: bytes, relative: float | None) -> None:
    """Plain numbers are measured; of quantised ones it is told whether they differ."""
    sides = [Files({"m.gguf": gguf(kind, numbers, 32), "x": numbers}) for numbers in (before, after)]

    pairs = paired(*map(side, sides))

    (tensor,) = tensors_of("m.gguf", sides[0].files["m.gguf"].size, lambda *at: sides[0].span("m.gguf", *at))
    assert (tensor.name, tensor.shape) == ("w", (32,))
    found = measured(pairs, lambda _: None)["w"]
    assert (found.relative if found is not None else None) == relative


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("model.layers.3.attn.q.weight", "model.layers.3"),
        ("embeddings.word.weight", "embeddings.word"),
        ("coefs_0", "coefs_0"),
        ("w", "w"),
    ],
)
def test_tensors_belong_to_layers(name: str, layer: str) -> None:
    """By the first number in their name, or all but its last word."""
    assert layer_of(name) == layer
