"""The routes of repos of every kind, over HTTP."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab import wire

REPOS = "hubcollab/api/repos"


async def send(fetch: Any, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    await fetch("hubcollab/api/blobs", digest, method="PUT", body=content)
    return digest


async def made(fetch: Any, kinds: str = "datasets", name: str = "team/rows") -> str:
    await fetch(REPOS, kinds, method="POST", body=json.dumps({"name": name}))
    return f"{REPOS}/{kinds}/{name}"


async def commit(fetch: Any, repo: str, files: dict[str, bytes], **fields: Any) -> wire.CommitEntry:
    puts = [{"path": path, "digest": await send(fetch, body), "sizeBytes": len(body)} for path, body in files.items()]
    body = json.dumps({"message": "more", "puts": puts, **fields})
    reply = await fetch(repo, "commits", method="POST", body=body)
    assert reply.code == 201
    return msgspec.json.decode(reply.body, type=wire.CommitEntry)


async def get(fetch: Any, *path: str, kind: type, **query: str) -> Any:
    reply = await fetch(*path, params=query)
    return msgspec.json.decode(reply.body, type=kind)


async def status(fetch: Any, *path: str, **options: Any) -> int:
    with pytest.raises(HTTPClientError) as caught:
        await fetch(*path, **options)
    return int(caught.value.code)


@pytest.mark.parametrize("kinds", ["models", "datasets", "spaces"])
async def test_a_repo_of_any_kind_is_made_listed_and_opened(jp_fetch: Any, kinds: str) -> None:
    """Models, datasets and spaces have the same pages."""
    repo = await made(jp_fetch, kinds)

    listed = await get(jp_fetch, REPOS, kinds, kind=wire.RepoList, mine="1")
    page = await get(jp_fetch, repo, kind=wire.RepoPage)

    assert [one.id for one in listed.repos] == ["team/rows"]
    assert (page.repo.kind, page.repo.may) == (kinds[:-1], "admin")
    assert (page.model is not None) == (kinds == "models")


async def test_a_folder_tells_sizes_and_where_files_are_kept(jp_fetch: Any) -> None:
    """Folders come first, with all that is in them."""
    repo = await made(jp_fetch)
    await commit(jp_fetch, repo, {"a/b.txt": b"12", "a/deep/c.txt": b"345", "rows.parquet": b"PAR1"})

    tree = await get(jp_fetch, repo, "tree", kind=wire.Tree)
    inside = await get(jp_fetch, repo, "tree", kind=wire.Tree, path="a")

    folder, *files = tree.entries
    assert (folder.name, folder.size_bytes, folder.file_count) == ("a", 5, 2)
    assert {one.name: one.kept for one in files}["rows.parquet"] == "lfs"
    assert [one.path for one in inside.entries] == ["a/deep", "a/b.txt"]


async def test_a_file_is_read_in_parts(jp_fetch: Any) -> None:
    """A preview of a large file asks for its beginning only."""
    repo = await made(jp_fetch)
    await commit(jp_fetch, repo, {"a b/ü.csv": b"x,y\n1,2\n"})
    tree = await get(jp_fetch, repo, "tree", kind=wire.Tree, path="a b")

    reply = await jp_fetch(unquote(tree.entries[0].url), headers={"Range": "bytes=0-2"})

    assert (reply.code, reply.body) == (206, b"x,y")


async def test_a_commit_with_a_file_that_was_not_sent_changes_nothing(jp_fetch: Any) -> None:
    """A tab that crashed during an upload leaves nothing half visible."""
    repo = await made(jp_fetch)
    before = await get(jp_fetch, repo, "commits", kind=wire.CommitList)
    puts = [
        {"path": "there.txt", "digest": await send(jp_fetch, b"here"), "sizeBytes": 4},
        {"path": "gone.txt", "digest": "0" * 64, "sizeBytes": 3},
    ]

    refused = await status(jp_fetch, repo, "commits", method="POST", body=json.dumps({"message": "m", "puts": puts}))

    assert refused == 404
    assert (await get(jp_fetch, repo, "commits", kind=wire.CommitList)).commits == before.commits


async def test_history_comes_in_pages(jp_fetch: Any) -> None:
    """The newest commit is first; there are more until there are not."""
    repo = await made(jp_fetch)
    for number in range(3):
        await commit(jp_fetch, repo, {"n.txt": str(number).encode()}, message=f"set {number}")

    first = await get(jp_fetch, repo, "commits", kind=wire.CommitList, limit="2")
    rest = await get(jp_fetch, repo, "commits", kind=wire.CommitList, limit="2", offset="2")

    assert ([one.message for one in first.commits], first.has_more) == (["set 2", "set 1"], True)
    assert ([one.message for one in rest.commits], rest.has_more) == (["set 0", "initial commit"], False)


async def test_a_diff_tells_lines_and_sizes(jp_fetch: Any) -> None:
    """Text by line, large files by size, against the parent or any other revision."""
    repo = await made(jp_fetch)
    first = await commit(jp_fetch, repo, {"a.txt": b"one\ntwo\n", "w.onnx": b"12345"})
    second = await commit(jp_fetch, repo, {"a.txt": b"one\n2\n", "w.onnx": b"1"}, deletes=[".gitattributes"])

    changed = await get(jp_fetch, repo, "diff", kind=wire.Comparison, to=second.id, path="a.txt")
    both = await get(jp_fetch, repo, "diff", kind=wire.Comparison, to=second.id, **{"from": first.id})

    lines = changed.files[0].hunks[0].lines
    assert [(line.sign, line.text, line.old, line.new) for line in lines] == [
        (" ", "one", 1, 1),
        ("-", "two", 2, None),
        ("+", "2", None, 2),
    ]
    weights = next(one for one in both.files if one.path == "w.onnx")
    assert (weights.content, weights.old_size, weights.new_size, weights.hunks) == ("blob", 5, 1, [])


async def test_a_diff_since_the_common_commit_leaves_out_what_main_did(jp_fetch: Any) -> None:
    """What a merge would bring, and no more."""
    repo = await made(jp_fetch)
    await jp_fetch(repo, "refs", method="POST", body=json.dumps({"kind": "branch", "name": "try/1"}))
    await commit(jp_fetch, repo, {"theirs.txt": b"t"})
    await commit(jp_fetch, repo, {"mine.txt": b"m"}, branch="try/1")

    found = await get(jp_fetch, repo, "diff", kind=wire.Comparison, common="main", to="try/1")

    assert [one.path for one in found.files] == ["mine.txt"]


async def test_branches_and_tags_are_made_listed_and_deleted(jp_fetch: Any) -> None:
    """``main`` stays."""
    repo = await made(jp_fetch)
    await jp_fetch(repo, "refs", method="POST", body=json.dumps({"kind": "branch", "name": "a/b%25"}))
    await jp_fetch(repo, "refs", method="POST", body=json.dumps({"kind": "tag", "name": "v1", "message": "first"}))
    refs = await get(jp_fetch, repo, "refs", kind=wire.RefList)

    await jp_fetch(repo, "refs/branch/a/b%25", method="DELETE")
    await jp_fetch(repo, "refs/tag/v1", method="DELETE")

    assert [one.name for one in refs.branches] == ["a/b%25", "main"]
    assert [(one.name, one.message) for one in refs.tags] == [("v1", "first")]
    left = await get(jp_fetch, repo, "refs", kind=wire.RefList)
    assert ([one.name for one in left.branches], left.tags) == (["main"], [])
    assert await status(jp_fetch, repo, "refs/branch/main", method="DELETE") == 403


async def test_an_upload_in_parts_goes_on_where_it_stopped(jp_fetch: Any) -> None:
    """A lost connection costs one part."""
    repo, content = await made(jp_fetch), b"0123456789" * 10
    digest = hashlib.sha256(content).hexdigest()
    part = f"hubcollab/api/blobs/{digest}/part"
    await jp_fetch(part, params={"offset": "0", "total": "100"}, method="PUT", body=content[:60])

    there = await get(jp_fetch, part, kind=wire.PartReceived)
    again = await jp_fetch(part, params={"offset": "0", "total": "100"}, method="PUT", body=content[:60])
    last = await jp_fetch(part, params={"offset": "60", "total": "100"}, method="PUT", body=content[60:])

    assert there.received == json.loads(again.body)["received"] == 60
    assert json.loads(last.body) == {"received": 100, "isDone": True}
    body = json.dumps({"message": "m", "puts": [{"path": "a.bin", "digest": digest, "sizeBytes": 100}]})
    assert (await jp_fetch(repo, "commits", method="POST", body=body)).code == 201


async def test_parts_of_other_bytes_are_forgotten(jp_fetch: Any) -> None:
    """What is not what it was announced to be is not kept."""
    part = f"hubcollab/api/blobs/{hashlib.sha256(b'real').hexdigest()}/part"

    refused = await status(jp_fetch, part, params={"offset": "0", "total": "4"}, method="PUT", body=b"fake")

    assert refused == 400
    assert (await get(jp_fetch, part, kind=wire.PartReceived)).received == 0


async def test_storage_counts_files_and_history(jp_fetch: Any) -> None:
    """A large file counts once, in whichever commits it is."""
    repo = await made(jp_fetch)
    await commit(jp_fetch, repo, {"w.onnx": b"12345"})
    await commit(jp_fetch, repo, {"copy.onnx": b"12345"})

    found = await get(jp_fetch, repo, "storage", kind=wire.RepoStorage)

    assert (found.blobs_bytes, found.blob_count) == (5, 1)
    assert found.history_bytes > 0
