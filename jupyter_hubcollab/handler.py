"""The base of all handlers: who asks, what they sent, what they get, and which status an error has.

Every route below ``hubcollab/`` and ``api/collaboration/`` derives from `HubHandler`. It logs people in *before* the
method runs, so a handler cannot forget it: by a hub token (``hc_…``), else by the Jupyter identity; then the server's
authorizer is asked about the resource ``hubcollab``.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextvars
import functools
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import responses
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import msgspec
from jupyter_server.auth import User
from jupyter_server.auth.utils import HTTP_METHOD_TO_AUTH_ACTION
from jupyter_server.base.call_context import CallContext
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from jupyter_server.prometheus.log_functions import prometheus_log_method
from jupyter_server.utils import ensure_async
from tornado.web import HTTPError

from . import errors
from .access import Actor
from .wire import Problem

if TYPE_CHECKING:
    from .config import Config
    from .services import Services

T = TypeVar("T")
P = ParamSpec("P")

TOKEN_PREFIX = "hc_"  # noqa: S105 - how every token begins
RESOURCE = "hubcollab"

STATUS: dict[type[errors.HubError], int] = {
    errors.BadInput: 400,
    errors.Unsaveable: 422,
    errors.UnsafeFile: 422,
    errors.Unauthenticated: 401,
    errors.AccessDenied: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.StaleParent: 412,
    errors.TooLarge: 413,
    errors.NotSupported: 501,
    errors.Unavailable: 503,
    errors.StorageFull: 507,
}
"""Status by error; the nearest class in an error's ancestry counts."""

_STEPS_BACK = 4
"""More, and a thread that has the interpreter might wait for long on a busy machine, and the event loop for it."""


def _step_back() -> None:
    """Let the event loop have a core before this thread."""
    if sys.platform == "linux":  # elsewhere threads have no niceness of their own
        with suppress(OSError):
            me = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, me, os.getpriority(os.PRIO_PROCESS, me) + _STEPS_BACK)


def threads(name: str, more: int) -> ThreadPoolExecutor:
    """As many threads as there are cores and *more*, which step back behind the event loop."""
    return ThreadPoolExecutor(min(16, (os.cpu_count() or 1) + more), name, _step_back)


# Not the threads that asyncio has: rooms and kernels use those, and must not wait behind uploads.
_WORKERS = threads("hub", 6)

PUBLIC_USER = User("anonymous")


def status_of(error: errors.HubError) -> int:
    """The HTTP status of *error*."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run *call* in a thread: the event loop carries every kernel's messages and must not wait for a disk."""
    return await run_in(_WORKERS, call, *args, **kwargs)


