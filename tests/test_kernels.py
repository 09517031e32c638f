"""What a kernel finds in its environment, and what becomes of it when the kernel ends."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from jupyter_server.base.call_context import CallContext

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.config import Config
from jupyter_hubcollab.errors import Unavailable
from jupyter_hubcollab.kernels import Kernels, hub_url, kernel_environment, missing, notebook_of, starter

MLFLOW = {"MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_TOKEN", "MLFLOW_REGISTRY_URI"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class FakeManager:
    """A kernel manager without processes."""

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []
        self.callbacks: dict[str, Any] = {}
        self.default_kernel_name = "python3"
        self.kernel_spec_manager = self

    def get_kernel_spec(self, name: str) -> Any:
        return SimpleNamespace(argv=[{"python3": sys.executable}[name], "-m", "ipykernel_launcher"])

    def __contains__(self, kernel_id: object) -> bool:
        return kernel_id in self.callbacks

    async def start_kernel(self, **kwargs: Any) -> str:
        self.started.append(kwargs)
        return f"k{len(self.started)}"

    async def restart_kernel(self, kernel_id: str, now: bool = False) -> None:
        pass

    def remove_kernel(self, kernel_id: str) -> None:
        pass

    def add_restart_callback(self, kernel_id: str, callback: Any, event: str) -> None:
        self.callbacks[kernel_id] = callback


class FakeTokens:
    def __init__(self) -> None:
        self.valid: list[str] = []
        self.made_for: list[Actor] = []

    def create(self, actor: Actor, *, name: str, scope: str, expires_at: datetime) -> str:
        assert expires_at > NOW
        self.made_for.append(actor)
        self.valid.append(f"hc_{len(self.made_for)}")
        return self.valid[-1]

    def revoke_value(self, token: str) -> None:
        self.valid.remove(token)


class FakeLoop:
    """Keeps what should run later until the test runs it."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Any, str]] = []

    def add_callback(self, work: Any, of: str) -> None:
        self.waiting.append((work, of))

    async def run(self) -> None:
        while self.waiting:
            work, of = self.waiting.pop(0)
            await work(of)


@pytest.fixture
def app(tmp_path: Path) -> SimpleNamespace:
    return SimpleNamespace(
        kernel_manager=FakeManager(),
        sock="",
        certfile="",
        ip="localhost",
        port=8888,
        base_url="/user/ada/",
        root_dir=str(tmp_path),
        io_loop=FakeLoop(),
        log=SimpleNamespace(warning=print, exception=print),
    )


@pytest.fixture
def hub(tmp_path: Path) -> SimpleNamespace:
    ended: list[str] = []
    return SimpleNamespace(
        tokens=FakeTokens(),
        config=Config(data_dir=tmp_path, owner="ada"),
        runs=SimpleNamespace(kernel_ended=ended.append, ended=ended),
    )


@pytest.fixture
def clock() -> SimpleNamespace:
    return SimpleNamespace(now=NOW)


@pytest.fixture
def kernels(app: Any, hub: Any, clock: Any) -> Iterator[Kernels]:
    """Our part around a fake kernel manager; no request is being answered."""

    async def services() -> Any:
        return hub

    token = CallContext._name_value_map.set({})
    installed = Kernels(app, services, lambda: clock.now)
    installed.install()
    yield installed
    CallContext._name_value_map.reset(token)


async def test_a_kernel_learns_where_the_hub_is(app: Any, kernels: Kernels) -> None:
    """Each client library finds the name that it knows, with one token."""
    await app.kernel_manager.start_kernel(env={"PATH": "/bin", "JPY_SESSION_NAME": f"{app.root_dir}/a/größe.ipynb"})

    env = app.kernel_manager.started[0]["env"]
    assert env["PATH"] == "/bin"
    assert env["HUBCOLLAB_URL"] == "http://127.0.0.1:8888/user/ada/hubcollab"
    assert env["MLFLOW_TRACKING_URI"] == "http://127.0.0.1:8888/user/ada/hubcollab/mlflow"
    assert env["HF_ENDPOINT"] == "http://127.0.0.1:8888/user/ada/hubcollab/hf"
    assert env["HUBCOLLAB_TOKEN"] == env["MLFLOW_TRACKING_TOKEN"] == env["HF_TOKEN"] == "hc_1"
    assert env["HUBCOLLAB_NOTEBOOK"] == "a/größe.ipynb"
    assert env["HUBCOLLAB_USER"] == "ada"


async def test_without_an_environment_the_server_s_own_is_extended(app: Any, kernels: Kernels) -> None:
    """A kernel without a notebook is started that way."""
    await app.kernel_manager.start_kernel(kernel_name="python3")

    env = app.kernel_manager.started[0]["env"]
    assert "PATH" in env
    assert "HUBCOLLAB_NOTEBOOK" not in env


async def test_the_token_dies_with_the_kernel(app: Any, hub: Any, kernels: Kernels) -> None:
    """Nobody can use it afterwards, and lost runs are told."""
    kernel = await app.kernel_manager.start_kernel()
    assert hub.tokens.valid == ["hc_1"]

    app.kernel_manager.remove_kernel(kernel)
    await app.io_loop.run()

    assert hub.tokens.valid == []
    assert hub.runs.ended == [kernel]


