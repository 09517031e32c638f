"""Roles in Jupyter's own routes: files that are written past the rooms, and kernels that are spoken to directly.

Whoever may start a terminal, or a kernel without a notebook, can do what the server's user can; roles are about
notebooks.
"""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, cast

from ..wire import NotebookRole

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from .rooms import Rooms

_log = logging.getLogger(__name__)

_HARMLESS = ("kernel_info_request", "comm_info_request")
_WATCHING = '"method": "request_state'
_FILE = "hubcollab_file"


class RoleGate:
    """Asks the server's authorizer first, then the role in the notebook that a request is about."""

    def __init__(self, inner: Any, rooms: Rooms, serverapp: ServerApp, master: str) -> None:
        """*master*: who acts with the server's token and no name."""
        self._inner, self._rooms, self._serverapp, self._master = inner, rooms, serverapp, master

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool | Awaitable[bool]:
        """May *user* do this?"""
        said = self._inner.is_authorized(handler, user, action, resource)
        if not self._concerns_notebooks(handler, action, resource):
            return cast("bool | Awaitable[bool]", said)
        return self._decided(handler, user, said, resource)

    def _concerns_notebooks(self, handler: Any, action: str, resource: str) -> bool:
        named = getattr(handler, "path_kwargs", {})
        if resource == "contents":
            return action == "write" and bool(named.get("path"))
        return resource == "kernels" and action != "read" and "kernel_id" in named

    async def _decided(self, handler: Any, user: Any, said: bool | Awaitable[bool], resource: str) -> bool:
        allowed = await said if inspect.isawaitable(said) else said
        await self._rooms.roles.load()
        if not allowed or not self._rooms.roles.any:
            return bool(allowed)
        if resource == "contents":
            return self._may(handler, user, self._rooms.known_file(handler.path_kwargs["path"].strip("/")), "editor")
        file = await self._file_of_kernel(handler.path_kwargs["kernel_id"])
        if hasattr(handler, "ws_connection"):
            # The line stays open for who only looks: it tells how the kernel is. Each message is looked at below.
            setattr(handler, _FILE, file)
            return True
        return self._may(handler, user, file, "runner")

    async def _file_of_kernel(self, kernel: str) -> str | None:
        for one in await self._serverapp.session_manager.list_sessions():
            if one["kernel"] is not None and one["kernel"]["id"] == kernel:
                return self._rooms.known_file(one["path"])
        return None

    def may_speak(self, handler: Any) -> bool:
        """May the person at this line have the kernel run something?"""
        return self._may(handler, handler.current_user, getattr(handler, _FILE, None), "runner")

    def _may(self, handler: Any, user: Any, file: str | None, needed: NotebookRole) -> bool:
        if file is None:
            return True
        nameless = handler.token_authenticated and handler.identity_provider.get_user_cookie(handler) is None
        return self._rooms.roles.may(self._master if nameless else user.username, file, needed)


def gated(connection: type[Any], gate: RoleGate) -> type[Any]:
    """The class of lines to kernels, which lets through only what the role of the person allows."""

    class GatedConnection(connection):  # type: ignore[misc]
        """A line to a kernel."""

        def handle_incoming_message(self, incoming_msg: Any) -> None:
            """Hear a message, if this person may send it."""
            if gate.may_speak(self.websocket_handler) or _is_harmless(self.subprotocol, incoming_msg):
                super().handle_incoming_message(incoming_msg)
            else:
                _log.info("%s may not run code in this notebook", self.websocket_handler.current_user.username)

    return GatedConnection


def _is_harmless(subprotocol: str | None, message: Any) -> bool:
    from jupyter_server.services.kernels.connection import base

    read: Any = base.deserialize_msg_from_ws_v1
    if subprotocol == "v1.kernel.websocket.jupyter.org":
        _, parts = read(message)
        kind, content = json.loads(parts[0]).get("msg_type"), bytes(parts[3]).decode(errors="replace")
    elif isinstance(message, str):
        whole = json.loads(message)
        kind, content = whole.get("header", {}).get("msg_type"), json.dumps(whole.get("content"))
    else:
        return False
    return kind in _HARMLESS or (kind == "comm_msg" and _WATCHING in content)


def install(serverapp: ServerApp, rooms: Rooms, master: str) -> None:
    """Put the gate into *serverapp*."""
    settings = serverapp.web_app.settings
    gate = RoleGate(settings["authorizer"], rooms, serverapp, master)
    settings["authorizer"] = gate
    settings["kernel_websocket_connection_class"] = gated(settings["kernel_websocket_connection_class"], gate)
