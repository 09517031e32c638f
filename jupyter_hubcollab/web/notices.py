"""What rooms tell their people, as news for the panel: front ends of others do not show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..wire import LostCell, RoomNotice

if TYPE_CHECKING:
    from ..collab import Person
    from ..services import Services


class Notices:
    """Passes notices of rooms on to whoever follows the hub's events."""

    def __init__(self, services: Callable[[], Services | None]) -> None:
        """*services*: those of the hub, None while it has not started."""
        self._services = services

    def __call__(self, person: Person, path: str, kind: str, fields: dict[str, Any]) -> None:
        """Somebody was told something about the document at *path*; jupyter-collaboration shows conflicts itself."""
        services = self._services()
        if services is not None and kind != "conflict":
            services.events.publish(_notice(person.name, path, kind, fields))


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
