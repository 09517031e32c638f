"""A private repo answers a stranger exactly as one that is not there: on every route, in every list, in every event."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, event
from test_routes import SAMPLES, methods, sample_path
from tornado.httpclient import HTTPResponse

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.collections import Thing, Traits
from jupyter_hubcollab.names import KINDS, RepoId, file_path
from jupyter_hubcollab.routes import ROUTES

ANN, BOB = Actor("ann", "Ann"), Actor("bob", "Bob")
HIDDEN, ABSENT, FORMER = "hushed", "absent", "former"
OF_A_REPO = re.compile(r".*(\(\?P<name>|/api/models/\(\[\^/\]\+\)/|/api/repos/\(models\|datasets\|spaces\)/\()")
TAKES_NO_REPO = re.compile(r".*/api/(organizations|users|\(\?:organizations)")
BODIES: dict[str, dict[str, Any]] = {
    "publications": {"files": [{"path": "a.txt", "digest": "0" * 64, "sizeBytes": 1}]},
    "commits": {"message": "m", "puts": [{"path": "a.txt", "digest": "0" * 64, "sizeBytes": 1}]},
    "refs": {"kind": "branch", "name": "b"},
    "move": {"to": "bob/mine"},
    "protected": {"kind": "branch", "pattern": "main"},
    "requests": {"message": "let me"},
    "requests/team": {"status": "accepted"},
    "collaborators/team": {"role": "read"},
    "handle": {"user": "bob", "status": "accepted"},
    "grant": {"user": "bob"},
    "settings": {"visibility": "public"},
    "preupload/main": {"files": [{"path": "a.txt", "size": 1, "sample": "YQ=="}]},
    "commit/main": {"key": "header", "value": {"summary": "s"}},
    "paths-info/main": {"paths": ["README.md"], "expand": False},
    "tag/main": {"tag": "v9"},
    "branch/team": {},
    "batch": {"operation": "download", "objects": [{"oid": "0" * 64, "size": 1}]},
    "discussions": {"title": "t", "description": "d", "text": "d"},
    "pulls": {"title": "t", "text": "d"},
    "comments": {"text": "t"},
    "comment": {"comment": "t"},
    "status": {"status": "closed"},
    "title": {"title": "t"},
    "merge": {},
    "access": {"visibility": "public"},
    "like": {},
    "ask-access": {},
    "reviews": {"stars": 5},
}
NO_REPOS = ("/hubcollab/mlflow", "/hubcollab/api/runs", "/hubcollab/api/tracking", "/api/")
"""MLflow's own server takes seconds to start, and knows no repos; nor do notebooks and kernels."""
NAMED_ELSEWHERE: list[tuple[str, str, dict[str, Any] | None]] = [
    ("DELETE", "/hubcollab/hf/api/repos/delete", {"name": "{name}", "organization": "team"}),
    ("POST", "/hubcollab/hf/api/repos/move", {"fromRepo": "team/{name}", "toRepo": "bob/x", "type": "model"}),
    ("GET", "/hubcollab/api/search?like=team/{name}", None),
    ("GET", "/hubcollab/hf/api/models?search={name}", None),
    ("GET", "/hubcollab/hf/api/models?author=team&search={name}&full=true", None),
    ("GET", "/hubcollab/registry/api/2.0/mlflow/registered-models/get?name=team/{name}", None),
    ("GET", "/hubcollab/registry/api/2.0/mlflow/model-versions/get?name=team/{name}&version=1", None),
    ("GET", "/hubcollab/registry/api/2.0/mlflow/registered-models/alias?name=team/{name}&alias=a", None),
    ("POST", "/hubcollab/registry/api/2.0/mlflow/registered-models/delete", {"name": "team/{name}"}),
    ("GET", "/hubcollab/api/collections?holding=model:team/{name}", None),
    ("GET", "/hubcollab/api/upstreams/models/team/{name}", None),
    ("GET", "/hubcollab/api/compare?id=team/{name}&id=team/{name}x", None),
    ("PUT", "/hubcollab/api/workspace/shortlist/team/{name}", {"note": "n"}),
]


