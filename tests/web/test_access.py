"""Access, organizations, storage and tokens, over our REST."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.names import RepoId, file_path

API = "hubcollab/api"
DIGITS = f"{API}/repos/models/team/digits/access"
Fetch = Any
ANN = Actor("ann", "Ann")


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    """Ann owns the server."""
    return {"ServerApp": {"jpserver_extensions": {"jupyter_hubcollab": True}}, "HubCollab": {"owner": "ann"}}


async def opened(jp_serverapp: Any) -> Any:
    """A hub with a public model of Ann's."""
    services = await jp_serverapp.web_app.settings["hubcollab_services"].ready()
    if not await asyncio.to_thread(services.repos.list, ANN):
        await asyncio.to_thread(services.repos.create, ANN, RepoId("team", "digits"))
    return services


@pytest.fixture
def call(jp_serverapp: Any, jp_fetch: Fetch) -> Any:
    """One request of a person: status and JSON."""

    async def ask(method: str, path: str, fields: dict[str, Any] | None = None, user: str = "ann") -> tuple[int, Any]:
        hub = await opened(jp_serverapp)
        token = await asyncio.to_thread(hub.tokens.create, Actor(user, user.title()), name="t", scope="write")
        body = None if fields is None else json.dumps(fields)
        headers = {"Authorization": f"Bearer {token}"}
        place, _, query = path.partition("?")
        options = {"params": dict(parse_qsl(query)), "headers": headers, "allow_nonstandard_methods": True}
        try:
            reply = await jp_fetch(place, method=method, body=body, **options)
        except HTTPClientError as error:
            reply = error.response
        return reply.code, json.loads(reply.body or b"null")

    return ask


async def test_the_page_of_a_repo_tells_who_may_what(call: Any) -> None:
    """To everybody who sees it, as far as it concerns them."""
    _, mine = await call("GET", DIGITS)
    _, theirs = await call("GET", DIGITS, user="bob")

    assert (mine["may"], theirs["may"], mine["everyone"], mine["isOrganization"]) == ("admin", "write", "write", True)
    assert (mine["visibility"], mine["gated"], mine["protected"], mine["mayReadFiles"]) == ("public", "off", [], True)


async def test_visibility_and_gate_are_changed_by_admins(call: Any) -> None:
    """And nobody else learns of a repo that was hidden."""
    assert (await call("PATCH", DIGITS, {"gated": "auto"}, user="bob"))[0] == 403

    status, changed = await call("PATCH", DIGITS, {"visibility": "private", "gated": "manual"})

    assert (status, changed["visibility"], changed["gated"], changed["everyone"]) == (200, "private", "manual", None)
    assert (await call("GET", DIGITS, user="bob"))[0] == 404


async def test_a_request_goes_from_asked_to_accepted_and_back(call: Any) -> None:
    """What the panel shows on both sides of a gate."""
    await call("PATCH", DIGITS, {"gated": "manual"})
    status, asked = await call("POST", f"{DIGITS}/requests", {"message": "please"}, user="bob")
    assert (status, asked["status"], asked["message"]) == (201, "pending", "please")
    assert (await call("GET", DIGITS))[1]["pending"] == 1
    assert (await call("GET", f"{DIGITS}/requests", user="bob"))[0] == 403

    assert (await call("PUT", f"{DIGITS}/requests/bob", {"status": "accepted"}))[1]["decidedBy"] == "ann"
    seen = (await call("GET", DIGITS, user="bob"))[1]
    assert (seen["mayReadFiles"], seen["request"]["status"]) == (True, "accepted")

    assert (await call("DELETE", f"{DIGITS}/requests", user="bob"))[0] == 204
    assert (await call("GET", f"{DIGITS}/requests?status=accepted"))[1]["requests"] == []


async def test_a_gated_file_is_refused_with_its_own_code(call: Any, jp_serverapp: Any) -> None:
    """So that the panel offers to ask."""
    hub = await opened(jp_serverapp)
    await call("PATCH", DIGITS, {"gated": "manual"})
    put = Put(file_path("weights.txt"), b"1", 1)
    await asyncio.to_thread(hub.commits.commit, ANN, RepoId("team", "digits"), [put], message="m")

    for kinds in ("repos/models", "models"):
        status, problem = await call("GET", f"{API}/{kinds}/team/digits/resolve/main/weights.txt", user="bob")
        assert (status, problem["code"]) == (403, "GatedRepo")
    status, problem = await call("GET", f"{API}/repos/models/team/digits/diff?to=main", user="bob")
    assert (status, problem["code"]) == (403, "GatedRepo")


async def test_refs_are_protected_and_freed(call: Any) -> None:
    """A pattern may hold a slash."""
    rule = {"kind": "branch", "pattern": "release/*", "writers": "admin"}
    assert (await call("PUT", f"{DIGITS}/protected", rule, user="bob"))[0] == 403

    assert (await call("PUT", f"{DIGITS}/protected", rule))[1]["protected"] == [rule]

    gone = await call("DELETE", f"{DIGITS}/protected/branch/release/*")
    assert (gone[0], gone[1]["protected"]) == (200, [])


