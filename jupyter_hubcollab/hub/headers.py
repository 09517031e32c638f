"""What weight files say of themselves in their first bytes: safetensors and GGUF. Nothing is loaded, only counted."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from ..errors import BadInput

Read = Callable[[int, int], bytes]
"""Bytes of a file: from, up to."""

_LONGEST_HEADER = 100 << 20
_LONGEST_GGUF = 32 << 20
_MOST_TENSORS = 1 << 20
_DEEPEST = 2
_SHOWN = (
    "general.architecture",
    "tokenizer.chat_template",
    "tokenizer.ggml.bos_token_id",
    "tokenizer.ggml.eos_token_id",
)
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_GGUF_KINDS = {
    **{0: ("F32", 1, 4), 1: ("F16", 1, 2), 30: ("BF16", 1, 2), 28: ("F64", 1, 8), 24: ("I8", 1, 1), 25: ("I16", 1, 2)},
    **{26: ("I32", 1, 4), 27: ("I64", 1, 8), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22)},
    **{7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 36), 10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110)},
    **{12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292)},
}
"""Name, numbers in a block, bytes of a block."""
_ALIGNMENT = 32


class GgufTensor(NamedTuple):
    """A tensor in a GGUF file; its bytes begin at *start*, None of them where its kind is not known here."""

    name: str
    kind: str
    shape: tuple[int, ...]
    start: int
    size: int


def safetensors_header(read: Read, size: int) -> dict[str, Any]:
    """The header of a safetensors file of *size* bytes.

    Raises:
        BadInput: it is none.
    """
    start = read(0, 8)
    length = int.from_bytes(start, "little") if len(start) == 8 else 0
    if not 2 <= length <= min(_LONGEST_HEADER, size - 8):
        raise BadInput("this is no safetensors file: its header has no sensible length")
    try:
        header = json.loads(read(8, 8 + length))
    except (ValueError, RecursionError) as error:
        raise BadInput("this is no safetensors file: its header is no JSON") from error
    if not isinstance(header, dict):
        raise BadInput("this is no safetensors file: its header is no object")
    return header


def parameters_in(header: dict[str, Any]) -> dict[str, int]:
    """How many numbers of each type the tensors have that *header* lists."""
    found: dict[str, int] = {}
    for name, tensor in header.items():
        if name == "__metadata__" or not isinstance(tensor, dict):
            continue
        shape, dtype = tensor.get("shape"), tensor.get("dtype")
        if isinstance(dtype, str) and isinstance(shape, list) and all(_is_length(one) for one in shape):
            found[dtype] = found.get(dtype, 0) + math.prod(shape)
    return found


def gguf_facts(read: Read, size: int) -> dict[str, Any]:
    """Architecture, context length, chat template and number of parameters of a GGUF file of *size* bytes.

    Raises:
        BadInput: it is none, or its description is too long.
    """
    reader = _Gguf(read(0, min(size, _LONGEST_GGUF)))
    try:
        return reader.facts()
    except (struct.error, IndexError, OverflowError, UnicodeDecodeError) as error:
        raise BadInput("this is no GGUF file that can be read") from error


def gguf_tensors(read: Read, size: int) -> list[GgufTensor]:
    """The tensors of a GGUF file of *size* bytes.

    Raises:
        BadInput: it is none, or its description is too long.
    """
    reader = _Gguf(read(0, min(size, _LONGEST_GGUF)))
    try:
        return reader.tensors()
    except (struct.error, IndexError, OverflowError, UnicodeDecodeError) as error:
        raise BadInput("this is no GGUF file that can be read") from error


def _is_length(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 48


class _Gguf:
    """Reads one thing after the other."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def facts(self) -> dict[str, Any]:
        tensors, fields = self._fields()
        total = sum(math.prod(self._tensor()[2]) for _ in range(tensors))
        architecture = fields.get("general.architecture")
        shown = {"total": total, "architecture": architecture}
        context = fields.get(f"{architecture}.context_length")
        if isinstance(context, int):
            shown["context_length"] = context
        template = fields.get("tokenizer.chat_template")
        return shown | ({"chat_template": template} if isinstance(template, str) else {})

    def tensors(self) -> list[GgufTensor]:
        count, fields = self._fields()
        found = [self._tensor() for _ in range(count)]
        step = fields.get("general.alignment", _ALIGNMENT)
        if not isinstance(step, int) or step < 1:
            raise IndexError
        begin = -(-self._at // step) * step
        return [
            GgufTensor(name, kind, shape, begin + start, math.prod(shape) // block * length)
            for name, (kind, block, length), shape, start in found
        ]

    def _fields(self) -> tuple[int, dict[str, Any]]:
        """How many tensors there are, and what is said of all of them."""
        if self._content[:4] != b"GGUF":
            raise BadInput("this is no GGUF file")
        self._at = 4
        version = self._number("I")
        if version not in (2, 3):
            raise BadInput(f"GGUF version {version} is not known here")
        tensors, pairs = self._number("Q"), self._number("Q")
        if tensors > _MOST_TENSORS or pairs > _MOST_TENSORS:
            raise BadInput("this is no GGUF file that can be read")
        return tensors, {self._text(): self._value(self._number("I")) for _ in range(pairs)}

    def _number(self, code: str) -> Any:
        (value,) = struct.unpack_from("<" + code, self._content, self._at)
        self._at += struct.calcsize("<" + code)
        return value

    def _text(self) -> str:
        length = self._number("Q")
        if length > len(self._content) - self._at:
            raise IndexError
        text = self._content[self._at : self._at + length]
        self._at += length
        return text.decode(errors="replace")

    def _value(self, kind: int, depth: int = 0) -> Any:
        """A value; of arrays nothing is kept."""
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            return self._number(_NUMBERS.get(kind, "?x"))
        if depth > _DEEPEST:
            raise IndexError
        inner, count = self._number("I"), self._number("Q")
        if count > len(self._content):
            raise IndexError
        if inner in _NUMBERS:
            self._at += count * struct.calcsize("<" + _NUMBERS[inner])
        else:
            for _ in range(count):
                self._value(inner, depth + 1)
        return None

    def _tensor(self) -> tuple[str, tuple[str, int, int], tuple[int, ...], int]:
        """Name, kind, shape and place of a tensor; the first of GGUF's dimensions is the innermost."""
        name = self._text()
        shape = tuple(self._number("Q") for _ in range(min(self._number("I"), 8)))[::-1]
        kind, start = self._number("I"), self._number("Q")
        return name, _GGUF_KINDS.get(kind, (f"type {kind}", 1, 0)), shape, start