async def run_in(workers: ThreadPoolExecutor, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run *call* in one of *workers*."""
    work = functools.partial(contextvars.copy_context().run, call, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(workers, work)


def header_safe(text: str) -> str:
    """*text* as it may stand in a header: one line of printable ASCII."""
    return ascii(text)[1:-1][:500]


def hub_token(authorization: str) -> str | None:
    """The hub token in an ``Authorization`` header: as Bearer, or as the password of Basic (git, Kaggle)."""
    scheme, _, rest = authorization.partition(" ")
    value = rest.strip()
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return None
    # @huggingface/hub refuses tokens that do not begin with hf_: its users write that in front of ours.
    value = value.removeprefix("hf_")
    return value if value.startswith(TOKEN_PREFIX) else None


class HubHandler(ExtensionHandlerMixin, JupyterHandler):
    """Knows the actor and the services; turns errors of the domain into replies."""

    services: Services
    actor: Actor

    open_methods: tuple[str, ...] = ("GET", "HEAD")
    """What the setting anonymous_read opens."""

    login_needed = True
    """False only for routes that check a signature of their own."""

    needs_hub = True
    """False for rooms: a hub that cannot start, or not yet, keeps nobody from editing together."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Log in, authorize, and get the services."""
        if self.needs_hub or hub_token(self.request.headers.get("Authorization", "")) is not None:
            self.services = await self.settings["hubcollab_services"].ready()
        await self._log_in()
        if self.login_needed:
            await self._authorize()

    async def _log_in(self) -> None:
        token = hub_token(self.request.headers.get("Authorization", ""))
        if token is None:
            await super().prepare(_redirect_to_login=False)
            self.actor = self._actor(cast("User | None", self.current_user))
            return
        CallContext.set(CallContext.JUPYTER_HANDLER, self)
        if not self.check_host():
            raise HTTPError(403)
        # A kernel logs metrics at a high rate; a hop to a thread would cost more than the rest of the log-in.
        actor = self.services.tokens.remembered(token)
        self.actor = actor if actor is not None else await in_thread(self.services.tokens.actor, token)
        # Tokens are explicit, so no XSRF check is owed; Jupyter's own handlers reason the same way.
        self._token_authenticated = True
        self.current_user = self._jupyter_current_user = User(self.actor.name, display_name=self.actor.display_name)
        self.set_cors_headers()

    @property
    def hub_config(self) -> Config:
        """The settings."""
        return self.services.config

    def _actor(self, user: User | None) -> Actor:
        config = self.hub_config
        if user is None:
            return Actor(PUBLIC_USER.username, "Anonymous", "read")
        if self.token_authenticated and self.identity_provider.get_user_cookie(self) is None:
            # Jupyter invents a new name at each request that has its token but no cookie, and sends it as a cookie: a
            # client that keeps cookies would be somebody else from its second request on.
            self.identity_provider.clear_login_cookie(self)
            return Actor(config.owner, config.owner)
        return Actor(user.username, user.display_name or user.username)

    async def _authorize(self) -> None:
        if self.current_user is None:
            if self.services.config.anonymous_read and self.request.method in self.open_methods:
                return
            raise errors.Unauthenticated("log in to Jupyter, or send a hub token (Authorization: Bearer hc_…)")
        action = HTTP_METHOD_TO_AUTH_ACTION[self.request.method.upper()]
        if not await ensure_async(self.authorizer.is_authorized(self, self.current_user, action, RESOURCE)):
            raise errors.AccessDenied(f"you are not authorized to {action} on this server's hub")

    def address(self) -> str:
        """The server as the asker sees it, with a slash at its end."""
        return f"{self.request.protocol}://{self.request.host}{self.base_url}"

    def here(self) -> str:
        """What is asked for, as the asker sees it, without its query."""
        return f"{self.request.protocol}://{self.request.host}{self.request.path}"

    def body(self, kind: type[T]) -> T:
        """The request's JSON as *kind*.

        Raises:
            BadRequestBody: it is no JSON, or of another shape.
        """
        try:
            return msgspec.json.decode(self.request.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise errors.BadRequestBody(f"the body is not what this route takes: {error}") from error

    def reply(self, value: object, status: int = 200) -> None:
        """Finish with *value* as JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(msgspec.json.encode(value))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Errors of the domain by the table above, others as Jupyter has them; always JSON."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, errors.HubError):
            problem = Problem(code=error.code, message=str(error))
            status_code = status_of(error)
        elif isinstance(error, HTTPError):
            problem = Problem(code="HTTPError", message=error.log_message or responses.get(status_code, "error"))
        else:
            problem = Problem(code="InternalError", message="the hub failed; its log tells why")
        self.set_status(status_code)
        self.refuse(problem)

    def refuse(self, problem: Problem) -> None:
        """Finish with *problem*; a foreign protocol words it its own way."""
        self.set_header("X-Error-Code", problem.code)
        self.set_header("X-Error-Message", header_safe(problem.message))
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(msgspec.json.encode(problem))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """A refusal is a line, a fault is a traceback."""
        if isinstance(value, errors.HubError):
            self.log.info("%s %s: %s: %s", self.request.method, self.request.path, value.code, value)
        else:
            super().log_exception(typ, value, tb)

    def _log(self) -> None:
        """As Jupyter does; but for successes it makes a line for the debug log each time, and throws it away."""
        server = self.settings["serverapp"]
        if self.get_status() >= 300 or server.log_level <= logging.DEBUG:
            super()._log()
        elif server.record_http_request_metrics:
            prometheus_log_method(self)  # type: ignore[no-untyped-call]

    def get_login_url(self) -> str:
        """Programs are told to log in, not sent to a page."""
        raise errors.Unauthenticated("log in to Jupyter, or send a hub token (Authorization: Bearer hc_…)")
