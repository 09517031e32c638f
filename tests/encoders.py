"""Sentence encoders as ONNX files, small and real: a table of words, written as the format says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from jupyter_hubcollab.catalogue.meaning import UNLIKE

FEW = "[PAD] [UNK] [CLS] a pet dog cat animal car sound photo speech query passage : digits numbers"
WORDS = tuple(dict.fromkeys([*FEW.split(), *" ".join(UNLIKE).split()]))
FLOAT, INT64 = 1, 7


def encoder(folder: Path, *, dimensions: int = 96, seed: int = 0, types: bool = False, **told: Any) -> Path:
    """Fill *folder* with an encoder that knows `WORDS`; *told* are the contents of files by name, without ``.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(_model(dimensions, seed, types=types))
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A", special_tokens=[("[CLS]", 2)])
    tokenizer.save(str(folder / "tokenizer.json"))
    for name, content in told.items():
        file = folder / f"{name.replace('__', '/')}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(content))
    return folder


def table(dimensions: int, seed: int = 0) -> np.ndarray:
    """What the encoder knows of each word."""
    rows: np.ndarray = np.random.default_rng(seed).normal(size=(len(WORDS), dimensions)).astype(np.float32)
    return rows


def _model(dimensions: int, seed: int, *, types: bool) -> bytes:
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if types else [])]
    tensors = [_tensor("words", table(dimensions, seed))]
    nodes = [_node("Gather", ["words", "input_ids"], "known" if types else "last_hidden_state")]
    if types:
        tensors.append(_tensor("kinds", np.zeros((2, dimensions), np.float32)))
        nodes.append(_node("Gather", ["kinds", "token_type_ids"], "kind"))
        nodes.append(_node("Add", ["known", "kind"], "last_hidden_state"))
    graph = [*[(1, node) for node in nodes], (2, b"words"), *[(5, tensor) for tensor in tensors]]
    graph += [(11, _value(name, INT64, ["b", "s"])) for name in names]
    graph += [(12, _value("last_hidden_state", FLOAT, ["b", "s", dimensions]))]
    return _message([(1, 8), (7, _message(graph)), (8, _message([(1, b""), (2, 13)]))])


def _node(kind: str, inputs: Sequence[str], output: str) -> bytes:
    return _message([*[(1, name.encode()) for name in inputs], (2, output.encode()), (4, kind.encode())])


def _tensor(name: str, rows: np.ndarray) -> bytes:
    return _message([*[(1, length) for length in rows.shape], (2, FLOAT), (8, name.encode()), (9, rows.tobytes())])


def _value(name: str, kind: int, shape: Sequence[str | int]) -> bytes:
    lengths = [_message([(1, one) if isinstance(one, int) else (2, one.encode())]) for one in shape]
    tensor = _message([(1, kind), (2, _message([(1, one) for one in lengths]))])
    return _message([(1, name.encode()), (2, _message([(1, tensor)]))])


def _message(fields: Sequence[tuple[int, int | bytes]]) -> bytes:
    """A protobuf message."""
    whole = bytearray()
    for number, value in fields:
        if isinstance(value, int):
            whole += _varint(number << 3) + _varint(value)
        else:
            whole += _varint(number << 3 | 2) + _varint(len(value)) + value
    return bytes(whole)


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])
