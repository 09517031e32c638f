"""Versions, differences and merges over HTTP."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec
import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab import wire

API = "hubcollab/api"


async def send(fetch: Any, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    await fetch(API, "blobs", digest, method="PUT", body=content)
    return digest


async def publish(fetch: Any, files: dict[str, bytes], **fields: Any) -> None:
    listed = [{"path": path, "digest": await send(fetch, body), "sizeBytes": len(body)} for path, body in files.items()]
    body = json.dumps({"files": listed, **fields})
    await fetch(API, "models", "team", "digits", "publications", method="POST", body=body)


async def get(fetch: Any, *path: str, kind: type, **query: str) -> Any:
    return msgspec.json.decode((await fetch(API, *path, params=query)).body, type=kind)


async def refused(fetch: Any, *path: str, **options: Any) -> str:
    with pytest.raises(HTTPClientError) as caught:
        await fetch(API, *path, **options)
    assert caught.value.response is not None
    return str(json.loads(caught.value.response.body)["code"])


async def test_versions_are_compared_deprecated_and_gone_back_to(jp_fetch: Any) -> None:
    """What the page does: see what differs, warn of the new version, go back, follow the numbers."""
    for accuracy in (0.9, 0.5):
        rows = "".join(f'{{"id": {at}, "score": {int(at < accuracy * 100)}}}\n' for at in range(100))
        files = {"config.json": json.dumps({"a": accuracy}).encode(), "evaluation/accuracy.jsonl": rows.encode()}
        await publish(jp_fetch, files, metrics=[{"name": "accuracy", "value": accuracy}])
    repo = (API, "repos", "models", "team", "digits")

    sides = {"before": "team/digits@v1", "after": "team/digits@v2"}
    diff = await get(jp_fetch, "diffs", kind=wire.ModelDiff, **sides)
    told = await jp_fetch(*repo, "versions", "v2", "deprecation", method="PUT", body='{"reason": "worse"}')
    back = await jp_fetch(*repo, "rollbacks", method="POST", body='{"tag": "v1"}')
    numbers = await get(jp_fetch, *repo[1:], "metrics", kind=wire.MetricHistory)

    assert [(one.name, one.is_regression) for one in diff.metrics] == [("accuracy", True)]
    assert [one.name for one in diff.fields] == ["a"]
    assert json.loads(told.body)["versions"][0]["deprecated"]["reason"] == "worse"
    assert json.loads(back.body)["tag"] == "v3"
    assert [(one.tag, one.is_regression) for one in numbers.series[0].points] == [
        ("v1", False),
        ("v2", True),
        ("v3", False),
    ]


async def test_what_makes_no_sense_is_refused(jp_fetch: Any) -> None:
    """Each refusal says what is wrong."""
    await publish(jp_fetch, {"a.json": b"1"})
    repo = ("repos", "models", "team", "digits")

    assert (await refused(jp_fetch, "diffs")) == "BadQuery"
    assert (await refused(jp_fetch, "diffs", params={"before": "x", "after": "y"})) == "BadName"
    assert (await refused(jp_fetch, *repo, "rollbacks", method="POST", body='{"tag": "v9"}')) == "VersionNotFound"
    body = json.dumps({"revisions": ["main", "v1"], "into": "mixed"})
    assert (await refused(jp_fetch, *repo, "weight-merges", method="POST", body=body)) == "BadInput"
    assert (await refused(jp_fetch, *repo, "discussions", "1", "conflicts")) == "DiscussionNotFound"


async def test_conflicts_are_solved_over_http(jp_fetch: Any) -> None:
    """The page of the pull request comes back without conflicts."""
    repo = (API, "repos", "models", "team", "digits")

    async def post(*path: str, **body: Any) -> Any:
        return json.loads((await jp_fetch(*repo, *path, method="POST", body=json.dumps(body))).body)

    async def commit(branch: str, text: bytes) -> None:
        put = {"path": "config.json", "digest": await send(jp_fetch, text), "sizeBytes": len(text)}
        await post("commits", message=branch, branch=branch, puts=[put])

    await publish(jp_fetch, {"config.json": b'{"a": 1}\n'})
    await post("refs", kind="branch", name="wide")
    await commit("wide", b'{"a": 2}\n')
    await commit("main", b'{"a": 3}\n')
    number = str((await post("pulls", title="Wide", branch="wide"))["discussion"]["number"])

    found = json.loads((await jp_fetch(*repo, "discussions", number, "conflicts")).body)
    file = {"path": "config.json", "take": "text", "text": '{"a": 23}\n'}
    asked = {"head": found["head"], "targetHead": found["targetHead"], "files": [file]}
    solved = await post("discussions", number, "conflicts", **asked)

    assert found["files"][0]["parts"] == [
        {"merged": None, "base": '{"a": 1}\n', "target": '{"a": 3}\n', "pull": '{"a": 2}\n'}
    ]
    assert (solved["job"], solved["page"]["conflicts"]) == (None, [])


async def test_who_wrote_the_notebook_is_an_author(jp_serverapp: Any, jp_fetch: Any, jp_root_dir: Any) -> None:
    """The version names all who edited the notebook that it was published from."""
    from jupyter_hubcollab.collab import parse_kind

    empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (jp_root_dir / "a.ipynb").write_text(json.dumps(empty))
    await jp_serverapp.web_app.settings["hubcollab_services"].ready()
    rooms = jp_serverapp.web_app.settings["hubcollab_rooms"]
    name = rooms.room_of("a.ipynb", parse_kind("json", "notebook"))
    room = await rooms.room(name)
    await room.stored(room.last_seq)
    log = await rooms.log()
    log.note_person("bob", "Bob Example")
    log.append(name, "bob", b"\0\0")
    log.flush()

    await publish(jp_fetch, {"a.json": b"1"}, provenance={"notebook": "a.ipynb"})
    await publish(jp_fetch, {"a.json": b"2"}, provenance={"notebook": "unknown.ipynb"})

    newest, oldest = (await get(jp_fetch, "models/team/digits/versions", kind=wire.VersionList)).versions
    assert [one.display_name for one in oldest.authors][1:] == ["Bob Example"]
    assert len(newest.authors) == 1
