"""Webhooks over our REST, as the panel manages them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asking import Call, caller

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.names import RepoId

HOOKS = "hubcollab/api/webhooks"
TEAM = {"type": "org", "name": "team"}
WISH = {"url": "https://example.org/hook", "watched": [TEAM], "domains": ["repo"], "secret": "s3cret"}


@pytest.fixture
def call(jp_serverapp: Any, jp_fetch: Any) -> Call:
    return caller(jp_serverapp, jp_fetch)


async def test_a_webhook_from_added_to_forgotten(call: Call) -> None:
    """Its secret is not shown again; what is not named stays."""
    status, made = await call("POST", HOOKS, WISH)
    assert (status, made["url"], made["watched"], made["domains"]) == (201, WISH["url"], [TEAM], ["repo"])
    assert (made["hasSecret"], made["disabled"]) == (True, False)
    assert "s3cret" not in str(made)

    _, changed = await call("PATCH", f"{HOOKS}/{made['id']}", {"disabled": True, "secret": ""})
    assert (changed["disabled"], changed["hasSecret"], changed["url"]) == (True, False, WISH["url"])
    assert (await call("GET", HOOKS))[1]["webhooks"] == [changed]

    assert (await call("GET", f"{HOOKS}/{made['id']}", user="bob"))[0] == 404
    assert (await call("GET", HOOKS, user="bob"))[1]["webhooks"] == []
    assert (await call("DELETE", f"{HOOKS}/{made['id']}"))[0] == 204
    assert (await call("GET", HOOKS))[1]["webhooks"] == []


async def test_what_it_was_told_is_listed_and_sent_again(call: Call, jp_serverapp: Any) -> None:
    """With the state of each delivery, and what was sent."""
    hub = await jp_serverapp.web_app.settings["hubcollab_services"].ready()
    hub.social.webhooks.on_mail = lambda: None  # nothing is sent to the world from here
    _, made = await call("POST", HOOKS, WISH)
    await asyncio.to_thread(hub.repos.create, Actor("ann", "Ann"), RepoId("team", "digits"))

    told = (await call("GET", f"{HOOKS}/{made['id']}/deliveries"))[1]["deliveries"]

    assert [(one["event"], one["repo"], one["status"]) for one in told] == [("repo create", "team/digits", "waiting")]
    assert '"name": "team/digits"' in told[0]["payload"]
    replay = f"{HOOKS}/{made['id']}/deliveries/{told[0]['id']}/replay"
    assert (await call("POST", replay))[0] == 202
    assert (await call("POST", replay, user="bob"))[0] == 404
    assert (await call("POST", replay.replace(told[0]["id"], "none")))[0] == 404


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {**WISH, "url": "ftp://example.org"},
        {**WISH, "url": "http://127.0.0.1:1/x y"},
        {**WISH, "watched": []},
        {**WISH, "watched": [{"type": "planet", "name": "x"}]},
        {**WISH, "domains": []},
        {**WISH, "domains": ["weather"]},
        {**WISH, "secret": "ä"},
        {**WISH, "color": "red"},
    ],
)
async def test_a_webhook_that_makes_no_sense_is_refused(call: Call, fields: dict[str, Any]) -> None:
    """By a 400 that says why."""
    status, problem = await call("POST", HOOKS, fields)

    assert status == 400
    assert problem["message"]
