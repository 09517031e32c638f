"""The forms in which a model exists, and making some."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from people import ANN, DIGITS, READER
from weights import safetensors

from jupyter_hubcollab import wire
from jupyter_hubcollab.errors import AccessDenied, BadInput, NotSupported
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.jobs import Jobs
from jupyter_hubcollab.models import Models
from jupyter_hubcollab.models.diff.tensor_files import tensors_of
from jupyter_hubcollab.models.publications import Shelves
from jupyter_hubcollab.models.variant_files import cast_name, default_of, grouped
from jupyter_hubcollab.models.variants import Variants
from jupyter_hubcollab.models.weight_casting import cast
from jupyter_hubcollab.names import FilePath, RepoId, Revision

MAIN = Revision("main")


@pytest.fixture
def variants(hub: Hub, models: Models, heard: Any) -> Any:
    jobs = Jobs(hub.database, heard)
    yield Variants(Shelves(hub.repos, hub.refs, hub.files, hub.commits, hub.blobs), models.summaries, jobs)
    jobs.close()


def stored(hub: Hub, files: dict[str, bytes], repo: RepoId = DIGITS) -> None:
    changes = [Put(FilePath(path), hub.blobs.put([content]), len(content)) for path, content in files.items()]
    hub.commits.commit(ANN, repo, changes, message="add")


def ended(heard: Any, job: wire.Job) -> wire.Job:
    moved = heard.wait(
        lambda one: (
            isinstance(one, wire.JobChanged) and one.job.id == job.id and one.job.state not in ("queued", "running")
        )
    )
    return moved.job  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("paths", "default", "others"),
    [
        (["model.safetensors", "model.fp16.safetensors"], "model", ["model.fp16"]),
        (["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "a.txt"], "model", []),
        (["onnx/model_int8.onnx", "pytorch_model.bin", "training_args.bin"], "pytorch_model", ["model_int8"]),
        (["m-Q4_K_M.gguf", "m-Q8_0.gguf"], None, ["m-Q4_K_M", "m-Q8_0"]),
        (["model_index.json", "unet/x.safetensors", "vae/x.safetensors"], "x", []),
        (["a.npz", "b.npz"], None, ["a", "b"]),
    ],
)
def test_what_names_tell(paths: list[str], default: str | None, others: list[str]) -> None:
    """Shards and parts of a pipeline are one; what is loaded without a word is told only where it is clear."""
    groups = grouped(paths)

    found = default_of(groups)

    assert (found.stem if found else None) == default
    assert [group.stem for group in groups if group is not found] == others


def test_the_forms_of_a_model_are_listed_with_size_type_and_code(variants: Variants, models: Models, hub: Hub) -> None:
    """By headers where there are, else by names; repos that were quantized from it, too, but no fine-tunes."""
    hub.repos.create(ANN, DIGITS)
    ones = np.ones(100, np.float32)
    stored(hub, {"model.safetensors": safetensors(a=ones), "m-Q4_K_M.gguf": b"GGUF", "onnx/model_quantized.onnx": b"x"})
    for name, how in (("small", "quantized"), ("tuned", "finetune")):
        child = RepoId("team", name)
        hub.repos.create(ANN, child)
        card = f"---\nbase_model: team/digits\nbase_model_relation: {how}\n---\n".encode()
        hub.commits.commit(ANN, child, [Put(FilePath("README.md"), card, len(card))], message="tell")

    found = variants.of(ANN, DIGITS, MAIN)

    told = [(one.repo_id, one.format, one.dtype, one.parameters, one.code.splitlines()[-1]) for one in found.variants]
    assert told == [
        ("team/digits", "safetensors", "F32", 100, 'model = hub.load("team/digits")'),
        (
            "team/digits",
            "onnx",
            "quantized",
            None,
            'session = InferenceSession(hf_hub_download("team/digits", "onnx/model_quantized.onnx"))',
        ),
        ("team/digits", "gguf", "Q4_K_M", None, 'model = Llama(hf_hub_download("team/digits", "m-Q4_K_M.gguf"))'),
        ("team/small", "", "", None, 'model = hub.load("team/small")'),
    ]
    assert found.makeable == ["fp16", "bf16"]
    assert variants.of(READER, DIGITS, MAIN).makeable == []


def test_weights_are_written_again_in_half_the_room(variants: Variants, hub: Hub, heard: Any) -> None:
    """Under the names that Hugging Face's libraries know, shards with their index; whole numbers stay what they are."""
    hub.repos.create(ANN, DIGITS)
    shards = {"model-00001-of-00002.safetensors": "a", "model-00002-of-00002.safetensors": "b"}
    numbers = np.linspace(-2, 2, 1000).astype(np.float32)
    files = {path: safetensors(**{name: numbers, f"{name}i": np.ones(3, np.int8)}) for path, name in shards.items()}
    index = {"weight_map": {name: path for path, name in shards.items()}}
    stored(hub, files | {"model.safetensors.index.json": json.dumps(index).encode()})

    job = ended(heard, variants.make(ANN, DIGITS, wire.VariantRequest(formats=["fp16"])))

    assert job.state == "done", job.detail
    half = next(one for one in variants.of(ANN, DIGITS, MAIN).variants if one.label == "fp16")
    assert half.files == ["model.fp16-00001-of-00002.safetensors", "model.fp16-00002-of-00002.safetensors"]
    assert (half.dtype, half.code.splitlines()[-1]) == ("F16", 'model = hub.load("team/digits", variant="fp16")')
    path = FilePath(half.files[0])
    content = b"".join(hub.files.open(ANN, DIGITS, MAIN, path))
    tensors = {one.name: one for one in tensors_of(path, len(content), lambda a, b: iter([content[a:b]]))}
    read = np.frombuffer(b"".join(tensors["a"].read()), np.float16)
    assert np.array_equal(read, numbers.astype(np.float16))
    assert tensors["ai"].kind == "I8"
    listed = json.loads(hub.files.read_text(ANN, DIGITS, MAIN, FilePath("model.safetensors.index.fp16.json")))
    assert listed["weight_map"] == {name: cast_name(path, "fp16") for path, name in shards.items()}
    assert variants.of(ANN, DIGITS, MAIN).makeable == ["bf16"]