async def test_collaborators_of_one_repo_from_let_in_to_gone(call: Any) -> None:
    """They see a private repo, and may leave; who only reads does not learn who else is in."""
    await call("PATCH", DIGITS, {"visibility": "private"})
    assert (await call("PUT", f"{DIGITS}/collaborators/bob", {"role": "write"}, user="bob"))[0] == 404

    status, made = await call("PUT", f"{DIGITS}/collaborators/bob", {"role": "read"})
    assert (status, made["user"], made["role"]) == (200, "bob", "read")
    assert (await call("GET", DIGITS, user="bob"))[1]["may"] == "read"
    assert (await call("GET", f"{DIGITS}/collaborators", user="bob"))[0] == 403
    assert (await call("GET", f"{API}/models?limit=9", user="bob"))[1]["models"][0]["id"] == "team/digits"

    assert (await call("PUT", f"{DIGITS}/collaborators/bob", {"role": "write"}))[1]["role"] == "write"
    assert [one["user"] for one in (await call("GET", f"{DIGITS}/collaborators", user="bob"))[1]["members"]] == ["bob"]
    assert (await call("DELETE", f"{DIGITS}/collaborators/bob", user="bob"))[0] == 204
    assert (await call("GET", DIGITS, user="bob"))[0] == 404


async def test_a_repo_moves_to_another_namespace(call: Any) -> None:
    """Its old address leads to it."""
    status, moved = await call("POST", f"{DIGITS}/move", {"to": "ann/numbers"})

    assert (status, moved["id"], moved["isOrganization"]) == (200, "ann/numbers", False)
    assert (await call("GET", DIGITS))[1]["id"] == "ann/numbers"


async def test_an_organization_from_beginning_to_end(call: Any) -> None:
    """Made, joined, changed, left, given up."""
    status, made = await call("POST", f"{API}/organizations", {"name": "lab", "title": "The lab"})
    assert (status, made["may"], made["mayManage"], made["everyone"]) == (201, "admin", True, "read")
    assert (await call("GET", f"{API}/organizations/lab", user="bob"))[0] == 404

    assert (await call("PUT", f"{API}/organizations/lab/members/bob", {"role": "write"}))[1]["role"] == "write"
    assert (await call("GET", f"{API}/organizations?mine=1", user="bob"))[1]["organizations"][0]["may"] == "write"
    assert (await call("PATCH", f"{API}/organizations/lab", {"everyone": "write"}, user="bob"))[0] == 403
    assert (await call("PATCH", f"{API}/organizations/lab", {"everyone": "write"}))[1]["everyone"] == "write"
    assert (await call("DELETE", f"{API}/organizations/lab/members/ann"))[0] == 409
    assert (await call("DELETE", f"{API}/organizations/lab/members/bob", user="bob"))[0] == 204

    assert (await call("DELETE", f"{API}/organizations/lab"))[0] == 204


async def test_storage_is_told_to_members(call: Any) -> None:
    """With the quota that the owner of the server gave."""
    await call("PATCH", f"{API}/organizations/team", {"quotaBytes": 5_000_000})

    status, used = await call("GET", f"{API}/storage?namespace=team")

    assert (status, used["quotaBytes"], [one["id"] for one in used["repos"]]) == (200, 5_000_000, ["team/digits"])
    assert used["usedBytes"] > 0
    assert (await call("GET", f"{API}/storage?namespace=team", user="bob"))[0] == 404
    assert (await call("GET", f"{API}/storage", user="bob"))[1]["namespace"] == "bob"


async def test_a_token_is_shown_once_and_revoked(jp_fetch: Fetch) -> None:
    """Made by a person, not by another token."""
    fields = {"name": "laptop", "scope": "read", "expiresInDays": 7}
    made = json.loads((await jp_fetch(API, "tokens", method="POST", body=json.dumps(fields))).body)
    headers = {"Authorization": f"Bearer {made['token']}"}
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(API, "tokens", method="POST", body=json.dumps(fields), headers=headers)
    assert refused.value.code == 403

    listed = json.loads((await jp_fetch(API, "tokens")).body)["tokens"]
    assert [(one["name"], one["scope"], one["expiresAt"] is not None) for one in listed] == [("laptop", "read", True)]
    assert made["token"] not in json.dumps(listed)

    await jp_fetch(API, "tokens", made["about"]["id"], method="DELETE")
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(API, "me", headers=headers)
    assert refused.value.code == 401


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("PATCH", DIGITS, {"gated": "sometimes"}),
        ("PATCH", DIGITS, {"public": True}),
        ("POST", f"{DIGITS}/move", {"to": "nowhere"}),
        ("PUT", f"{DIGITS}/protected", {"kind": "commit", "pattern": "x"}),
        ("PUT", f"{DIGITS}/protected", {"kind": "branch", "pattern": "a b"}),
        ("GET", f"{DIGITS}/requests?status=maybe", None),
        ("POST", f"{DIGITS}/requests", {"message": "x" * 5000}),
        ("POST", f"{API}/organizations", {"name": "../x"}),
        ("POST", f"{API}/organizations", {"name": "lab", "title": "a\nb"}),
        ("PUT", f"{API}/organizations/team/members/bob", {"role": "king"}),
        ("PATCH", f"{API}/organizations/team", {"quotaBytes": -1}),
    ],
)
async def test_what_makes_no_sense_is_refused(call: Any, method: str, path: str, fields: Any) -> None:
    """By a 400 that says why."""
    status, problem = await call(method, path, fields)

    assert status == 400
    assert problem["message"]
