"""Which files of a repo are forms of one model: the same weights in another format or precision, told by their names.

The words are those that Hugging Face's libraries write: ``model.fp16.safetensors``, ``onnx/model_quantized.onnx``,
``model-Q4_K_M.gguf``; shards are one, and so are the components of a pipeline of diffusers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from .diff.tensor_files import part_of

FORMATS = {
    **{".safetensors": "safetensors", ".gguf": "gguf", ".onnx": "onnx", ".tflite": "tflite", ".keras": "keras"},
    **{".h5": "keras", ".pt2": "pt2", ".pt": "torch", ".pth": "torch", ".ckpt": "torch", ".bin": "torch"},
    **{".skops": "skops", ".npz": "npz", ".ubj": "xgboost", ".lgb": "lightgbm", ".pkl": "pickle", ".joblib": "pickle"},
}
"""Formats of weights by the end of a name; where a model is in several, the first one is what people want."""
_ORDER = tuple(dict.fromkeys(FORMATS.values()))
_LABEL = re.compile(
    r"(?:^|[._-])((?:fp|bf|f)(?:8|16|32)|u?int[48]|i?q\d[\w]*|[48]bit|bnb4|quantized|awq|gptq)$", re.IGNORECASE
)
_TYPES = {
    **{"fp16": "F16", "f16": "F16", "bf16": "BF16", "fp32": "F32", "f32": "F32", "fp8": "F8", "int8": "I8"},
    **{"uint8": "U8", "int4": "I4", "uint4": "U4"},
}
_MAIN = ("model", "diffusion_pytorch_model", "pytorch_model", "tf_model", "adapter_model", "weights")
_PIPELINE = "model_index.json"
"""A repo with this file is a pipeline: each of its folders has a part of the model."""


@dataclass(slots=True)
class Group:
    """Files that are one form of the model together."""

    folder: str
    stem: str
    """Without folder, shard and ending."""
    format: str
    label: str
    paths: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Files that belong to them, as ONNX keeps large tensors outside."""

    @property
    def named_type(self) -> str:
        """The type of its numbers, if the name tells it."""
        return _TYPES.get(self.label.lower(), self.label)

    @property
    def is_plain(self) -> bool:
        """Weights of which the name says nothing, at the place where libraries look for them."""
        return not self.label and self.folder == ""


def grouped(paths: Iterable[str]) -> list[Group]:
    """The forms of a model that *paths* hold; the one that is loaded by default first, if there is one."""
    listed = sorted(paths)
    is_pipeline = _PIPELINE in listed
    groups: dict[tuple[str, str, str], Group] = {}
    for path in listed:
        ending = path[path.rfind(".") :].lower() if "." in path else ""
        if ending not in FORMATS or (ending == ".bin" and "model" not in path.rpartition("/")[2]):
            continue
        folder, _, stem = part_of(path).rpartition("/")
        found = _LABEL.search(stem)
        label = found[1] if found else ""
        where = ("", label) if is_pipeline else (folder, stem)
        key = (*where, FORMATS[ending])
        group = groups.setdefault(key, Group(where[0], stem, FORMATS[ending], label))
        group.paths.append(path)
    for group in groups.values():
        group.beside = [path for path in listed if _belongs(path, group)]
    return sorted(groups.values(), key=_rank)


def _belongs(path: str, group: Group) -> bool:
    return group.format == "onnx" and any(path.startswith((f"{one}_data", f"{one}.data")) for one in group.paths)


def _rank(group: Group) -> tuple[bool, bool, int, str]:
    named = group.stem in _MAIN
    return (not group.is_plain, not named, _ORDER.index(group.format), group.stem)


def default_of(groups: list[Group]) -> Group | None:
    """What a loader takes unless somebody says otherwise; None where that cannot be told."""
    plain = [group for group in groups if group.is_plain]
    if not plain:
        return None
    known = plain[0].stem in _MAIN
    return plain[0] if known or len(plain) == 1 else None


def cast_name(path: str, label: str) -> str:
    """How Hugging Face's libraries call the weights *path* in another precision: ``model.fp16-00001-of-00002.…``."""
    stem, _, ending = path.rpartition(".")
    plain = part_of(path)
    return f"{plain}.{label}{stem[len(plain) :]}.{ending}"


def code_of(repo: str, revision: str, group: Group, default: Group | None) -> str:
    """A cell that loads *group*; *default* is what is loaded without a word."""
    versioned = "" if revision == "main" else f', revision="{revision}"'
    loaded = f'import jupyter_hubcollab as hub\n\nmodel = hub.load("{repo}"{versioned}'
    if group is default:
        return f"{loaded})"
    is_sibling = default is not None and (group.folder, group.format) == (default.folder, default.format)
    if group.format == "safetensors" and group.label and is_sibling and group.stem.endswith(f".{group.label}"):
        return f'{loaded}, variant="{group.label}")'
    if len(group.paths) + len(group.beside) > 1:
        folder = f'import jupyter_hubcollab as hub\n\nfolder = hub.download("{repo}"{versioned})'
        return f'{folder}\nfiles = sorted(folder.glob("{group.folder or "."}/*{group.stem}*"))'
    file = f'hf_hub_download("{repo}", "{group.paths[0]}"{versioned})'
    takes, line = _OPENED.get(group.format, ("", "path = {file}"))
    return "from huggingface_hub import hf_hub_download\n" + takes + "\n" + line.format(file=file)


_OPENED = {
    "safetensors": ("from safetensors.numpy import load_file\n", "tensors = load_file({file})"),
    "gguf": ("from llama_cpp import Llama\n", "model = Llama({file})"),
    "onnx": ("from onnxruntime import InferenceSession\n", "session = InferenceSession({file})"),
    "keras": ("import keras\n", "model = keras.saving.load_model({file})"),
    "npz": ("import numpy\n", "arrays = numpy.load({file})"),
}
"""What is imported, and how a file is opened, where no code of the model runs."""
