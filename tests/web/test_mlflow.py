"""MLflow's API and UI behind our login."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.config import Config
from jupyter_hubcollab.errors import TrackingUnavailable, Unauthenticated
from jupyter_hubcollab.experiments.link import Link
from jupyter_hubcollab.experiments.sql_store import SqlStore
from jupyter_hubcollab.experiments.tracking import Tracking
from jupyter_hubcollab.web.mlflow import ROUTES, from_our_pages

TOKENS = {
    "hc_reader": Actor("ada", "Ada", "read"),
    "hc_writer": Actor("ada", "Ada", "write"),
}


class FakeTokens:
    def actor(self, token: str) -> Actor:
        if token not in TOKENS:
            raise Unauthenticated("unknown token")
        return TOKENS[token]

    def remembered(self, token: str) -> Actor | None:
        return None


@pytest.fixture
def jp_server_config() -> dict[str, object]:
    """The handlers of this module, without the rest of the extension."""
    return {"ServerApp": {"jpserver_extensions": {"jupyter_hubcollab": False}, "allow_remote_access": True}}


@pytest.fixture
def served(
    jp_serverapp: Any, jp_asyncio_loop: Any, mlflow_child: Tracking, tmp_path: Path
) -> Iterator[SimpleNamespace]:
    """The proxy in a Jupyter server."""
    link = Link(mlflow_child)
    services = SimpleNamespace(tokens=FakeTokens(), config=Config(data_dir=tmp_path), link=link)

    async def ready() -> SimpleNamespace:
        return services

    app = jp_serverapp.web_app
    app.settings["jupyter_hubcollab"] = jp_serverapp
    app.settings["hubcollab_services"] = SimpleNamespace(ready=ready)
    app.add_handlers(
        ".*$",
        [
            (jp_serverapp.base_url.rstrip("/") + pattern, handler, {"name": "jupyter_hubcollab"})
            for pattern, handler in ROUTES
        ],
    )
    yield services
    jp_asyncio_loop.run_until_complete(link.close())


JSON = {"Content-Type": "application/json"}


def as_token(token: str) -> dict[str, str]:
    return JSON | {"Authorization": f"Bearer {token}"}


async def created_run(jp_fetch: Any, **tags: str) -> str:
    body = {
        "experiment_id": "0",
        "start_time": 1,
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
    }
    reply = await jp_fetch(
        "hubcollab/mlflow/api/2.0/mlflow/runs/create", method="POST", body=json.dumps(body), headers=JSON
    )
    return str(json.loads(reply.body)["run"]["info"]["run_id"])


async def test_what_is_logged_through_our_route_is_in_mlflow(served: Any, jp_fetch: Any) -> None:
    """A run and its metric go in and come out."""
    run = await created_run(jp_fetch)
    metric = {"run_id": run, "key": "größe", "value": 0.5, "timestamp": 1, "step": 1}

    await jp_fetch(
        "hubcollab/mlflow/api/2.0/mlflow/runs/log-metric", method="POST", body=json.dumps(metric), headers=JSON
    )

    reply = await jp_fetch("hubcollab/mlflow/api/2.0/mlflow/runs/get", params={"run_id": run})
    assert json.loads(reply.body)["run"]["data"]["metrics"][0]["key"] == "größe"


async def test_the_page_of_mlflow_opens(served: Any, jp_fetch: Any) -> None:
    """Its page comes, and so do the scripts that the page refers to."""
    page = await jp_fetch("hubcollab/mlflow/")

    script = page.body.decode().split('src="')[1].split('"')[0]
    assert (await jp_fetch("hubcollab/mlflow/", *script.removeprefix("./").split("/"))).code == 200
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"


async def test_the_address_without_a_slash_leads_to_the_page(served: Any, jp_fetch: Any) -> None:
    """MLflow's page has relative links, so its address ends with a slash."""
    with pytest.raises(HTTPClientError) as refusal:
        await jp_fetch("hubcollab/mlflow", follow_redirects=False)

    assert refusal.value.code == 302
    assert refusal.value.response.headers["Location"].endswith("/hubcollab/mlflow/")


@pytest.mark.parametrize(
    "path",
    ["ajax-api/3.0/mlflow/assistant/config", "ajax-api/3.0/mlflow/%61ssistant/config", "gateway/x/mlflow/invocations"],
)
async def test_routes_that_act_on_the_host_are_closed(
    served: Any, jp_fetch: Any, http_server_client: Any, jp_base_url: str, jp_auth_header: Any, path: str
) -> None:
    """The assistant runs commands on the server's machine for whoever comes from loopback, as we do."""
    with pytest.raises(HTTPClientError) as refusal:
        await http_server_client.fetch(jp_base_url + "hubcollab/mlflow/" + path, headers=jp_auth_header)

    assert refusal.value.code == 403
    assert json.loads(refusal.value.response.body)["error_code"] == "PERMISSION_DENIED"


