"""What weight files say of themselves."""

from __future__ import annotations

import json
import struct

import pytest

from jupyter_hubcollab.errors import BadInput
from jupyter_hubcollab.hub.headers import Read, gguf_facts, parameters_in, safetensors_header


def reader(content: bytes) -> Read:
    return lambda start, end: content[start:end]


def safetensors(header: object) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def gguf(pairs: list[bytes], tensors: list[bytes], version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(pairs)) + b"".join(pairs + tensors)


def tensor(name: str, *shape: int) -> bytes:
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, 0)


def test_parameters_are_counted_by_type() -> None:
    """Scalars count one, what is no tensor nothing."""
    header = {
        "__metadata__": {"format": "pt"},
        "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        "b": {"dtype": "F32", "shape": [], "data_offsets": [24, 28]},
        "c": {"dtype": "BF16", "shape": [4], "data_offsets": [28, 36]},
        "odd": {"dtype": "F32", "shape": [-1]},
    }
    content = safetensors(header) + bytes(36)

    assert parameters_in(safetensors_header(reader(content), len(content))) == {"F32": 7, "BF16": 4}


def test_a_gguf_file_tells_its_architecture() -> None:
    """Among other fields, arrays of arrays too, which are passed over."""
    pairs = [
        text("general.architecture") + struct.pack("<I", 8) + text("llama"),
        text("tokenizer.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b"),
        text("scores") + struct.pack("<IIQ", 9, 6, 3) + bytes(12),
        text("llama.context_length") + struct.pack("<II", 4, 4096),
        text("tokenizer.chat_template") + struct.pack("<I", 8) + text("{{ messages }}"),
    ]
    content = gguf(pairs, [tensor("w", 8, 4), tensor("b", 8)])

    assert gguf_facts(reader(content), len(content)) == {
        "total": 40,
        "architecture": "llama",
        "context_length": 4096,
        "chat_template": "{{ messages }}",
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GG",
        b"\x80\x04 a pickle",
        struct.pack("<Q", 1 << 60) + b"{}",
        struct.pack("<Q", 100) + b"{}",
        struct.pack("<Q", 4) + b"nope",
        safetensors([1, 2]),
        struct.pack("<Q", 200_000) + b"[" * 200_000,
    ],
)
def test_what_is_no_safetensors_file(content: bytes) -> None:
    """Is said to be none, without a look at more bytes than there are."""
    with pytest.raises(BadInput):
        safetensors_header(reader(content), len(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGUX" + bytes(20),
        gguf([], [], version=9),
        b"GGUF" + struct.pack("<IQQ", 3, 1 << 40, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 5),
        gguf([text("a") + struct.pack("<I", 77)], []),
        gguf([text("a") + struct.pack("<IIQ", 9, 8, 1 << 60)], []),
        gguf([text("a") + struct.pack("<IQ", 8, 1 << 60)], []),
        gguf([text("a") + struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 50], []),
    ],
)
def test_what_is_no_gguf_file(content: bytes) -> None:
    """Is said to be none, whatever lengths it claims."""
    with pytest.raises(BadInput):
        gguf_facts(reader(content), len(content))
