"""Texts as vectors whose nearness is nearness in meaning; the default model is all-MiniLM-L6-v2 as int8 ONNX."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    """Makes unit vectors of one length from texts; `embedders.embedder` makes the one of the settings."""

    @property
    def id(self) -> str:
        """Names the model and its state: vectors of different ids are not comparable."""
        ...

    @property
    def dimensions(self) -> int:
        """Numbers of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text in which one looks for something."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row a text that says what to look for; some models were trained to tell the two apart by a prefix."""
        ...


class MiniLm:
    """Sentence embeddings by onnxruntime; opening takes 0.2 s and 80 MB, a query 3 ms."""

    id = "minilm-l6-v2-int8/1"
    dimensions = 384

    def __init__(self, folder: Path = FOLDER, *, threads: int = 1) -> None:
        """*threads*: how many batches are computed beside each other."""
        from tokenizers import Tokenizer

        self._threads = threads
        self._session = session(folder / "minilm_int8.onnx")
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector of 384 numbers a text."""
        tokens = [each.ids for each in self._tokenizer.encode_batch([text[:LONGEST_TEXT] for text in texts])]
        return in_batches(tokens, self._batch, dimensions=self.dimensions, threads=self._threads)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same: this model knows no difference."""
        return self.embed(texts)

    def _batch(self, tokens: Sequence[list[int]]) -> Vectors:
        ids, mask = padded(tokens)
        return unit(self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0])


def session(file: Path) -> Any:
    """The model in *file*, opened by onnxruntime for batches of which each has one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Two threads that share a batch of this size wait for each other half of the time.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def in_batches(
    tokens: Sequence[list[int]], run: Callable[[Sequence[list[int]]], Vectors], *, dimensions: int, threads: int
) -> Vectors:
    """What *run* makes of *tokens*, a row a text; so many batches as *threads* are computed beside each other."""
    import numpy as np

    rows = np.empty((len(tokens), dimensions), np.float32)
    chosen = list(_alike_in_length(tokens))
    batches = [[tokens[at] for at in one] for one in chosen]
    for places, vectors in zip(chosen, _each(batches, run, threads), strict=True):
        rows[places] = vectors
    return rows


def _each(
    batches: Sequence[Sequence[list[int]]], run: Callable[[Sequence[list[int]]], Vectors], threads: int
) -> Iterator[Vectors]:
    if threads == 1 or len(batches) == 1:
        yield from map(run, batches)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(run, batches)


def padded(tokens: Sequence[list[int]], filler: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tokens of one length, the shorter ones filled up, and the mask that says which are meant."""
    import numpy as np

    ids = np.full((len(tokens), max(map(len, tokens))), filler, np.int64)
    mask = np.zeros_like(ids)
    for row, each in enumerate(tokens):
        ids[row, : len(each)], mask[row, : len(each)] = each, 1
    return ids, mask


def unit(vectors: Vectors) -> Vectors:
    """Each of *vectors* at length one."""
    import numpy as np

    made: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return made


def _alike_in_length(tokens: Sequence[list[int]]) -> Iterator[list[int]]:
    """Places of texts that share a batch: what fills the shorter ones up to the longest is computed, too."""
    order = sorted(range(len(tokens)), key=lambda at: len(tokens[at]))
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]