async def test_a_stranger_sees_nothing(served: Any, http_server_client: Any, jp_base_url: str) -> None:
    """No login, no page, no run."""
    with pytest.raises(HTTPClientError) as refusal:
        await http_server_client.fetch(jp_base_url + "hubcollab/mlflow/")

    assert refusal.value.code in (401, 403)


@pytest.mark.parametrize(
    ("path", "body"), [("runs/search", {"experiment_ids": ["0"]}), ("experiments/search", {"max_results": 1})]
)
async def test_a_token_for_reading_may_search(served: Any, jp_fetch: Any, path: str, body: dict[str, object]) -> None:
    """MLflow searches by POST; that writes nothing."""
    reply = await jp_fetch(
        f"hubcollab/mlflow/api/2.0/mlflow/{path}", method="POST", body=json.dumps(body), headers=as_token("hc_reader")
    )

    assert reply.code == 200


async def test_a_token_for_reading_may_not_log(served: Any, jp_fetch: Any) -> None:
    """The refusal says which scope is needed."""
    with pytest.raises(HTTPClientError) as refusal:
        await jp_fetch(
            "hubcollab/mlflow/api/2.0/mlflow/runs/create", method="POST", body="{}", headers=as_token("hc_reader")
        )

    assert refusal.value.code == 403
    assert "write" in json.loads(refusal.value.response.body)["message"]


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://lab.example.com"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "https://lab.example.com"}, True),
        ({"Origin": "https://evil.example.com"}, False),
        ({"Origin": "null"}, False),
        ({"Referer": "https://lab.example.com/user/ada/hubcollab/mlflow/"}, True),
        ({"Referer": "https://evil.example.com/?lab.example.com"}, False),
        ({"Referer": "https://lab.example.com@evil.example.com/"}, False),
        ({}, False),
    ],
)
def test_a_browser_must_vouch_for_the_page(headers: dict[str, str], ours: bool) -> None:
    """With a cookie alone, only pages of this server may write."""
    assert from_our_pages(headers, "lab.example.com") is ours


async def test_a_large_artifact_streams_in_and_out(served: Any, jp_fetch: Any) -> None:
    """Forty megabytes arrive as they were sent."""
    body = b"0123456789abcdef" * (40 << 16)
    path = "hubcollab/mlflow/api/2.0/mlflow-artifacts/artifacts/0/large/weights.bin"

    await jp_fetch(path, method="PUT", body=body)

    reply = await jp_fetch(path)
    assert hashlib.sha256(reply.body).digest() == hashlib.sha256(body).digest()
    assert reply.headers["Content-Security-Policy"] == "sandbox"


async def test_an_artifact_without_announced_length_streams_in(served: Any, jp_fetch: Any) -> None:
    """MLflow's client sends artifacts in chunks."""
    path = "hubcollab/mlflow/api/2.0/mlflow-artifacts/artifacts/0/chunked/ü.txt"

    async def produce(write: Any) -> None:
        for _ in range(30):
            await write(b"x" * 100_000)

    await jp_fetch(path, method="PUT", body_producer=produce)

    assert len((await jp_fetch(path)).body) == 3_000_000


async def test_mlflow_s_refusals_come_through_as_they_are(served: Any, jp_fetch: Any) -> None:
    """A run that is not there is MLflow's own 404."""
    with pytest.raises(HTTPClientError) as refusal:
        await jp_fetch("hubcollab/mlflow/api/2.0/mlflow/runs/get", params={"run_id": "0" * 32})

    assert refusal.value.code == 404
    assert json.loads(refusal.value.response.body)["error_code"] == "RESOURCE_DOES_NOT_EXIST"


async def test_a_server_that_cannot_start_is_a_503_that_says_why(served: Any, jp_fetch: Any) -> None:
    """MLflow's client shows the message and tries again."""

    class Broken:
        def reach(self) -> Any:
            from concurrent.futures import Future

            future: Future[Any] = Future()
            future.set_exception(TrackingUnavailable("the disk is full"))
            return future

    served.link = Link(Broken())  # type: ignore[arg-type]

    with pytest.raises(HTTPClientError) as refusal:
        await jp_fetch("hubcollab/mlflow/api/2.0/mlflow/experiments/search", params={"max_results": "1"})

    assert refusal.value.code == 503
    assert "disk is full" in json.loads(refusal.value.response.body)["message"]


SCRIPT = """
import math, mlflow
mlflow.set_experiment("Größen 数字")
with mlflow.start_run(run_name="prueba ñ") as run:
    mlflow.log_params({f"p{i}": i for i in range(3)})
    for step in range(5):
        mlflow.log_metric("loss", [1.0, math.nan, math.inf, -math.inf, 0.1][step], step=step)
    mlflow.log_text("hello", "notes/ü.txt")
print(run.info.run_id)
"""


