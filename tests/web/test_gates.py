"""The gates over HTTP: rules, verdicts, examples and aliases."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tornado.httpclient import HTTPClientError

REPO = "hubcollab/api/repos/models/team/digits"
RULES = b"protected: [champion]\ncard: [license]\n"


async def asked(fetch: Any, method: str, *path: str, **body: Any) -> Any:
    content = json.dumps(body) if method not in ("GET", "DELETE") else None
    reply = await fetch(*path, method=method, body=content)
    return json.loads(reply.body) if reply.body else None


async def put(fetch: Any, path: str, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    await fetch("hubcollab/api/blobs", digest, method="PUT", body=content)
    files = [{"path": path, "digest": digest, "sizeBytes": len(content)}]
    await asked(fetch, "POST", REPO, "commits", message="Change", puts=files)


async def ended(jp_ws_fetch: Any, fetch: Any, tag: str) -> dict[str, Any]:
    """The verdict on a new version, as the events tell it."""
    socket = await jp_ws_fetch("hubcollab/api/events")
    await asked(fetch, "POST", REPO, "refs", kind="tag", name=tag)
    while True:
        event = json.loads(await socket.read_message())
        if event["type"] == "gate" and event["run"]["endedAt"]:
            socket.close()
            return dict(event["run"])


async def test_a_verdict_comes_by_itself_and_holds_back(jp_fetch: Any, jp_ws_fetch: Any) -> None:
    """Everyone's panel hears of it; the log is there; the alias is refused, and an admin's reason is kept."""
    await jp_fetch("hubcollab/api/repos/models", method="POST", body=json.dumps({"name": "team/digits"}))
    await put(jp_fetch, "hubcollab.yaml", RULES)

    run = await ended(jp_ws_fetch, jp_fetch, "v1")

    assert (run["state"], run["tag"], run["checks"][0]["name"]) == ("failed", "v1", "card: license")
    log = await asked(jp_fetch, "GET", REPO, "gates/runs", run["id"], "log")
    assert "card: license" in log["text"]
    with pytest.raises(HTTPClientError) as refused:
        await asked(jp_fetch, "PUT", REPO, "aliases/champion", tag="v1")
    assert json.loads(refused.value.response.body)["code"] == "GateNotPassed"
    moved = await asked(jp_fetch, "PUT", REPO, "aliases/champion", tag="v1", reason="a demonstration")
    assert (moved["aliases"], moved["moves"][0]["reason"]) == ({"champion": "v1"}, "a demonstration")


async def test_examples_are_added_replaced_and_forgotten(jp_fetch: Any) -> None:
    """What people expect of a model lies in its repo; what makes no sense is refused."""
    await jp_fetch("hubcollab/api/repos/models", method="POST", body=json.dumps({"name": "team/digits"}))
    zero = {"name": "a/zero", "input": [0, 0], "expect": {"label": 0}}

    await asked(jp_fetch, "POST", REPO, "examples", **zero)
    await asked(jp_fetch, "POST", REPO, "examples", **zero | {"input": [0, 1]})
    with pytest.raises(HTTPClientError) as refused:
        await asked(jp_fetch, "POST", REPO, "examples", name="x", input=1, expect={"equal": 1})

    assert json.loads(refused.value.response.body)["code"] == "BadGates"
    table = await asked(jp_fetch, "GET", REPO, "examples")
    assert [(one["name"], one["input"]) for one in table["examples"]] == [("a/zero", [0, 1])]
    await jp_fetch(REPO, "examples/one/a/zero", method="DELETE")
    assert (await asked(jp_fetch, "GET", REPO, "examples"))["examples"] == []


async def test_the_schema_of_the_rules_is_there_for_editors(jp_fetch: Any) -> None:
    """yaml-language-server reads it from this address, under this name."""
    reply = await jp_fetch("hubcollab/api/schema/hubcollab.json")

    schema = json.loads(reply.body)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith("/hubcollab/api/schema/hubcollab.json")
