"""The embedder that the setting `embedding_model` names.

Empty is the model that comes with us; a folder with an ONNX file needs nothing else; other folders and ids are for
sentence-transformers. Files are hashed: a model that was changed in its place is another one.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from ..errors import Unavailable
from ..storage.files import write_whole
from .embed import Embedder, MiniLm

BY_SENTENCE_TRANSFORMERS = "sentence-transformers:"
"""Before a folder that has an ONNX file, too: let the library read it."""
NOTE = "embedding-model"
Known = TypeVar("Known")
_READ = ("model.onnx", "onnx/model.onnx")
_TOLD = ("sentence_bert_config.json", "tokenizer_config.json", "config_sentence_transformers.json")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder says of a model beside its weights."""

    max_seq_length: int | None = None
    model_max_length: float | None = None
    prompts: dict[str, str] = {}

    @property
    def query(self) -> str:
        """What stands before each question."""
        return self.prompts.get("query", "")

    @property
    def passage(self) -> str:
        """What stands before each text in which one looks."""
        return next((self.prompts[name] for name in ("passage", "document", "corpus") if name in self.prompts), "")


def embedder(setting: str, *, threads: int = 1, offline: bool = False) -> Embedder:
    """The embedder that *setting* names, loaded; *threads* is how much of the machine it may take.

    Raises:
        NotSupported: a package is missing.
        Unavailable: there is no such model, or it cannot be used.
    """
    if not setting:
        return MiniLm(threads=threads)
    name = setting.removeprefix(BY_SENTENCE_TRANSFORMERS)
    place = Path(name).expanduser()
    if name == setting and (file := onnx_file(place)) is not None:
        from .onnx_folder import OnnxFolder

        return OnnxFolder(file, threads=threads)
    from .sentence_transformers import SentenceTransformers, downloaded

    if place.is_dir():
        return SentenceTransformers(name, place.absolute(), threads=threads)
    if name.count("/") > 1 or name.startswith((".", "/", "~")):
        raise Unavailable(f"there is no folder {place}; correct the setting embedding_model")
    return SentenceTransformers(name, downloaded(name, offline=offline), threads=threads)


def onnx_file(place: Path) -> Path | None:
    """The ONNX file that *place* is, or that is in it; None where there is none.

    Raises:
        Unavailable: there are several, and none is called ``model.onnx``.
    """
    if place.suffix == ".onnx" and place.is_file():
        return place
    usual = next((place / name for name in _READ if (place / name).is_file()), None)
    found = [*place.glob("*.onnx"), *place.glob("onnx/*.onnx")] if usual is None else [usual]
    if len(found) > 1:
        raise Unavailable(f"{place} has several .onnx files; let the setting embedding_model name one of them")
    return found[0] if found else None


def told(folder: Path) -> Told:
    """What *folder* says of its model.

    Raises:
        Unavailable: a file in it is damaged.
    """
    whole: dict[str, object] = {}
    for name in _TOLD:
        if (file := folder / name).is_file():
            whole |= read(file, dict[str, object])
    try:
        return msgspec.convert({name: value for name, value in whole.items() if value is not None}, Told)
    except msgspec.ValidationError as error:
        raise Unavailable(f"the embedding model in {folder} says of itself what makes no sense ({error})") from error


def read(file: Path, kind: type[Known]) -> Known:
    """What a JSON *file* of a model holds.

    Raises:
        Unavailable: it is damaged.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError) as error:
        raise Unavailable(f"{file} of the embedding model cannot be read ({error})") from error


def digest(files: Iterable[Path]) -> str:
    """What the contents of *files* are known by."""
    from blake3 import blake3

    made = blake3(max_threads=blake3.AUTO)
    for file in sorted(files):
        made.update(file.name.encode() + file.stat().st_size.to_bytes(8, "big"))
        made.update_mmap(file)
    return made.hexdigest()[:16]


def note_model(folder: Path, setting: str) -> None:
    """Say in the *folder* of the catalogue which model the server uses: commands that look after it need it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / NOTE, setting.encode(), folder)


def noted_model(folder: Path) -> str:
    """What `note_model` said; empty: the model that comes with us."""
    try:
        return (folder / NOTE).read_text()
    except FileNotFoundError:
        return ""
