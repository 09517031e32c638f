"""The threads in which other people's clients are served: few, and not those of the panel.

Each thread that has Python's interpreter, or waits for it, keeps the event loop waiting: on two cores eight at work
made it wait three times as long as three do, which serve as much. And people at their panels do not wait behind
uploads. What takes seconds in one go, as to hash a large file, is for the threads of `handler.in_thread`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from ..handler import run_in, threads

T = TypeVar("T")
P = ParamSpec("P")

_CARRIERS = threads("hub-clients", 1)


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run *call* in a thread, as `handler.in_thread` does."""
    return await run_in(_CARRIERS, call, *args, **kwargs)