@dataclass
class Stranger:
    """Bob, who asks by a token of his."""

    client: Any
    base: str
    token: str

    async def ask(self, method: str, path: str, body: bytes | None) -> tuple[int, dict[str, str], str]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if path.endswith("ask-access"):
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        reply: HTTPResponse = await self.client.fetch(
            self.base + path,
            method=method,
            body=body,
            headers=headers,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            raise_error=False,
            request_timeout=120,
        )
        kept = {name: value for name, value in reply.headers.get_all() if name.startswith(("X-", "Location", "Etag"))}
        return reply.code, kept, (reply.body or b"").decode(errors="replace")


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    """A hub that asks no other hub."""
    return {"ServerApp": {"jpserver_extensions": {"jupyter_hubcollab": True}}, "HubCollab": {"offline": True}}


async def prepared(jp_serverapp: Any) -> Any:
    """Private repos of Ann's of every kind, with all that a repo can have, one under an earlier name."""
    hub = await jp_serverapp.web_app.settings["hubcollab_services"].ready()
    await asyncio.to_thread(_fill, hub)
    return hub


def _fill(hub: Any) -> None:
    hub.repos.create(ANN, RepoId("team", "shown"))
    for kind in KINDS:
        old, new = RepoId("team", FORMER, kind), RepoId("team", HIDDEN, kind)
        hub.repos.create(ANN, old, private=True)
        hub.repos.rename(ANN, old, new)
        card = b"---\nlicense: mit\ntags: [hushed-tag]\n---\n# Hushed\n"
        hub.commits.commit(ANN, new, [Put(file_path("README.md"), card, len(card))], message="hushed", tag="v1")
        hub.likes.add(ANN, new)
        hub.repos.set_gated(ANN, new, "manual")
    hub.search.search(ANN, "hushed")
    shown = hub.social.collections.create(ANN, "team", Traits(title="Shown")).slug
    for kind in KINDS:
        hub.social.collections.add(ANN, shown, Thing(kind, f"team/{HIDDEN}"), "hushed note")


async def stranger(hub: Any, client: Any, base: str) -> Stranger:
    token = await asyncio.to_thread(hub.tokens.create, BOB, name="bob", scope="write")
    return Stranger(client, base.rstrip("/"), token)


def paths_of(name: str) -> list[tuple[str, str]]:
    """Every method of every route of one repo, for the repo of this name."""
    found = []
    for pattern, handler, *_ in ROUTES:
        if (
            not OF_A_REPO.match(pattern)
            or TAKES_NO_REPO.match(pattern)
            or "(?P<namespace>" not in pattern + "".join(["(?P<namespace>"] if "/hubcollab/api/" in pattern else [])
        ):
            continue
        named = pattern.replace("/([^/]+)/([^/]+)", f"/team/{name}", 1) if "/hubcollab/api/" in pattern else pattern
        path = sample_path(named.replace("(?P<name>[^/]+?)", name).replace("(?P<name>[^/]+)", name))
        found += [(method, path) for method in methods(handler)]
    return found


def body_of(path: str, method: str) -> bytes | None:
    if method in ("GET", "HEAD", "DELETE"):
        return None
    words = path.split("/")
    fields = BODIES.get("/".join(words[-2:]), BODIES.get(words[-1], {}))
    return urlencode({}).encode() if path.endswith("ask-access") else json.dumps(fields).encode()


def without(name: str, answer: tuple[int, dict[str, str], str]) -> str:
    """An answer in which the name that was asked for stands for itself."""
    status, headers, body = answer
    kept = {key: value for key, value in headers.items() if key not in ("X-Request-Id", "X-Content-Type-Options")}
    return re.sub(rf"(?i){name}", "*", f"{status} {sorted(kept.items())} {body}")