def test_a_version_gets_its_variants_on_a_branch(variants: Variants, hub: Hub, publish: Any, heard: Any) -> None:
    """A version never changes."""
    publish({"model.safetensors": safetensors(a=np.ones(4, np.float32))})

    job = ended(heard, variants.make(ANN, DIGITS, wire.VariantRequest(formats=["bf16"], revision="v1")))

    assert job.state == "done", job.detail
    found = variants.of(ANN, DIGITS, Revision("variants/v1"))
    assert [one.dtype for one in found.variants] == ["F32", "BF16"]
    assert len(variants.of(ANN, DIGITS, Revision("v1")).variants) == 1


def test_what_cannot_be_made_is_told(variants: Variants, hub: Hub) -> None:
    """Other tools' formats, numbers that do not fit, weights that are not there, who may only read."""
    hub.repos.create(ANN, DIGITS)

    for formats, why in ((["int8"], NotSupported), (["fp16"], BadInput), (["tiny"], BadInput), ([], BadInput)):
        with pytest.raises(why):
            variants.make(ANN, DIGITS, wire.VariantRequest(formats=formats))
    stored(hub, {"model.safetensors": safetensors(a=np.ones(4, np.float32))})
    with pytest.raises(AccessDenied):
        variants.make(READER, DIGITS, wire.VariantRequest(formats=["fp16"]))
    large = safetensors(a=np.array([1e6, np.inf], np.float32))
    tensors = tensors_of("a.safetensors", len(large), lambda a, b: iter([large[a:b]]))
    with pytest.raises(BadInput, match=r"'a' has 1e\+06, which F16 cannot hold"):
        list(cast(tensors, "F16", lambda _: None))
    assert list(cast(tensors, "BF16", lambda _: None))
