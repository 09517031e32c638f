"""Texts as vectors whose nearness is nearness in meaning; the default model is all-MiniLM-L6-v2 as int8 ONNX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

FOLDER = Path(__file__).parent / "minilm"
LONGEST_TOKENS = 128
BATCH = 8
"""Texts that are computed at once: larger batches leave the caches of a processor, and hold more padding."""
LONGEST_TEXT = 4_000
"""Characters that are read; the model takes in fewer."""


class Embedder(Protocol):
    """Makes unit vectors of one length from texts."""

    @property
    def id(self) -> str:
        """Names the model and its state: vectors of different ids are not comparable."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        ...


class MiniLm:
    """Sentence embeddings by onnxruntime; opening takes 0.2 s and 80 MB, a query 3 ms."""

    id = "minilm-l6-v2-int8/1"

    def __init__(self, folder: Path = FOLDER, *, threads: int = 1) -> None:
        """*threads*: how many batches are computed beside each other."""
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        # One thread a batch: two that share a batch of this size wait for each other half of the time.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._threads = threads
        self._session = onnxruntime.InferenceSession(
            str(folder / "minilm_int8.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector of 384 numbers a text."""
        import numpy as np

        tokens = [each.ids for each in self._tokenizer.encode_batch([text[:LONGEST_TEXT] for text in texts])]
        rows = np.empty((len(texts), 384), np.float32)
        batches = list(_alike_in_length(tokens))
        for chosen, vectors in zip(batches, self._each([[tokens[at] for at in one] for one in batches]), strict=True):
            rows[chosen] = vectors
        return rows

    def _each(self, batches: Sequence[Sequence[list[int]]]) -> Iterator[Vectors]:
        if self._threads == 1 or len(batches) == 1:
            yield from map(self._batch, batches)
            return
        with ThreadPoolExecutor(self._threads) as pool:
            yield from pool.map(self._batch, batches)

    def _batch(self, tokens: Sequence[list[int]]) -> Vectors:
        import numpy as np

        ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(tokens):
            ids[row, : len(each)], mask[row, : len(each)] = each, 1
        vectors = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return unit


def _alike_in_length(tokens: Sequence[list[int]]) -> Iterator[list[int]]:
    """Places of texts that share a batch: what fills the shorter ones up to the longest is computed, too."""
    order = sorted(range(len(tokens)), key=lambda at: len(tokens[at]))
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]
