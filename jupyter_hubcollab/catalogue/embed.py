"""Texts as vectors whose nearness is nearness in meaning; the default model is all-MiniLM-L6-v2 as int8 ONNX."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

FOLDER = Path(__file__).parent / "minilm"
LONGEST_TOKENS = 128
BATCH = 32


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
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning threads would take the cores from kernels between two queries.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(folder / "minilm_int8.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST_TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector of 384 numbers a text."""
        import numpy as np

        rows = np.empty((len(texts), 384), np.float32)
        # Texts of like length share a batch: padding is computed, too.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            rows[chosen] = self._embed_batch([texts[at] for at in chosen])
        return rows

    def _embed_batch(self, texts: Sequence[str]) -> Any:
        import numpy as np

        encoded = self._tokenizer.encode_batch([text[:4000] for text in texts])
        ids = np.array([each.ids for each in encoded], np.int64)
        mask = np.array([each.attention_mask for each in encoded], np.int64)
        vectors = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