async def test_stopping_the_server_revokes_all_tokens(app: Any, hub: Any, kernels: Kernels) -> None:
    """Also of kernels that are still there."""
    await app.kernel_manager.start_kernel()
    await app.kernel_manager.start_kernel()

    await kernels.close()

    assert hub.tokens.valid == []


async def test_a_kernel_starts_also_when_the_hub_does_not(app: Any) -> None:
    """A broken hub refuses nobody a kernel."""

    async def broken() -> Any:
        raise Unavailable("another server has the folder")

    Kernels(app, broken).install()

    await app.kernel_manager.start_kernel(env={"PATH": "/bin"})

    assert app.kernel_manager.started[0]["env"] == {"PATH": "/bin"}


async def test_a_socket_file_is_no_address(app: Any, kernels: Kernels) -> None:
    """Kernels of a server on a socket file start without the hub, and the log says why."""
    app.sock = "/tmp/jupyter.sock"

    await app.kernel_manager.start_kernel(env={})

    assert app.kernel_manager.started[0]["env"] == {}


async def test_a_kernel_lives_until_it_restarts(app: Any, kernels: Kernels, clock: Any) -> None:
    """A run that began before a restart has lost its process."""
    kernel = await app.kernel_manager.start_kernel()
    began = NOW + timedelta(minutes=1)
    assert kernels.alive(kernel, began)

    clock.now = NOW + timedelta(minutes=2)
    await app.kernel_manager.restart_kernel(kernel)

    assert not kernels.alive(kernel, began)
    assert kernels.alive(kernel, NOW + timedelta(minutes=3))


async def test_a_kernel_that_restarted_by_itself_has_lost_its_runs(
    app: Any, hub: Any, kernels: Kernels, clock: Any
) -> None:
    """After running out of memory, for example."""
    kernel = await app.kernel_manager.start_kernel()
    clock.now = NOW + timedelta(minutes=2)

    app.kernel_manager.callbacks[kernel]()
    await app.io_loop.run()

    assert not kernels.alive(kernel, NOW + timedelta(minutes=1))
    assert hub.runs.ended == [kernel]


async def test_a_kernel_of_another_environment_keeps_mlflow_s_registry(app: Any, kernels: Kernels) -> None:
    """It may lack our plugin, and would not know the scheme."""
    await app.kernel_manager.start_kernel(kernel_name="julia")

    given = app.kernel_manager.started[-1]["env"]
    assert "MLFLOW_TRACKING_URI" in given
    assert "MLFLOW_REGISTRY_URI" not in given


async def test_system_metrics_are_logged_where_the_team_wants_them(app: Any, hub: Any, kernels: Kernels) -> None:
    """By a setting, and never against what the user has set."""
    name = "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING"
    await app.kernel_manager.start_kernel(env={})
    hub.config = replace(hub.config, system_metrics=True)
    await app.kernel_manager.start_kernel(env={})
    await app.kernel_manager.start_kernel(env={name: "false"})

    assert [started["env"].get(name) for started in app.kernel_manager.started] == [None, "true", "false"]


async def test_energy_is_estimated_where_the_country_is_known(app: Any, hub: Any, kernels: Kernels) -> None:
    """By a setting; who has named another country is believed."""
    name = "HUBCOLLAB_ENERGY_COUNTRY"
    await app.kernel_manager.start_kernel(env={})
    hub.config = replace(hub.config, energy_country="hun")
    await app.kernel_manager.start_kernel(env={})
    await app.kernel_manager.start_kernel(env={name: "FRA"})

    assert [started["env"].get(name) for started in app.kernel_manager.started] == [None, "HUN", "FRA"]


def test_a_kernel_that_nobody_knows_is_dead(kernels: Kernels) -> None:
    """The kernels of a server that was stopped are gone."""
    assert not kernels.alive("f" * 36, NOW)


@pytest.mark.parametrize(
    ("theirs", "left_out"),
    [
        ({}, set()),
        ({"HF_ENDPOINT": "https://huggingface.co"}, {"HF_ENDPOINT", "HF_TOKEN"}),
        ({"HF_TOKEN": "hf_mine"}, {"HF_ENDPOINT", "HF_TOKEN"}),
        ({"MLFLOW_TRACKING_URI": "http://team"}, MLFLOW),
        ({"MLFLOW_TRACKING_TOKEN": "x"}, MLFLOW),
    ],
)
def test_what_the_user_has_set_stays(theirs: dict[str, str], left_out: set[str]) -> None:
    """An address and its token come as a pair: a foreign token is not sent to us, nor ours elsewhere."""
    ours = kernel_environment("http://hub", "hc_x", "ada", None)

    assert set(ours) - set(missing(ours, theirs)) == left_out


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, "http://127.0.0.1:8888/user/ada/hubcollab"),
        ({"ip": "0.0.0.0"}, "http://127.0.0.1:8888/user/ada/hubcollab"),
        ({"ip": "10.0.0.7", "base_url": "/"}, "http://10.0.0.7:8888/hubcollab"),
        ({"ip": "::1"}, "http://[::1]:8888/user/ada/hubcollab"),
        ({"certfile": "c.pem"}, "https://127.0.0.1:8888/user/ada/hubcollab"),
        ({"sock": "/run/j.sock"}, None),
    ],
)
def test_the_address_is_one_that_this_machine_reaches(app: Any, options: dict[str, str], url: str | None) -> None:
    """Whatever the server listens on."""
    vars(app).update(options)

    assert hub_url(app) == url


