"""A sentence encoder in a folder: an ONNX file, its tokenizer, and what the folder says of pooling and prompts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Unavailable
from .embed import LONGEST_TEXT, in_batches, padded, session, unit
from .embedders import digest, read, told

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Ids = NDArray[np.integer[Any]]

LONGEST_TOKENS = 256
"""Where the folder does not say how many the model takes."""
POOLED = "sentence_embedding"
"""How exporters call an output that is one vector a text."""
_SHAPES = {"Transformer", "Pooling", "Normalize"}
"""Steps that we know; what comes after them must be in the ONNX file."""


class OnnxFolder:
    """Sentence embeddings by onnxruntime from any encoder that was exported for it."""

    def __init__(self, file: Path, *, threads: int = 1) -> None:
        """*file* is the model, *threads* how many batches are computed beside each other.

        Raises:
            Unavailable: something is missing in its folder, or it is no sentence encoder.
        """
        folder = file.parent
        if not (folder / "tokenizer.json").is_file() and folder.name == "onnx":
            folder = folder.parent
        self._about, self._threads = told(folder), threads
        self._tokenizer = self._opened_tokenizer(folder)
        self._filler = _filler(self._tokenizer)
        self._session = _opened(file)
        self._inputs = self._known_inputs(file)
        self._output = self._best_output()
        self._pooling = "" if self._output == POOLED else _pooling(folder)
        self.id = f"onnx:{folder.name}/{digest(_files(file, folder))}"
        self.dimensions = self._tried(file)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text in which one looks."""
        return self._embed(self._about.passage, texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a question."""
        return self._embed(self._about.query, texts)

    def _embed(self, prompt: str, texts: Sequence[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch([prompt + text[:LONGEST_TEXT] for text in texts])
        tokens = [each.ids or [self._filler] for each in encoded]
        return in_batches(tokens, self._batch, dimensions=self.dimensions, threads=self._threads)

    def _batch(self, tokens: Sequence[list[int]]) -> Vectors:
        import numpy as np

        ids, mask = padded(tokens, self._filler)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found = self._session.run(
            [self._output], {name: given[name].astype(kind) for name, kind in self._inputs.items()}
        )[0]
        return unit(self._one_a_text(found.astype(np.float32), mask))

    def _one_a_text(self, found: Vectors, mask: Ids) -> Vectors:
        if found.ndim == 2:
            return found
        if self._pooling == "cls":
            first: Vectors = found[:, 0]
            return first
        meant = mask[:, :, None].astype(found.dtype)
        mean: Vectors = (found * meant).sum(axis=1) / meant.sum(axis=1)
        return mean

    def _opened_tokenizer(self, folder: Path) -> Any:
        from tokenizers import Tokenizer

        if not (file := folder / "tokenizer.json").is_file():
            raise Unavailable(f"{folder} has no tokenizer.json, which an embedding model needs; copy it there")
        try:
            tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:
            raise Unavailable(f"{file} of the embedding model is damaged ({error}); copy it again") from error
        limit = self._about.max_seq_length or (tokenizer.truncation or {}).get("max_length")
        stated = self._about.model_max_length
        if limit is None and stated is not None and stated < LONGEST_TEXT:
            limit = int(stated)
        tokenizer.enable_truncation(limit or LONGEST_TOKENS)
        tokenizer.no_padding()
        return tokenizer

    def _known_inputs(self, file: Path) -> dict[str, str]:
        """The inputs of the model, each with its type."""
        kinds = {one.name: "int32" if "int32" in one.type else "int64" for one in self._session.get_inputs()}
        if unknown := kinds.keys() - {"input_ids", "attention_mask", "token_type_ids"}:
            raise Unavailable(f"the embedding model {file} wants {', '.join(sorted(unknown))}; use a text encoder")
        return kinds

    def _best_output(self) -> str:
        """One vector a text, if an exporter made it so; else one a token: BERT's pooler, beside it, is neither."""
        shapes = {one.name: len(one.shape or ()) for one in self._session.get_outputs()}
        a_token = [name for name, length in shapes.items() if length == 3]
        return POOLED if POOLED in shapes else [*a_token, *shapes][0]

    def _tried(self, file: Path) -> int:
        """Numbers of a vector."""
        try:
            return int(self._batch([self._tokenizer.encode("a model").ids]).shape[1])
        except _failures() as error:
            raise Unavailable(f"the embedding model {file} fails on a text ({error}); export it again") from error


def _opened(file: Path) -> Any:
    try:
        return session(file)
    except _failures() as error:
        raise Unavailable(
            f"{file} cannot be opened as an embedding model ({error}); copy or export it again"
        ) from error


def _failures() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = (one for one in vars(state).values() if isinstance(one, type) and issubclass(one, Exception))
    return (*own, RuntimeError, ValueError, IndexError)


def _filler(tokenizer: Any) -> int:
    known = (tokenizer.token_to_id(name) for name in ("[PAD]", "<pad>", "<|endoftext|>"))
    return next((one for one in known if one is not None), 0)


def _files(file: Path, folder: Path) -> list[Path]:
    """All on which vectors depend: an .onnx file may keep its weights beside it."""
    names = (
        "tokenizer.json",
        "sentence_bert_config.json",
        "config_sentence_transformers.json",
        "1_Pooling/config.json",
    )
    beside = [file.with_name(f"{file.name}{end}") for end in ("_data", ".data")]
    return [one for one in (file, *beside, *(folder / name for name in names)) if one.is_file()]


def _pooling(folder: Path) -> str:
    """'mean' or 'cls': how one vector is made of those of the tokens.

    Raises:
        Unavailable: by something else.
    """
    _check_steps(folder)
    file = folder / "1_Pooling" / "config.json"
    if not file.is_file():
        return "mean"
    said = read(file, dict[str, object])
    given = said.get("pooling_mode")
    ways = [_way(name) for name, is_so in said.items() if name.startswith("pooling_mode_") and is_so is True]
    way = given if isinstance(given, str) else "+".join(ways)
    if way not in ("cls", "mean"):
        raise Unavailable(
            f"{file} asks for pooling by '{way}'; we know mean and cls; export it with its pooling, {_ELSE}"
        )
    return way


def _way(name: str) -> str:
    return name.removeprefix("pooling_mode_").removesuffix("_tokens").removesuffix("_token")


def _check_steps(folder: Path) -> None:
    if not (file := folder / "modules.json").is_file():
        return
    steps = read(file, list[dict[str, object]])
    kinds = {str(step.get("type", "")).rpartition(".")[2] for step in steps}
    if others := sorted(kinds - _SHAPES):
        raise Unavailable(f"{file} has a step {others[0]} that is not in the .onnx file; export it whole, {_ELSE}")


_ELSE = "or write sentence-transformers: before the folder in the setting embedding_model"