async def test_the_unmodified_client_logs_through_our_route(served: Any, jp_serverapp: Any, jp_fetch: Any) -> None:
    """Plain mlflow code in another process, with nothing but two environment variables."""
    environ = {
        "PATH": "/usr/bin:/bin",
        "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{jp_serverapp.port}{jp_serverapp.base_url}hubcollab/mlflow",
        "MLFLOW_TRACKING_TOKEN": "hc_writer",
    }

    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SCRIPT, env=environ, stdout=subprocess.PIPE)
    out, _ = await process.communicate()

    run = out.decode().split()[-1]
    reply = await jp_fetch("hubcollab/mlflow/api/2.0/mlflow/artifacts/list", params={"run_id": run, "path": "notes"})
    assert json.loads(reply.body)["files"][0]["path"] == "notes/ü.txt"


LONG = """
import sys, mlflow
mlflow.set_experiment("crash")
with mlflow.start_run() as run:
    print(run.info.run_id, flush=True)
    for step in range(60):
        mlflow.log_metric("loss", step, step=step)
        if step == 20:
            print("now", flush=True)
            sys.stdin.readline()
"""


async def test_a_killed_child_loses_nothing_that_a_running_cell_logs(
    served: Any, jp_serverapp: Any, http_server: Any, tmp_path: Path
) -> None:
    """The cell waits while MLflow starts again, and all its metrics are there in the end."""
    tracking = Tracking(tmp_path / "mlflow", lambda event: None, environ=dict(os.environ))
    served.link = Link(tracking)
    environ = {
        "PATH": "/usr/bin:/bin",
        "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{jp_serverapp.port}{jp_serverapp.base_url}hubcollab/mlflow",
        "MLFLOW_TRACKING_TOKEN": "hc_writer",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-c", LONG, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    run = (await process.stdout.readline()).decode().strip()
    await process.stdout.readuntil(b"now")

    os.kill(tracking.pid or 0, signal.SIGKILL)
    await process.communicate(b"go on\n")

    history = SqlStore(tracking.database).history(run)["loss"]
    assert process.returncode == 0
    assert sorted({point.step for point in history}) == list(range(60))
    await served.link.close()
    await asyncio.to_thread(tracking.stop)


async def logged_in(jp_serverapp: Any, http_server_client: Any, jp_base_url: str, **headers: str) -> dict[str, str]:
    """The headers of a browser that has logged in, at the host that *headers* name."""
    page = f"{jp_base_url}login?token={jp_serverapp.identity_provider.token}"
    with pytest.raises(HTTPClientError) as redirect:
        await http_server_client.fetch(page, headers=headers, follow_redirects=False)
    cookies = [cookie.split(";")[0] for cookie in redirect.value.response.headers.get_list("Set-Cookie")]
    return JSON | {"Cookie": "; ".join(cookies)}


async def test_a_public_name_and_a_prefix_are_nothing_to_mlflow(
    served: Any, jp_serverapp: Any, http_server_client: Any, jp_base_url: str
) -> None:
    """Behind JupyterHub, MLflow alone would refuse the host and the origin that browsers send."""
    assert jp_base_url != "/"
    public = {"Host": "lab.example.com", "Origin": "https://lab.example.com", "X-Forwarded-Proto": "https"}
    headers = public | await logged_in(jp_serverapp, http_server_client, jp_base_url, Host="lab.example.com")
    mlflow = jp_base_url + "hubcollab/mlflow"

    page = await http_server_client.fetch(f"{mlflow}/", headers=headers)
    led = await http_server_client.fetch(mlflow, headers=headers, follow_redirects=False, raise_error=False)
    written = await http_server_client.fetch(
        f"{mlflow}/ajax-api/2.0/mlflow/runs/create", method="POST", body='{"experiment_id": "0"}', headers=headers
    )
    foreign = await http_server_client.fetch(
        f"{mlflow}/ajax-api/2.0/mlflow/runs/create",
        method="POST",
        body='{"experiment_id": "0"}',
        headers=headers | {"Origin": "https://evil.example.com"},
        raise_error=False,
    )

    assert (page.code, led.headers["Location"], written.code) == (200, f"{mlflow}/", 200)
    assert foreign.code == 403


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), ("cross-site", 403), ("", 403)])
async def test_mlflow_s_own_page_writes_by_cookie_and_no_other(
    served: Any, jp_serverapp: Any, http_server_client: Any, jp_base_url: str, site: str, status: int
) -> None:
    """Its calls carry no XSRF token; the browser vouches for their origin."""
    headers = await logged_in(jp_serverapp, http_server_client, jp_base_url)
    headers |= {"Sec-Fetch-Site": site} if site else {}

    reply = await http_server_client.fetch(
        jp_base_url + "hubcollab/mlflow/ajax-api/2.0/mlflow/runs/create",
        method="POST",
        body='{"experiment_id": "0"}',
        headers=headers,
        raise_error=False,
    )

    assert reply.code == status
