"""Large files by git-lfs in parts, as huggingface_hub sends them where it has a file object and not a path."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi

CONTENT = hashlib.shake_256(b"parts").digest(40 << 20)


def begun(server: live.Live, api: HfApi, repo: str, content: bytes) -> tuple[str, dict[str, str]]:
    """Where to say that all is there, and what to send where."""
    thing = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content)}
    asked = {"operation": "upload", "transfers": ["basic", "multipart"], "objects": [thing]}
    url = f"{server.endpoint}/{repo}.git/info/lfs/objects/batch"
    _, _, body = live.call("POST", url, str(api.token), json.dumps(asked).encode())
    action: Any = json.loads(body)["objects"][0]["actions"]["upload"]
    return action["href"], action["header"]


def left(server: live.Live) -> list[Path]:
    return list((server.folder / "blobs" / "incoming").glob("parts-*"))


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the client's own, by its HTTP library
def test_a_file_object_goes_up_in_parts(server: live.Live, ann: HfApi, repo: str) -> None:
    """By the unmodified client, and comes down as it was."""
    ann.upload_file(path_or_fileobj=io.BytesIO(CONTENT), path_in_repo="w.bin", repo_id=repo)

    url = f"{server.endpoint}/{repo}/resolve/main/w.bin"
    assert live.call("GET", url, str(ann.token))[2] == CONTENT
    assert left(server) == []


def test_parts_come_in_any_order_and_again(server: live.Live, bob: HfApi) -> None:
    """A part that is sent twice counts once; nothing is a blob before the end, and the end may be asked for twice."""
    repo = bob.create_repo("bob/parts", exist_ok=True).repo_id
    content = CONTENT[::-1]
    href, header = begun(server, bob, repo, content)
    size = int(header["chunk_size"])
    numbers = sorted((int(name) for name in header if name.isdigit()), reverse=True)
    parts = {number: content[(number - 1) * size : number * size] for number in numbers}

    tags = [live.call("PUT", header[str(number)], None, parts[number]) for number in [*numbers, numbers[0]]]
    before = live.call("GET", f"{server.endpoint}/{repo}/resolve/main/w.bin", str(bob.token))[0]
    ends = [live.call("POST", href, None, b"{}")[0] for _ in range(2)]

    assert all(status == 200 and headers["ETag"] for status, headers, _ in tags)
    assert (before, ends) == (404, [200, 200])
    assert left(server) == []


@pytest.mark.parametrize("wrong", ["other bytes", "too few", "a part is missing"])
def test_what_is_not_the_file_is_not_kept(server: live.Live, bob: HfApi, wrong: str) -> None:
    """And leaves nothing behind."""
    repo = bob.create_repo("bob/wrong", exist_ok=True).repo_id
    content = hashlib.shake_256(wrong.encode()).digest(33 << 20)
    href, header = begun(server, bob, repo, content)
    size = int(header["chunk_size"])
    bodies = {str(n + 1): content[n * size : (n + 1) * size] for n in range(3)}
    bodies |= {"other bytes": {"1": bytes(size)}, "too few": {"1": b"x"}, "a part is missing": {}}[wrong]
    if wrong == "a part is missing":
        del bodies["2"]

    answers = [live.call("PUT", header[number], None, body)[0] for number, body in bodies.items()]
    end = live.call("POST", href, None, b"{}")[0]

    assert (wrong == "too few") == (400 in answers)
    assert end == 400
    assert left(server) == []


def test_an_upload_may_be_given_up(server: live.Live, bob: HfApi) -> None:
    """Its parts go at once."""
    repo = bob.create_repo("bob/given-up", exist_ok=True).repo_id
    content = hashlib.shake_256(b"given up").digest(33 << 20)
    href, header = begun(server, bob, repo, content)
    live.call("PUT", header["1"], None, content[: int(header["chunk_size"])])

    assert len(left(server)) == 1
    assert live.call("DELETE", href, None)[0] == 204
    assert left(server) == []
    assert live.call("POST", href, None, b"{}")[0] == 404
