"""git-lfs: batches, and URLs that work without a login for one purpose only."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi

CONTENT = b"large \0 content" * 1000
OID = hashlib.sha256(CONTENT).hexdigest()


def batch(server: live.Live, api: HfApi, repo: str, operation: str, *objects: tuple[str, int]) -> tuple[int, Any]:
    asked = {"operation": operation, "transfers": ["basic"], "objects": [{"oid": o, "size": s} for o, s in objects]}
    url = f"{server.endpoint}/{repo}.git/info/lfs/objects/batch"
    status, _, body = live.call("POST", url, str(api.token), json.dumps(asked).encode())
    return status, json.loads(body)


def upload_url(server: live.Live, api: HfApi, repo: str, oid: str = OID, size: int = len(CONTENT)) -> str:
    _, reply = batch(server, api, repo, "upload", (oid, size))
    href: str = reply["objects"][0]["actions"]["upload"]["href"]
    return href


def test_a_blob_goes_up_without_login_and_is_asked_for_once(server: live.Live, ann: HfApi, repo: str) -> None:
    """After the upload the same batch asks for nothing."""
    url = upload_url(server, ann, repo)

    assert live.call("PUT", url, None, CONTENT)[0] == 200

    _, reply = batch(server, ann, repo, "upload", (OID, len(CONTENT)))
    assert "actions" not in reply["objects"][0]


def test_what_others_sent_must_be_sent_again(server: live.Live, ann: HfApi, bob: HfApi, repo: str) -> None:
    """Nobody learns which blobs the hub has, nor gets one by naming it."""
    content = CONTENT + b"unseen"
    oid = hashlib.sha256(content).hexdigest()
    live.call("PUT", upload_url(server, ann, repo, oid, len(content)), None, content)

    _, reply = batch(server, bob, repo, "upload", (oid, len(content)))

    assert "upload" in reply["objects"][0]["actions"]


@pytest.mark.parametrize(
    ("body", "status"), [(b"x" * len(CONTENT), 400), (CONTENT[:-1], 400), (CONTENT + b"more", 400), (b"", 400)]
)
def test_other_bytes_are_refused(server: live.Live, ann: HfApi, repo: str, body: bytes, status: int) -> None:
    """Wrong, cut off, or too many."""
    oid = hashlib.sha256(CONTENT[::-1]).hexdigest()

    assert live.call("PUT", upload_url(server, ann, repo, oid), None, body)[0] == status

    assert batch(server, ann, repo, "upload", (oid, len(CONTENT)))[1]["objects"][0]["actions"]


def test_a_seal_is_for_one_thing(server: live.Live, ann: HfApi, repo: str) -> None:
    """Damaged, missing, for another blob, or for uploads: forbidden."""
    url = upload_url(server, ann, repo, "1" * 64)
    seal = url.partition("seal=")[2]

    for wrong in (
        url[:-1] + ("A" if url[-1] != "A" else "B"),
        url.partition("?")[0],
        url.replace("1" * 64, "2" * 64),
        f"{server.endpoint}/lfs/get/{'1' * 64}?seal={seal}",
    ):
        method = "GET" if "/get/" in wrong else "PUT"
        assert live.call(method, wrong, None, None if method == "GET" else CONTENT)[0] in (400, 403)


def test_a_repo_gives_only_its_own_objects(server: live.Live, ann: HfApi, bob: HfApi, repo: str) -> None:
    """A download names what a commit of this repo has named."""
    ann.upload_file(path_or_fileobj=CONTENT, path_in_repo="w.bin", repo_id=repo)
    other = f"{repo}-2"
    bob.create_repo(other)

    _, mine = batch(server, bob, repo, "download", (OID, len(CONTENT)))
    _, theirs = batch(server, bob, other, "download", (OID, len(CONTENT)))

    assert live.call("GET", mine["objects"][0]["actions"]["download"]["href"], None)[2] == CONTENT
    assert theirs["objects"][0]["error"]["code"] == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"operation": "steal", "objects": []}',
        b'{"operation": "upload"}',
        b'{"operation": "upload", "objects": [1]}',
        b'{"operation": "upload", "objects": [{"oid": "x", "size": 1}]}',
        b'{"operation": "upload", "objects": [{"oid": "' + b"0" * 64 + b'", "size": -1}]}',
        b'{"operation": "upload", "objects": [{"oid": "' + b"0" * 64 + b'", "size": "many"}]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_batch_that_makes_no_sense_is_refused(server: live.Live, ann: HfApi, repo: str, body: bytes) -> None:
    """In words, not with a failure."""
    url = f"{server.endpoint}/{repo}.git/info/lfs/objects/batch"

    status, _, reply = live.call("POST", url, str(ann.token), body)

    assert status == 400
    assert b'"error"' in reply


def test_a_file_that_is_too_large_is_refused_in_the_batch(server: live.Live, ann: HfApi, repo: str) -> None:
    """Before anything is sent."""
    _, reply = batch(server, ann, repo, "upload", ("3" * 64, 1 << 50))

    assert reply["objects"][0]["error"]["code"] == 413