async def test_every_route_of_a_private_repo_answers_as_if_there_were_none(
    jp_serverapp: Any, http_server_client: Any, jp_base_url: str
) -> None:
    """Same status, same headers, same words: by its name, and by the name that it had before."""
    SAMPLES.setdefault("service", "git-upload-pack")
    hub = await prepared(jp_serverapp)
    bob = await stranger(hub, http_server_client, jp_base_url)
    told, found_nothing = [], 0
    for (method, there), (_, former), (_, absent) in zip(*map(paths_of, (HIDDEN, FORMER, ABSENT)), strict=True):
        body = body_of(there, method)
        answers = [await bob.ask(method, path, body) for path in (there, former, absent)]
        seen = [without(name, one) for name, one in zip((HIDDEN, FORMER, ABSENT), answers, strict=True)]
        if len(set(seen)) != 1 or HIDDEN in answers[1][2]:
            told.append((method, there, *seen))
        found_nothing += answers[2][0] == 404

    assert not told, "\n".join(map(str, told))
    assert found_nothing > 60, "the walk must get as far as looking for the repo"


class Work:
    """The statements of SQL that requests cost, heard while they are asked."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __enter__(self) -> Work:
        event.listen(Engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        if threading.current_thread().name.startswith("hub"):  # what goes on beside requests is nobody's answer
            self.statements.append(statement)


async def test_a_private_repo_costs_as_much_work_as_one_that_is_not_there(
    jp_serverapp: Any, http_server_client: Any, jp_base_url: str
) -> None:
    """Who measures how long answers take learns nothing: the index is asked the same questions, as often."""
    SAMPLES.setdefault("service", "git-upload-pack")
    hub = await prepared(jp_serverapp)
    bob = await stranger(hub, http_server_client, jp_base_url)
    told, asked = {}, 0
    for (method, there), (_, former), (_, absent) in zip(*map(paths_of, (HIDDEN, FORMER, ABSENT)), strict=True):
        if not there.startswith(("/hubcollab/hf/api/models/", "/hubcollab/hf/team/", "/hubcollab/api/models/")):
            continue  # other kinds go the same ways
        await bob.ask(method, there, body_of(there, method))  # what is remembered, is from now on
        costs = []
        for path in (there, former, absent):
            with Work() as work:
                await bob.ask(method, path, body_of(path, method))
            costs.append(work.statements)
        asked += len(costs[2])
        if not costs[0] == costs[1] == costs[2]:
            told[method, there] = costs

    assert not told, "\n".join(map(str, told.items()))
    assert asked > 30


@pytest.mark.parametrize(("method", "path", "fields"), NAMED_ELSEWHERE, ids=[one[1] for one in NAMED_ELSEWHERE])
async def test_a_private_repo_that_a_query_or_body_names_is_not_there(
    jp_serverapp: Any, http_server_client: Any, jp_base_url: str, method: str, path: str, fields: dict[str, Any] | None
) -> None:
    """Wherever the name stands."""
    hub = await prepared(jp_serverapp)
    bob = await stranger(hub, http_server_client, jp_base_url)
    seen = []
    for name in (HIDDEN, FORMER, ABSENT):
        body = None if fields is None else json.dumps(fields).replace("{name}", name).encode()
        answer = await bob.ask(method, path.replace("{name}", name), body)
        seen.append(re.sub(r'"tookMs":[\d.e-]+', "", without(name, answer)))

    assert len(set(seen)) == 1, seen


async def test_no_list_mentions_a_private_repo(jp_serverapp: Any, http_server_client: Any, jp_base_url: str) -> None:
    """Whatever can be read without naming a repo: lists, counts, searches, people, organisations, events to come."""
    hub = await prepared(jp_serverapp)
    bob = await stranger(hub, http_server_client, jp_base_url)
    plain = [
        sample_path(pattern)
        for pattern, handler, *_ in ROUTES
        if "GET" in methods(handler) and not OF_A_REPO.match(pattern) and "/events" not in pattern
    ]
    more = [
        "/hubcollab/api/search?q=hushed", "/hubcollab/api/search?q=", "/hubcollab/api/models?limit=500",
        "/hubcollab/hf/api/models?full=true&limit=1000", "/hubcollab/hf/api/datasets", "/hubcollab/hf/api/spaces",
        "/hubcollab/hf/api/models?filter=hushed-tag", "/hubcollab/hf/api/users/ann/likes",
        "/hubcollab/hf/api/users/ann/overview", "/hubcollab/hf/api/organizations/team/overview",
        "/hubcollab/hf/api/organizations/team/settings/repositories", "/hubcollab/api/organizations/team",
        "/hubcollab/api/storage?namespace=team", "/hubcollab/hf/api/quicksearch?q=hushed",
        "/hubcollab/registry/api/2.0/mlflow/registered-models/search",
        "/hubcollab/registry/api/2.0/mlflow/model-versions/search",
    ]  # fmt: skip

    told = {}
    for path in [*plain, *more]:
        if path.startswith(NO_REPOS):
            continue
        status, headers, body = await bob.ask("GET", path, None)
        body = body.replace("q=hushed", "").replace('"query":"hushed"', "").replace("hushed-tag", "")
        if HIDDEN in body.lower() or HIDDEN in str(headers).lower() or (status == 200 and '"numDatasets":1' in body):
            told[path] = body[:300]

    assert not told


async def test_a_blob_of_a_private_repo_must_be_sent_again(
    jp_serverapp: Any, http_server_client: Any, jp_base_url: str
) -> None:
    """Whether others have the same bytes is nobody's business."""
    hub = await prepared(jp_serverapp)
    bob = await stranger(hub, http_server_client, jp_base_url)
    content = b"\0hushed" * 1000
    digest = await asyncio.to_thread(hub.blobs.put, [content])
    put = Put(file_path("w.bin"), digest, len(content))
    await asyncio.to_thread(hub.commits.commit, ANN, RepoId("team", HIDDEN), [put], message="w")

    status, _, body = await bob.ask("POST", "/hubcollab/api/blobs/missing", json.dumps({"digests": [digest]}).encode())
    batch = {"operation": "upload", "objects": [{"oid": digest, "size": len(content)}]}
    answer = await bob.ask("POST", "/hubcollab/hf/team/shown.git/info/lfs/objects/batch", json.dumps(batch).encode())

    assert (status, json.loads(body)) == (200, {"digests": [digest]})
    assert "upload" in json.loads(answer[2])["objects"][0]["actions"]


