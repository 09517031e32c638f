"""One kernel for a notebook, also when several people open it in the same moment.

Jupyter looks whether a notebook has a session, and then starts a kernel, which takes a second or two: whoever asks
meanwhile gets a kernel of their own, and what one person computes is missing for the other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from jupyter_core.utils import ensure_async

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def share_kernels(serverapp: ServerApp) -> None:
    """Have whoever opens a notebook while its kernel starts get that kernel."""
    manager: Any = serverapp.session_manager
    create = manager.create_session
    starting: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def create_session(
        path: str | None = None, name: str | None = None, type: str | None = None, **of: Any
    ) -> Any:
        if path is None or type != "notebook":
            return await ensure_async(create(path, name, type, **of))
        lock = starting.setdefault(path, asyncio.Lock())
        async with lock:
            if await ensure_async(manager.session_exists(path=path)):
                return await ensure_async(manager.get_session(path=path))
            return await ensure_async(create(path, name, type, **of))

    manager.create_session = create_session
