"""Collections over our REST, as the panel shows and changes them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asking import Call, caller

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.names import RepoId

ALL = "hubcollab/api/collections"
ANN = Actor("ann", "Ann")


@pytest.fixture
def call(jp_serverapp: Any, jp_fetch: Any) -> Call:
    return caller(jp_serverapp, jp_fetch)


async def filled(jp_serverapp: Any) -> None:
    """A public and a private model of Ann's."""
    hub = await jp_serverapp.web_app.settings["hubcollab_services"].ready()
    await asyncio.to_thread(hub.repos.create, ANN, RepoId("ann", "open"))
    await asyncio.to_thread(hub.repos.create, ANN, RepoId("ann", "closed"), private=True)


async def test_a_collection_from_begun_to_taken_apart(call: Call, jp_serverapp: Any) -> None:
    """In one's own namespace, with notes, in the order that one gives it."""
    await filled(jp_serverapp)
    status, made = await call("POST", ALL, {"title": "Good ones", "description": "that work"})
    assert (status, made["namespace"], made["visibility"], made["mayChange"]) == (201, "ann", "public", True)
    one = f"{ALL}/{made['slug']}"

    await call("POST", f"{one}/items", {"kind": "model", "name": "ann/open", "note": "first"})
    _, both = await call("POST", f"{one}/items", {"kind": "paper", "name": "2601.00001"})
    assert [(item["name"], item["note"]) for item in both["items"]] == [("ann/open", "first"), ("2601.00001", None)]
    paper = both["items"][1]["id"]

    _, moved = await call("PATCH", f"{one}/items/{paper}", {"position": 0, "note": "read this"})
    assert [(item["name"], item["note"]) for item in moved["items"]] == [
        ("2601.00001", "read this"),
        ("ann/open", "first"),
    ]
    assert len((await call("DELETE", f"{one}/items/{paper}"))[1]["items"]) == 1
    _, renamed = await call("PATCH", one, {"title": "Best ones", "visibility": "private", "theme": "green"})
    assert (renamed["title"], renamed["visibility"], renamed["theme"]) == ("Best ones", "private", "green")
    assert (await call("DELETE", f"{ALL}/{renamed['slug']}"))[0] == 204
    assert (await call("GET", one))[0] == 404


async def test_others_see_what_is_public_and_change_nothing(call: Call, jp_serverapp: Any) -> None:
    """A private repo in a public collection is not there for them, nor is a private collection."""
    await filled(jp_serverapp)
    _, made = await call("POST", ALL, {"title": "Mixed"})
    for name in ("ann/open", "ann/closed"):
        await call("POST", f"{ALL}/{made['slug']}/items", {"kind": "model", "name": name})
    await call("POST", ALL, {"title": "Mine", "visibility": "private"})

    _, seen = await call("GET", f"{ALL}?namespace=ann", user="bob")

    assert [one["title"] for one in seen["collections"]] == ["Mixed"]
    assert [item["name"] for item in seen["collections"][0]["items"]] == ["ann/open"]
    assert seen["collections"][0]["mayChange"] is False
    assert (await call("PATCH", f"{ALL}/{made['slug']}", {"title": "x"}, user="bob"))[0] == 403
    holding = await call("GET", f"{ALL}?holding=model:ann/open", user="bob")
    assert [one["title"] for one in holding[1]["collections"]] == ["Mixed"]
    assert (await call("GET", f"{ALL}?holding=model:ann/closed", user="bob"))[0] == 404


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"title": ""}, 400),
        ({"title": "x" * 60}, 400),
        ({"title": "x", "theme": "plaid"}, 400),
        ({"title": "x", "namespace": "bob/x"}, 400),
        ({"title": "x", "namespace": "bob"}, 403),
    ],
)
async def test_a_collection_that_cannot_be_is_refused(call: Call, fields: dict[str, Any], status: int) -> None:
    """With a reason."""
    await call("GET", "hubcollab/api/storage", user="bob")

    answer = await call("POST", ALL, fields)

    assert (answer[0], bool(answer[1]["message"])) == (status, True)


async def test_those_that_one_may_change_are_listed(call: Call, jp_serverapp: Any) -> None:
    """What the page of a repo offers to put it into; others' are left out."""
    await filled(jp_serverapp)
    for user in ("ann", "bob"):
        await call("POST", ALL, {"title": f"{user}'s"}, user=user)

    titles = {
        query: [one["title"] for one in (await call("GET", f"{ALL}{query}", user="bob"))[1]["collections"]]
        for query in ("?may=change", "?may=change&namespace=ann", "?may=change&namespace=Bob", "")
    }

    assert titles == {
        "?may=change": ["bob's"],
        "?may=change&namespace=ann": [],
        "?may=change&namespace=Bob": ["bob's"],
        "": ["bob's", "ann's"],
    }
