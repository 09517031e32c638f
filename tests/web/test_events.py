"""What happens, told over a WebSocket."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.names import FilePath, repo_id
from jupyter_hubcollab.web.events import MOST_WAITING, Mailbox
from jupyter_hubcollab.wire import Job, JobChanged, RunDeleted, TrackingChanged, TrackingState


async def services(jp_serverapp: Any) -> Any:
    return await jp_serverapp.web_app.settings["hubcollab_services"].ready()


async def told(socket: Any) -> dict[str, Any]:
    message = await asyncio.wait_for(socket.read_message(), 150)
    assert message is not None
    return dict(json.loads(message))


def job(owner: str) -> Job:
    return Job(id=owner, kind="k", title="t", state="running", progress=0.5, detail="", result=None, owner=owner)


async def test_what_happens_to_the_mlflow_server_is_told(jp_serverapp: Any, jp_ws_fetch: Any) -> None:
    """The panel says why there are no runs."""
    hub = await services(jp_serverapp)
    socket = await jp_ws_fetch("hubcollab/api/events")

    hub.events.publish(TrackingChanged(state=TrackingState(state="failed", detail="the disk is full")))

    assert await told(socket) == {"type": "tracking", "state": {"state": "failed", "detail": "the disk is full"}}
    socket.close()


async def test_a_job_is_told_to_its_owner_alone(jp_serverapp: Any, jp_ws_fetch: Any) -> None:
    """Others hear what comes after it."""
    hub = await services(jp_serverapp)
    socket = await jp_ws_fetch("hubcollab/api/events")

    hub.events.publish(JobChanged(job=job("somebody else")))
    hub.events.publish(RunDeleted(id="r1"))
    hub.events.publish(JobChanged(job=job(hub.config.owner)))

    assert await told(socket) == {"type": "runDeleted", "id": "r1"}
    assert (await told(socket))["job"]["owner"] == hub.config.owner
    socket.close()


async def test_a_model_is_told_when_it_is_made_and_when_it_goes(jp_serverapp: Any, jp_ws_fetch: Any) -> None:
    """Everybody's list follows; somebody else's private model is nobody's business."""
    from jupyter_hubcollab.hub.changes import Put

    hub = await services(jp_serverapp)
    socket = await jp_ws_fetch("hubcollab/api/events")
    bo = Actor("bo", "Bo")
    secret, shared = repo_id("bo/secret"), repo_id("bo/shared")

    await asyncio.to_thread(hub.repos.create, bo, secret, private=True)
    await asyncio.to_thread(hub.repos.create, bo, shared)
    put = Put(FilePath("README.md"), b"# hi", 4)
    await asyncio.to_thread(hub.commits.commit, bo, shared, [put], message="first", tag="v1")
    made = [await told(socket), await told(socket)]
    await asyncio.to_thread(hub.repos.delete, bo, shared)

    assert [(event["type"], event["model"]["id"]) for event in made] == [("model", "bo/shared")] * 2
    assert made[1]["tag"] == "v1"
    assert made[1]["by"]["displayName"] == "Bo"
    assert await told(socket) == {"type": "modelDeleted", "id": "bo/shared"}
    socket.close()


async def test_a_stranger_hears_nothing(jp_serverapp: Any, jp_ws_fetch: Any) -> None:
    """No login, no events."""
    with pytest.raises(HTTPClientError) as refusal:
        await jp_ws_fetch("hubcollab/api/events", headers={"Authorization": ""})

    assert refusal.value.code in (401, 403)


def host_of(jp_serverapp: Any) -> str:
    return f"localhost:{jp_serverapp.port}"


async def logged_in(jp_serverapp: Any, http_server_client: Any, jp_base_url: str) -> str:
    """The cookies of a browser that opened the server's page with its token."""
    page = f"{jp_base_url}login?token={jp_serverapp.identity_provider.token}"
    with pytest.raises(HTTPClientError) as redirect:
        await http_server_client.fetch(page, follow_redirects=False, headers={"Host": host_of(jp_serverapp)})
    cookies = redirect.value.response.headers.get_list("Set-Cookie")
    return "; ".join(cookie.split(";")[0] for cookie in cookies)


async def test_a_page_of_this_site_listens_by_its_cookie(
    jp_serverapp: Any, jp_ws_fetch: Any, http_server_client: Any, jp_base_url: str
) -> None:
    """The panel needs no token."""
    host = host_of(jp_serverapp)
    cookies = await logged_in(jp_serverapp, http_server_client, jp_base_url)

    headers = {"Authorization": "", "Cookie": cookies, "Host": host, "Origin": f"http://{host}"}
    socket = await jp_ws_fetch("hubcollab/api/events", headers=headers)

    socket.close()


async def test_a_page_of_another_site_hears_nothing(
    jp_serverapp: Any, jp_ws_fetch: Any, http_server_client: Any, jp_base_url: str
) -> None:
    """A browser sends cookies to WebSockets from anywhere; the origin tells."""
    host = host_of(jp_serverapp)
    cookies = await logged_in(jp_serverapp, http_server_client, jp_base_url)

    headers = {"Authorization": "", "Cookie": cookies, "Host": host, "Origin": "https://evil.example.com"}
    with pytest.raises(HTTPClientError) as refusal:
        await jp_ws_fetch("hubcollab/api/events", headers=headers)

    assert refusal.value.code == 403


async def test_a_client_that_left_is_forgotten(jp_serverapp: Any, jp_ws_fetch: Any) -> None:
    """Nobody keeps news for it."""
    hub = await services(jp_serverapp)
    before = len(hub.events._listeners.get(RunDeleted, ()))
    socket = await jp_ws_fetch("hubcollab/api/events")
    other = await jp_ws_fetch("hubcollab/api/events")

    socket.close()
    await asyncio.wait_for(socket.read_message(), 150)
    hub.events.publish(RunDeleted(id="r1"))
    await told(other)

    assert len(hub.events._listeners[RunDeleted]) == before + 1
    other.close()


async def test_only_the_newest_of_a_thing_waits() -> None:
    """Who reads slowly gets the state of now, in the order of the first news."""
    mailbox = Mailbox()

    for step in range(100):
        mailbox.put("run a", step)
        mailbox.put("run b", -step)

    assert await mailbox.take() == [99, -99]


async def test_who_does_not_read_at_all_is_noticed() -> None:
    """The server's memory is not theirs."""
    mailbox = Mailbox()

    for number in range(MOST_WAITING + 1):
        mailbox.put(number, number)

    assert mailbox.full
