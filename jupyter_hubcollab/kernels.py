"""What kernels get at start: where the hub is and a token of their starter; and which kernels still live.

Built by ``Kernels(serverapp, services.ready)`` when the extension starts; ``install()`` wraps the kernel manager's
``start_kernel``, ``restart_kernel`` and ``remove_kernel`` of this one server. ``await close()`` it before the services.
The token of a kernel is revoked when the kernel is gone, and expires in any case.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.base.call_context import CallContext
from jupyter_server.utils import url_path_join

from .access import Actor
from .clock import utc_now
from .config import Config, environment
from .handler import in_thread

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from .services import Services

TOKEN_LIVES = timedelta(days=30)
EVERYWHERE = ("", "*", "0.0.0.0", "::", "localhost")  # noqa: S104 - compared, not bound

PAIRS = (
    ("MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_TOKEN", "MLFLOW_REGISTRY_URI"),
    ("HF_ENDPOINT", "HF_TOKEN"),
    ("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING",),
)
"""An address and the token for it belong together: ours are set together or not at all."""


class Kernels:
    """The kernels of this server, as the hub sees them."""

    def __init__(
        self,
        serverapp: ServerApp,
        services: Callable[[], Awaitable[Services]],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._serverapp = serverapp
        self._services = services
        self._now = now
        self._tokens: dict[str, str] = {}
        self._born: dict[str, datetime] = {}
        self._closed = False

    def install(self) -> None:
        """Have all kernels that start from now on get the hub's environment."""
        manager: Any = self._serverapp.kernel_manager
        start, restart, remove = manager.start_kernel, manager.restart_kernel, manager.remove_kernel

        async def start_kernel(*args: Any, **kwargs: Any) -> str:
            if kwargs.get("kernel_id") in manager:
                return str(await start(*args, **kwargs))
            given, token = await self._given(kwargs.get("env"), shares_our_packages(manager, kwargs.get("kernel_name")))
            born = self._now()
            id = str(await start(*args, **kwargs | {"env": given}))
            self._born[id] = born
            if token:
                self._tokens[id] = token
            manager.add_restart_callback(id, lambda: self._restarted(id), "restart")
            return id

        async def restart_kernel(kernel_id: str, *args: Any, **kwargs: Any) -> Any:
            self._restarted(kernel_id)
            return await restart(kernel_id, *args, **kwargs)

        def remove_kernel(kernel_id: str) -> Any:
            self._gone(kernel_id)
            return remove(kernel_id)

        manager.start_kernel, manager.restart_kernel, manager.remove_kernel = (
            start_kernel,
            restart_kernel,
            remove_kernel,
        )

    def alive(self, kernel: str, since: datetime) -> bool:
        """Does *kernel* still run the process that it ran at *since*?"""
        born = self._born.get(kernel)
        # A run's times are the kernel's clock, ours may differ a little.
        return born is not None and born <= since + timedelta(seconds=2)

    async def close(self) -> None:
        """Revoke the tokens of all kernels; what becomes of kernels from now on is nobody's news."""
        self._closed = True
        for id in list(self._tokens):
            await self._revoke(self._tokens.pop(id))

    async def _given(self, env: Mapping[str, str] | None, plugins: bool) -> tuple[dict[str, str], str | None]:
        """The environment of a kernel that starts, and its token; *plugins*: our MLflow plugins are in it."""
        base = dict(env) if env is not None else environment()
        hub = hub_url(self._serverapp)
        if hub is None:
            self._serverapp.log.warning("the server listens on a socket file: kernels cannot reach the hub by HTTP")
            return base, None
        try:
            given, token = await self._with_hub(hub, base)
        except Exception:
            # A hub that is broken is no reason to refuse somebody a kernel.
            self._serverapp.log.exception("this kernel starts without the hub")
            return base, None
        if not plugins and "MLFLOW_REGISTRY_URI" not in base:
            given.pop("MLFLOW_REGISTRY_URI", None)
        return given, token

    async def _with_hub(self, hub: str, base: dict[str, str]) -> tuple[dict[str, str], str]:
        services = await self._services()
        actor = starter(services.config)
        notebook = notebook_of(base.get("JPY_SESSION_NAME", ""), Path(self._serverapp.root_dir))
        name = f"kernel of {notebook or 'a console'}"[:200]
        expires_at = self._now() + TOKEN_LIVES
        token = await in_thread(services.tokens.create, actor, name=name, scope="write", expires_at=expires_at)
        ours = kernel_environment(hub, token, actor.name, notebook)
        if services.config.system_metrics:
            ours["MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING"] = "true"
        if services.config.energy_country and "HUBCOLLAB_ENERGY_COUNTRY" not in base:
            ours["HUBCOLLAB_ENERGY_COUNTRY"] = services.config.energy_country.upper()
        return base | missing(ours, base), token

    def _restarted(self, kernel: str) -> None:
        self._born[kernel] = self._now()
        self._tell(kernel)

    def _gone(self, kernel: str) -> None:
        self._born.pop(kernel, None)
        token = self._tokens.pop(kernel, None)
        self._tell(kernel)
        if token is not None:
            self._later(self._revoke, token)

    def _tell(self, kernel: str) -> None:
        self._later(self._tell_runs, kernel)

    async def _tell_runs(self, kernel: str) -> None:
        services = await self._services()
        await in_thread(services.runs.kernel_ended, kernel)

    async def _revoke(self, token: str) -> None:
        services = await self._services()
        await in_thread(services.tokens.revoke_value, token)

    def _later(self, work: Callable[[str], Awaitable[None]], of: str) -> None:
        if not self._closed:
            self._serverapp.io_loop.add_callback(work, of)


