"""What rooms tell their people, as news for the panel: front ends of others do not show it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..wire import LostCell, RoomNotice

if TYPE_CHECKING:
    from ..collab import Person
    from ..services import Services


NOTICES = "hubcollab_notices"
"""The setting under which handlers find them."""

REMEMBERED_S = 60.0
_MOST_REMEMBERED = 1000


class Notices:
    """Passes notices of rooms on to whoever follows the hub's events, or begins to within a minute.

    When a laptop wakes up, its tab is back in the room before it follows the events again.
    """

    def __init__(self, services: Callable[[], Services | None], now: Callable[[], float] = time.monotonic) -> None:
        """*services*: those of the hub, None while it has not started."""
        self._services, self._now = services, now
        self._told: deque[tuple[float, RoomNotice]] = deque(maxlen=_MOST_REMEMBERED)

    def __call__(self, person: Person, path: str, kind: str, fields: dict[str, Any]) -> None:
        """Somebody was told something about the document at *path*; jupyter-collaboration shows conflicts itself."""
        if kind == "conflict":
            return
        notice = _notice(person.name, path, kind, fields)
        self._told.append((self._now(), notice))
        services = self._services()
        if services is not None:
            services.events.publish(notice)

    def lately(self, name: str) -> list[RoomNotice]:
        """What the person *name* was told in the last minute, oldest first."""
        since = self._now() - REMEMBERED_S
        return [notice for at, notice in self._told if at >= since and notice.to == name]


def _notice(to: str, path: str, kind: Any, fields: dict[str, Any]) -> RoomNotice:
    return RoomNotice(
        to=to,
        path=path,
        what=kind,
        why=fields.get("reason"),
        by=fields.get("by"),
        conflicts=fields.get("conflicts", []),
        cell=_cell(fields["cell"], fields["index"]) if "cell" in fields else None,
    )


def _cell(cell: dict[str, Any], index: int) -> LostCell:
    return LostCell(id=cell["id"], cell_type=cell["cell_type"], source=cell["source"], index=index)