async def test_events_tell_strangers_nothing_of_private_repos(jp_serverapp: Any, jp_ws_fetch: Any) -> None:
    """Neither that one was made, nor committed to, renamed, opened to others, or deleted; members hear all of it."""
    hub = await prepared(jp_serverapp)
    await asyncio.to_thread(hub.organisations.put_member, ANN, "team", "carl", "read")
    sockets = {}
    for name in ("bob", "carl"):
        token = await asyncio.to_thread(hub.tokens.create, Actor(name, name), name="t", scope="read")
        sockets[name] = await jp_ws_fetch("hubcollab/api/events", headers={"Authorization": f"Bearer {token}"})

    def live() -> None:
        id, other = RepoId("team", "hushed-too"), RepoId("team", "hushed-more")
        hub.repos.create(ANN, id, private=True)
        hub.commits.commit(ANN, id, [Put(file_path("a.txt"), b"a", 1)], message="a", tag="v1")
        hub.repos.rename(ANN, id, other)
        hub.repos.delete(ANN, other)
        hub.repos.create(ANN, RepoId("team", "the-end"))

    await asyncio.to_thread(live)
    heard = {name: await _until(socket, "the-end") for name, socket in sockets.items()}

    assert "hushed" not in heard["bob"]
    assert "hushed-more" in heard["carl"]
    for socket in sockets.values():
        socket.close()


async def _until(socket: Any, word: str) -> str:
    heard = ""
    while word not in heard:
        message = await asyncio.wait_for(socket.read_message(), 150)
        assert message is not None
        heard += message
    return heard
