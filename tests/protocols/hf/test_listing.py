"""Lists and what they are filtered by, through the unmodified huggingface_hub."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi

OWNER = "shelf"


def weights(count: int, dtype: str = "F32", name: str = "w") -> bytes:
    """A safetensors file with one tensor."""
    size = count * (4 if dtype == "F32" else 2)
    header = json.dumps({name: {"dtype": dtype, "shape": [count], "data_offsets": [0, size]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(size)


def card(**fields: str) -> bytes:
    lines = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"---\n{lines}---\n# It\n".encode()


@pytest.fixture(scope="module")
def shelf(api_of: Callable[[str], HfApi], server: live.Live) -> HfApi:
    """Models of different sizes, tasks and formats."""
    from huggingface_hub import CommitOperationAdd

    api = api_of(OWNER)
    gguf = b"GGUF" + struct.pack("<IQQ", 3, 0, 0)
    models = {
        "small": {"model.safetensors": weights(1000), "config.json": b'{"model_type": "bert"}'},
        "large": {
            "model-1.safetensors": weights(3000, "F32", "a"),
            "model-2.safetensors": weights(2000, "BF16", "b"),
            "model.safetensors.index.json": json.dumps(
                {"metadata": {}, "weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
            ).encode(),
            "README.md": card(pipeline_tag="text-generation", library_name="transformers"),
        },
        "quantised": {"q4.gguf": gguf, "README.md": card(pipeline_tag="text-generation", license="mit")},
        "odd": {"model.safetensors": b"no weights at all"},
    }
    for name, files in models.items():
        api.create_repo(f"{OWNER}/{name}")
        adds = [CommitOperationAdd(path, content) for path, content in files.items()]
        api.create_commit(f"{OWNER}/{name}", adds, commit_message="files")
    for user in ("ann", "bob"):
        live.call("POST", f"{server.endpoint}/api/models/{OWNER}/large/like", str(api_of(user).token), b"")
    live.call("POST", f"{server.endpoint}/api/models/{OWNER}/odd/like", str(api.token), b"")
    return api


def names(api: HfApi, **asked: object) -> list[str]:
    return [one.id.partition("/")[2] for one in api.list_models(author=OWNER, **asked)]  # type: ignore[arg-type]


def test_a_model_tells_its_parameters(shelf: HfApi) -> None:
    """Of one file and of many; of what is no weights nothing; also in a list."""
    info = shelf.model_info(f"{OWNER}/small")
    assert info.safetensors is not None
    assert (info.safetensors.parameters, info.safetensors.total) == ({"F32": 1000}, 1000)
    assert info.config == {"model_type": "bert"}
    assert "safetensors" in (info.tags or [])

    sharded = shelf.model_info(f"{OWNER}/large").safetensors
    assert sharded is not None
    assert (sharded.parameters, sharded.total) == ({"F32": 3000, "BF16": 2000}, 5000)
    assert shelf.model_info(f"{OWNER}/odd").safetensors is None
    assert shelf.model_info(f"{OWNER}/quantised").gguf == {"total": 0, "architecture": None}
    listed = {one.id: one.safetensors for one in shelf.list_models(author=OWNER, expand=["safetensors"])}
    assert (listed[f"{OWNER}/large"] or {})["total"] == 5000
    metadata = shelf.get_sharded_safetensors_metadata(f"{OWNER}/large")
    assert metadata.parameter_count == {"F32": 3000, "BF16": 2000}


def test_lists_are_filtered(shelf: HfApi) -> None:
    """By number of parameters, program, task, several tags, words of the name; nobody serves our models."""
    assert names(shelf, num_parameters="min:2K") == ["large"]
    assert names(shelf, num_parameters="max:1.5K") == ["small"]
    assert names(shelf, num_parameters="min:0,max:1K") == ["small"]
    assert names(shelf, apps="llama.cpp") == ["quantised"]
    assert names(shelf, apps=["vllm"]) == ["large"]
    assert sorted(names(shelf, pipeline_tag="text-generation")) == ["large", "quantised"]
    assert names(shelf, filter=["text-generation", "license:mit"]) == ["quantised"]
    assert names(shelf, search="shelf lar") == ["large"]
    assert names(shelf, inference="warm") == []
    assert names(shelf, inference_provider="all") == []
    assert names(shelf, gated=True) == []


def test_lists_are_ordered_by_what_is_liked_now(shelf: HfApi) -> None:
    """Trending ones first, then as by downloads; in pages without a gap."""
    found = list(shelf.list_models(author=OWNER, sort="trending_score", expand=["trendingScore"]))

    assert [(one.id, one.trending_score) for one in found[:2]] == [(f"{OWNER}/large", 2), (f"{OWNER}/odd", 1)]
    assert len({one.id for one in found}) == 4


@pytest.mark.parametrize("query", ["sort=none", "apps=none", "num_parameters=some", "num_parameters=min:x"])
def test_a_question_without_sense_is_refused(server: live.Live, shelf: HfApi, query: str) -> None:
    """And says how to ask."""
    status, headers, _ = live.call("GET", f"{server.endpoint}/api/models?{query}", str(shelf.token))

    assert status == 400
    assert headers["X-Error-Code"] == "BadQuery"


def test_pages_are_linked(server: live.Live, shelf: HfApi) -> None:
    """For models, datasets and spaces; trending ones too."""
    for sort in ("", "&sort=trendingScore"):
        url, seen = f"{server.endpoint}/api/models?author={OWNER}&limit=1{sort}", []
        while url:
            _, headers, body = live.call("GET", url, str(shelf.token))
            seen += [one["id"] for one in json.loads(body)]
            url = headers["Link"].split(">")[0][1:] if headers["Link"] else ""
        assert len(seen) == len(set(seen)) == 4


def test_the_state_of_scans_is_told(shelf: HfApi) -> None:
    """On request."""
    assert shelf.model_info(f"{OWNER}/small", securityStatus=True).security_repo_status is not None


def test_storage_counts_what_history_keeps(shelf: HfApi) -> None:
    """Also blobs that are in earlier commits only."""
    name = f"{OWNER}/small"
    before = shelf.model_info(name, expand=["usedStorage"]).used_storage or 0
    shelf.upload_file(repo_id=name, path_in_repo="x.bin", path_or_fileobj=b"\0" * 4000)
    shelf.delete_file("x.bin", repo_id=name)

    assert (shelf.model_info(name, expand=["usedStorage"]).used_storage or 0) >= before + 4000


def test_spaces_are_searched_by_a_sentence(shelf: HfApi) -> None:
    """By our own search, as ``hf spaces search`` asks; by SDK, too."""
    from huggingface_hub.errors import HfHubHTTPError

    for name, sdk in (("draws-pictures", "gradio"), ("counts-sheep", "docker")):
        words = {"title": name.replace("-", " ").title(), "sdk": sdk, "short_description": name.replace("-", " ")}
        shelf.create_repo(f"{OWNER}/{name}", repo_type="space", space_sdk=sdk)
        shelf.upload_file(
            repo_id=f"{OWNER}/{name}", repo_type="space", path_in_repo="README.md", path_or_fileobj=card(**words)
        )

    found = list(shelf.search_spaces("something that counts sheep"))

    assert (found[0].id, found[0].title, found[0].sdk) == (f"{OWNER}/counts-sheep", "Counts Sheep", "docker")
    assert [one.sdk for one in shelf.search_spaces("draws pictures", sdk="gradio")] == ["gradio"]
    with pytest.raises(HfHubHTTPError, match="does not run them"):
        shelf.list_spaces_hardware()