def hub_url(serverapp: ServerApp) -> str | None:
    """Where kernels of this machine reach the hub; None where the server listens on a socket file only."""
    if serverapp.sock:
        return None
    scheme = "https" if serverapp.certfile else "http"
    host = "127.0.0.1" if serverapp.ip in EVERYWHERE else serverapp.ip
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}:{serverapp.port}" + url_path_join(serverapp.base_url, "hubcollab")


def shares_our_packages(manager: Any, kernel_name: str | None) -> bool:
    """Does the kernel run this server's Python? In another environment MLflow would not know the scheme hubcollab."""
    try:
        argv = manager.kernel_spec_manager.get_kernel_spec(kernel_name or manager.default_kernel_name).argv
    except (KeyError, OSError):  # NoSuchKernel is a KeyError; starting it says so
        return False
    return bool(argv) and argv[0] in (sys.executable, "python", "python3", f"python3.{sys.version_info.minor}")


def kernel_environment(hub: str, token: str, user: str, notebook: str | None) -> dict[str, str]:
    """What a kernel needs to reach the hub; each client library finds its own names."""
    names = {
        "HUBCOLLAB_URL": hub,
        "HUBCOLLAB_TOKEN": token,
        "HUBCOLLAB_USER": user,
        "HF_ENDPOINT": f"{hub}/hf",
        "HF_TOKEN": token,
        "MLFLOW_TRACKING_URI": f"{hub}/mlflow",
        "MLFLOW_TRACKING_TOKEN": token,
        "MLFLOW_REGISTRY_URI": "hubcollab://",
    }
    return names | ({"HUBCOLLAB_NOTEBOOK": notebook} if notebook else {})


def missing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """Those of our names that leave what the user has set as it is."""
    taken = {name for pair in PAIRS if any(name in theirs for name in pair) for name in pair}
    # What a server inside a kernel inherited from an outer hub is not the user's wish.
    return {name: value for name, value in ours.items() if name.startswith("HUBCOLLAB_") or name not in taken}


def notebook_of(session: str, root: Path) -> str | None:
    """Path of the notebook below the server's root, from the name that Jupyter gives the session."""
    if not session.endswith(".ipynb"):
        return None
    path = Path(session)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def starter(config: Config) -> Actor:
    """Who starts a kernel: the user of the request that is being answered, else the server's owner."""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    user = getattr(handler, "current_user", None)
    if user is None:
        return Actor(config.owner, config.owner)
    if handler.token_authenticated and handler.identity_provider.get_user_cookie(handler) is None:
        # Jupyter invents a new name at each request that has its token but no cookie.
        return Actor(config.owner, config.owner)
    return Actor(user.username, user.display_name or user.username)
