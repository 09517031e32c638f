"""One kernel for a notebook, also when several people open it in the same moment.

Jupyter looks whether a notebook has a session, and then starts a kernel, which takes a second or two. JupyterLab even
asks for a session under a name of its own and gives it the notebook's path once the kernel runs. Whoever opens the
notebook meanwhile gets a kernel of their own, and what one person computes is missing for the other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakValueDictionary

from jupyter_core.utils import ensure_async

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def share_kernels(serverapp: ServerApp) -> None:
    """Have whoever opens a notebook while its kernel starts get that kernel."""
    manager = serverapp.session_manager
    shared = _Shared(manager)
    manager.create_session, manager.update_session = shared.create, shared.update


class _Shared:
    """What makes and changes the sessions of *manager*, one at a time for each path."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._create, self._update = manager.create_session, manager.update_session
        self._busy: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def create(self, path: str | None = None, name: str | None = None, type: str | None = None, **of: Any) -> Any:
        """Start a session, or give the one that meanwhile began for *path*."""
        if path is None or type != "notebook":
            return await ensure_async(self._create(path, name, type, **of))
        async with self._lock(path):
            if await ensure_async(self._manager.session_exists(path=path)):
                return await ensure_async(self._manager.get_session(path=path))
            return await ensure_async(self._create(path, name, type, **of))

    async def update(self, session_id: str, **changes: Any) -> None:
        """Change a session; what tells a new one its path takes over the kernel that is there already."""
        before = await ensure_async(self._manager.get_session(session_id=session_id))
        path = changes.get("path") or before["path"]
        async with self._lock(path):
            beside = await self._beside(session_id, path)
            if beside and "kernel_id" not in changes and _is_new(before):
                changes["kernel_id"] = beside[0]["kernel"]["id"]
            await ensure_async(self._update(session_id, **changes))
            for other in beside:
                # One person chose another kernel, and the former one is about to end for both.
                if "kernel_id" in changes and other["kernel"]["id"] == before["kernel"]["id"]:
                    await ensure_async(self._update(other["id"], kernel_id=changes["kernel_id"]))

    async def _beside(self, session_id: str, path: str) -> list[Any]:
        """The other sessions of the notebook at *path*."""
        sessions = await ensure_async(self._manager.list_sessions())
        return [
            one
            for one in sessions
            if one["path"] == path and one["type"] == "notebook" and one["kernel"] and one["id"] != session_id
        ]

    def _lock(self, path: str) -> asyncio.Lock:
        return self._busy.setdefault(path, asyncio.Lock())


def _is_new(session: Any) -> bool:
    """Does it still bear the name under which JupyterLab asked for it?"""
    try:
        UUID(session["path"])
    except ValueError:
        return False
    return bool(session["type"] == "notebook")
