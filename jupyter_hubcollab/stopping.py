"""The end of a server process: in three seconds, whatever hangs.

Edits are in the log and what the hub acknowledged is on the disk before anybody hears of it, so that cutting off what
does not stop is no worse than a crash, and a crash loses nothing.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

STOP_S = 1.6
"""For the rooms and the hub."""

LEAST_STOP_S = 0.2
_KERNELS_S = 0.8
_HANGING_S = 0.3


async def end_in_time(serverapp: ServerApp, ours: Coroutine[Any, Any, None]) -> None:
    """Await the end of our own parts, *ours*, and see to it that the process ends soon after.

    Jupyter stops its kernels only then, and gives each five seconds; so they are told to go now.
    """
    if signal.getsignal(signal.SIGTERM) != serverapp._signal_stop:
        await ours  # somebody else's process, as in tests
        return
    # The interpreter waits for all threads of pools before it ends; no public hook comes before that.
    before_threads_are_joined = getattr(threading, "_register_atexit", None)
    if before_threads_are_joined is not None:
        over = threading.Event()
        threading.Thread(target=_cut_off_after, args=(over,), daemon=True).start()
        before_threads_are_joined(over.set)
    await asyncio.gather(ours, _stop_kernels(serverapp))


async def _stop_kernels(serverapp: ServerApp) -> None:
    kernels = serverapp.kernel_manager
    for id in kernels.list_kernel_ids():
        kernel = kernels.get_kernel(id)
        kernel.shutdown_wait_time = min(kernel.shutdown_wait_time, _KERNELS_S)
    await serverapp.cleanup_kernels()


def _cut_off_after(over: threading.Event) -> None:
    over.wait()
    time.sleep(_HANGING_S)
    os._exit(0)
