"""The routes of models, over HTTP."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from typing import Any

import msgspec
import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab import wire

API = "hubcollab/api"


class Evil:
    """Would read the environment when it is unpickled."""

    def __reduce__(self) -> Any:
        return os.getenv, ("HOME",)


async def send(fetch: Any, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    await fetch(API, "blobs", digest, method="PUT", body=content)
    return digest


async def publish(fetch: Any, name: str, files: dict[str, bytes], **fields: Any) -> wire.Publication:
    listed = [{"path": path, "digest": await send(fetch, body), "sizeBytes": len(body)} for path, body in files.items()]
    body = json.dumps({"files": listed, **fields})
    reply = await fetch(API, "models", *name.split("/"), "publications", method="POST", body=body)
    assert reply.code == 201
    return msgspec.json.decode(reply.body, type=wire.Publication)


async def get(fetch: Any, *path: str, kind: type, **query: str) -> Any:
    reply = await fetch(API, *path, params=query)
    return msgspec.json.decode(reply.body, type=kind)


async def refused(fetch: Any, *path: str, **options: Any) -> tuple[int, str, str]:
    with pytest.raises(HTTPClientError) as caught:
        await fetch(API, *path, **options)
    answer = caught.value.response
    assert answer is not None
    problem = json.loads(answer.body)
    return answer.code, problem["code"], problem["message"]


async def test_a_publication_is_a_version_with_a_page(jp_fetch: Any) -> None:
    """Files, card, metrics and provenance arrive as one version that everybody can open."""
    made = await publish(
        jp_fetch,
        "team/digits",
        {"MLmodel": b"flavors: {}\n", "weights.safetensors": b"\x02\0\0\0\0\0\0\0{}"},
        metrics=[{"name": "accuracy", "value": 0.9, "dataset": "digits", "split": "test"}],
        license="mit",
        summary="Recognises handwritten digits.",
        provenance={"notebook": "quickstart.ipynb", "packages": {"numpy": "2"}},
    )

    page = await get(jp_fetch, "models", "team", "digits", kind=wire.ModelPage)

    assert (made.tag, made.version.metrics[0].value) == ("v1", 0.9)
    assert page.model.summary == "Recognises handwritten digits."
    assert page.model.metrics[0].higher_is_better
    assert page.card.metadata["license"] == "mit"
    assert {file.path for file in page.files.files} >= {
        "MLmodel",
        "README.md",
        "provenance.json",
        "weights.safetensors",
    }
    assert page.provenance is not None
    assert page.provenance.notebook == "quickstart.ipynb"
    assert 'hub.load("team/digits")' in page.load_code


async def test_versions_are_listed_newest_first_with_their_change(jp_fetch: Any) -> None:
    """A reader sees at once what a version gained."""
    for value in (0.90, 0.95):
        await publish(jp_fetch, "team/digits", {"a.json": b"{}"}, metrics=[{"name": "accuracy", "value": value}])

    found = await get(jp_fetch, "models", "team", "digits", "versions", kind=wire.VersionList)

    assert [(version.tag, version.metrics[0].change) for version in found.versions] == [("v2", 0.05), ("v1", None)]


async def test_only_missing_blobs_are_asked_for(jp_fetch: Any) -> None:
    """Who publishes again sends what changed."""
    sent, unknown = await send(jp_fetch, b"weights"), "0" * 64

    reply = await jp_fetch(API, "blobs", "missing", method="POST", body=json.dumps({"digests": [sent, unknown]}))

    assert json.loads(reply.body) == {"digests": [unknown]}


async def test_a_blob_that_is_not_what_was_announced_is_refused(jp_fetch: Any) -> None:
    """A broken upload is noticed and leaves nothing."""
    status, code, _ = await refused(jp_fetch, "blobs", "0" * 64, method="PUT", body=b"other bytes")
    reply = await jp_fetch(API, "blobs", "missing", method="POST", body=json.dumps({"digests": ["0" * 64]}))

    assert (status, code) == (400, "DigestMismatch")
    assert json.loads(reply.body) == {"digests": ["0" * 64]}


async def test_bytes_come_back_whole_and_in_ranges(jp_fetch: Any) -> None:
    """A download can be resumed."""
    body = bytes(range(256)) * 5000
    made = await publish(jp_fetch, "team/digits", {"data/näme.bin": body})

    whole = await jp_fetch(API, "models", "team", "digits", "resolve", made.tag, "data", "näme.bin")
    part = await jp_fetch(
        API, "models", "team", "digits", "resolve", made.tag, "data", "näme.bin", headers={"Range": "bytes=10-19"}
    )

    assert whole.body == body
    assert (part.code, part.body) == (206, body[10:20])


async def test_a_percent_sign_in_a_file_name_is_a_percent_sign(jp_fetch: Any) -> None:
    """A file whose name reads like an escape is found under its own name, by both routes to its bytes."""
    made = await publish(jp_fetch, "team/percent", {"a%20b.bin": b"as it is"})
    for kind in (("models",), ("repos", "models")):
        got = await jp_fetch(API, *kind, "team", "percent", "resolve", made.tag, "a%20b.bin")
        assert got.body == b"as it is"


async def test_a_range_outside_of_the_file_is_refused(jp_fetch: Any) -> None:
    """As HTTP has it."""
    await publish(jp_fetch, "team/digits", {"a.bin": b"12345"})

    status, *_ = await refused(
        jp_fetch, "models", "team", "digits", "resolve", "main", "a.bin", headers={"Range": "bytes=9-12"}
    )

    assert status == 416


async def test_an_unsafe_file_is_refused_by_name_and_leaves_no_repo(jp_fetch: Any) -> None:
    """A pickle that could run code never enters history."""
    content = pickle.dumps(Evil())
    listed = [{"path": "m.pkl", "digest": await send(jp_fetch, content), "sizeBytes": len(content)}]

    status, code, message = await refused(
        jp_fetch, "models", "team", "evil", "publications", method="POST", body=json.dumps({"files": listed})
    )

    assert (status, code) == (422, "UnsafeFile")
    assert "os.getenv" in message
    assert await refused(jp_fetch, "models", "team", "evil") == (
        404,
        "RepoNotFound",
        "there is no model team/evil on this hub",
    )


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("..%2Fx/y", {"files": []}, 400, "BadName"),
        ("größe/y", {"files": []}, 400, "BadName"),
        ("team/y", {"files": []}, 409, "NothingToPublish"),
        ("team/y", {"files": [{"path": "../x", "digest": "0" * 64, "sizeBytes": 1}]}, 400, "BadPath"),
        ("team/y", {"files": [{"path": "x", "digest": "0", "sizeBytes": 1}]}, 400, "BadName"),
        ("team/y", {"files": [{"path": "x", "digest": "0" * 64, "sizeBytes": 1}]}, 404, "BlobNotFound"),
        ("team/y", {"files": [], "surprise": 1}, 400, "BadRequestBody"),
        ("team/y", [1], 400, "BadRequestBody"),
    ],
)
async def test_nonsense_is_refused_and_leaves_nothing(
    jp_fetch: Any, name: str, body: Any, status: int, code: str
) -> None:
    """Hostile names and bodies get a 4xx, never a repo."""
    path = ("models", *name.split("/"), "publications")

    found = await refused(jp_fetch, *path, method="POST", body=json.dumps(body))

    assert found[:2] == (status, code)
    assert (await get(jp_fetch, "models", kind=wire.ModelList)).total == 0


async def test_an_existing_tag_is_not_taken_again(jp_fetch: Any) -> None:
    """A version stays what it was; the message names the next free one."""
    await publish(jp_fetch, "team/digits", {"a.json": b"{}"}, tag="v1")
    body = {"files": [{"path": "a.json", "digest": await send(jp_fetch, b"{}"), "sizeBytes": 2}], "tag": "v1"}

    status, code, message = await refused(
        jp_fetch, "models", "team", "digits", "publications", method="POST", body=json.dumps(body)
    )

    assert (status, code) == (409, "RefExists")
    assert "v2" in message


async def test_a_deleted_model_is_gone(jp_fetch: Any) -> None:
    """Its owner can delete a model; then nobody finds it."""
    await publish(jp_fetch, "team/digits", {"a.json": b"{}"})

    reply = await jp_fetch(API, "models", "team", "digits", method="DELETE")

    assert reply.code == 204
    assert (await refused(jp_fetch, "models", "team", "digits"))[0] == 404


async def test_a_list_is_paged(jp_fetch: Any) -> None:
    """The panel loads models page by page, the last changed first."""
    for name in ("team/a", "team/b", "team/c"):
        await publish(jp_fetch, name, {"a.json": b"{}"})

    page = await get(jp_fetch, "models", kind=wire.ModelList, limit="2", mine="1")

    assert page.total == 3
    assert [model.id for model in page.models] == ["team/c", "team/b"]
    assert (await refused(jp_fetch, "models", params={"limit": "many"}))[1] == "BadQuery"


async def test_the_asker_is_named(jp_fetch: Any) -> None:
    """The panel shows who is logged in."""
    me = await get(jp_fetch, "me", kind=wire.Me)

    assert me.name