@pytest.mark.parametrize(
    ("session", "notebook"),
    [
        ("/work/lab/a/b.ipynb", "a/b.ipynb"),
        ("/elsewhere/b.ipynb", "/elsewhere/b.ipynb"),
        ("/work/lab/2f6c-console", None),
        ("", None),
    ],
)
def test_a_notebook_is_named_below_the_root(session: str, notebook: str | None) -> None:
    """As the panel names it; a console is no notebook."""
    assert notebook_of(session, Path("/work/lab")) == notebook


@pytest.mark.parametrize(
    ("handler", "name"),
    [
        (None, "owner"),
        (SimpleNamespace(current_user=None), "owner"),
        (
            SimpleNamespace(
                current_user=SimpleNamespace(username="bo", display_name="Bo"),
                token_authenticated=False,
            ),
            "bo",
        ),
        (
            SimpleNamespace(
                current_user=SimpleNamespace(username="c0ffee", display_name="Anonymous Io"),
                token_authenticated=True,
                identity_provider=SimpleNamespace(get_user_cookie=lambda handler: None),
            ),
            "owner",
        ),
    ],
)
def test_the_starter_is_who_asked(tmp_path: Path, kernels: Kernels, handler: Any, name: str) -> None:
    """The person of the request; with the server's own token, its owner."""
    CallContext.set(CallContext.JUPYTER_HANDLER, handler)

    assert starter(Config(data_dir=tmp_path, owner="owner")).name == name


async def test_a_real_kernel_gets_it_all(jp_serverapp: Any, jp_fetch: Any) -> None:
    """In a real server, a kernel of a real notebook session."""
    session = {"path": "a.ipynb", "name": "a.ipynb", "type": "notebook", "kernel": {"name": "python3"}}

    reply = await jp_fetch("api/sessions", method="POST", body=json.dumps(session))

    kernel = json.loads(reply.body)["kernel"]["id"]
    launched = jp_serverapp.kernel_manager.get_kernel(kernel)._launch_args["env"]
    assert launched["HUBCOLLAB_NOTEBOOK"] == "a.ipynb"
    assert launched["HUBCOLLAB_TOKEN"].startswith("hc_")
    await jp_serverapp.kernel_manager.shutdown_kernel(kernel, now=True)


A_NOTEBOOK = {"path": "a.ipynb", "name": "a.ipynb", "type": "notebook", "kernel": {"name": "python3"}}


async def test_people_who_open_a_notebook_at_once_share_a_kernel(jp_serverapp: Any, jp_fetch: Any) -> None:
    """Whoever opens a notebook while its kernel starts gets that kernel; a console still has one of its own."""
    console = A_NOTEBOOK | {"path": "console-1", "name": "console", "type": "console"}

    replies = await asyncio.gather(
        *(jp_fetch("api/sessions", method="POST", body=json.dumps(one)) for one in (A_NOTEBOOK, A_NOTEBOOK, console))
    )

    first, second, other = [json.loads(reply.body) for reply in replies]
    assert first["id"] == second["id"]
    assert first["kernel"]["id"] == second["kernel"]["id"] != other["kernel"]["id"]
    await jp_serverapp.kernel_manager.shutdown_all(now=True)


async def test_sessions_that_learn_their_path_later_share_a_kernel(jp_serverapp: Any, jp_fetch: Any) -> None:
    """JupyterLab names the notebook once the kernel runs; the second kernel ends, and a change is for both."""

    async def sent(method: str, where: str, body: dict[str, Any]) -> Any:
        return json.loads((await jp_fetch(where, method=method, body=json.dumps(body))).body)

    asked = [A_NOTEBOOK | {"path": str(uuid4())} for _ in range(2)]
    made = await asyncio.gather(*(sent("POST", "api/sessions", one) for one in asked))
    places = [f"api/sessions/{one['id']}" for one in made]

    named = await asyncio.gather(*(sent("PATCH", place, {"path": "a.ipynb"}) for place in places))
    kernels = {one["kernel"]["id"] for one in named}
    changed = await sent("PATCH", places[0], {"kernel": {"name": "python3"}})
    others = json.loads((await jp_fetch(places[1])).body)

    assert len({one["kernel"]["id"] for one in made}) == 2
    assert len(kernels) == 1
    assert changed["kernel"]["id"] not in kernels
    assert others["kernel"]["id"] == changed["kernel"]["id"]
    assert len(jp_serverapp.kernel_manager.list_kernels()) == 1
    await jp_serverapp.kernel_manager.shutdown_all(now=True)
