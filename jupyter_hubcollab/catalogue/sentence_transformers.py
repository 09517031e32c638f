"""Embedders by the package sentence-transformers, which brings torch; imported when the setting asks for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import NotSupported, Unavailable
from .embed import BATCH, LONGEST_TEXT, unit
from .embedders import digest, told

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_NOT_READ = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack", "*.tflite", "*.mlmodel*", "coreml/*")
"""Other forms of the same weights."""


class SentenceTransformers:
    """Sentence embeddings by any model that sentence-transformers reads."""

    def __init__(self, name: str, folder: Path, *, threads: int = 1) -> None:
        """*folder* has the files of the model *name*, *threads* is how many torch may take.

        Raises:
            NotSupported: the package is not there.
            Unavailable: it cannot read the model.
        """
        self._model = _loaded(name, folder, threads)
        self._about = told(folder)
        self._next, self._busy = threading.Lock(), threading.Lock()
        is_commit = folder.parent.name == "snapshots"
        revision = folder.name[:16] if is_commit else digest(_files(folder))
        self.id = f"sentence-transformers:{Path(name).name}/{revision}"
        self.dimensions = int(self._encode("", ["a model"]).shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text in which one looks."""
        return self._embed(self._about.passage, texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a question."""
        return self._embed(self._about.query, texts)

    def _embed(self, prompt: str, texts: Sequence[str]) -> Vectors:
        import numpy as np

        rows = np.empty((len(texts), self.dimensions), np.float32)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            rows[places] = self._encode(prompt, [texts[at][:LONGEST_TEXT] for at in places])
        return rows

    def _encode(self, prompt: str, texts: list[str]) -> Vectors:
        with self._turn():
            found = self._model.encode(
                texts, prompt=prompt or None, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True
            )
        return unit(found.astype("float32"))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One at a time, as its tokenizers want it; a question waits for one batch, not for all that are to come."""
        with self._next:
            self._busy.acquire()
        try:
            yield
        finally:
            self._busy.release()


def downloaded(name: str, *, offline: bool) -> Path:
    """The folder of the model with the id *name* in the cache of huggingface_hub, fetched unless *offline*.

    Raises:
        NotSupported: sentence-transformers, which would read it, is not there.
        Unavailable: it is not in the cache, and cannot be fetched.
    """
    import httpx
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    _package()
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except LocalEntryNotFoundError as error:
        if offline:
            said = f"the embedding model {name} is not on this machine, and nothing may be fetched now"
            raise Unavailable(f"{said}; run 'hf download {name}', or let embedding_model name a folder") from error
    except HFValidationError as error:
        raise Unavailable(f"'{name}' is neither a folder nor an id; correct the setting embedding_model") from error
    try:
        return Path(snapshot_download(name, ignore_patterns=list(_NOT_READ)))
    except (OSError, httpx.HTTPError, HfHubHTTPError) as error:
        said = f"the embedding model {name} could not be fetched ({str(error).splitlines()[0]})"
        raise Unavailable(f"{said}; correct the setting embedding_model, or let it name a folder") from error


def _package() -> Any:
    try:
        import sentence_transformers
    except ImportError as error:
        said = "pip install 'jupyter-hubcollab[sentence-transformers]' for this embedding_model"
        raise NotSupported(f"{said}; a folder with an .onnx file and its tokenizer.json needs no package") from error
    return sentence_transformers


def _loaded(name: str, folder: Path, threads: int) -> Any:
    package = _package()
    import torch

    torch.set_num_threads(threads)
    try:
        return package.SentenceTransformer(str(folder), local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        said = f"sentence-transformers cannot read the embedding model {name} ({str(error).strip().splitlines()[0]})"
        raise Unavailable(f"{said}; is the folder {folder} complete?") from error


def _files(folder: Path) -> list[Path]:
    weights = [*folder.rglob("*.safetensors")] or [*folder.rglob("*.bin")]
    return [*weights, *folder.rglob("*.json")]
