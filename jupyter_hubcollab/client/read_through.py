"""Which repos of other hubs a kernel gets through ours: its `HF_ENDPOINT` is our hub, which asks those it is set to."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from .. import wire
from ..errors import HubError


class ReadThrough:
    """The hubs that are read through, as the server is set; it is asked once, when somebody wants to know."""

    def __init__(self, ask: Callable[[], wire.OtherHubs]) -> None:
        self._ask = ask

    def has(self, hit: wire.Hit) -> bool:
        """Whether *hit* is in one of them."""
        return hit.source != "hub" and hit.url is not None and hit.url.startswith(self._addresses)

    @cached_property
    def _addresses(self) -> tuple[str, ...]:
        try:
            found = self._ask()
        except HubError:  # what was found is shown all the same, with the page of who has it
            return ()
        return tuple(f"{one.url.rstrip('/')}/" for one in found.upstreams)
