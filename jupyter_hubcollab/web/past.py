"""The past of a document over HTTP: what happened and who did it, what changed between two points, and the way back.

The timeline is jupyter-collaboration's; the rest is ours and beside it.
"""

from __future__ import annotations

from typing import Any, Literal, cast

import msgspec

from .. import errors
from ..collab import parse_kind
from ..handler import HubHandler
from .rooms import RoomsHandler


class _PastHandler(RoomsHandler):
    @property
    def action(self) -> Literal["read", "write"]:  # type: ignore[override]
        """Looking is reading."""
        return "read" if self.request.method == "GET" else "write"

    def room_at(self, path: str) -> str:
        """The room of the file at *path*, a notebook if the query says nothing else."""
        form, kind = self.get_query_argument("format", "json"), self.get_query_argument("type", "notebook")
        return self.rooms.room_of(path, parse_kind(form, kind))

    async def require_editor(self, room: str) -> None:
        """Let only those on who may edit this document."""
        if not (await self.rooms.room(room)).may_edit(self.person):
            raise errors.AccessDenied("you may read this document, not change it")

    def number(self, name: str) -> int:
        """A number in the query."""
        value = self.get_query_argument(name)
        if not value.isdecimal():
            raise errors.BadInput(f"{name} is the number of an edit")
        return int(value)


class TimelineHandler(_PastHandler):
    """The history of a document, as something to walk through."""

    async def get(self, path: str) -> None:
        """Open a room in which the history can be walked."""
        room = self.room_at(path)
        fork, times = await self.rooms.past.timeline(room)
        value = {"roomId": room, "timestamps": times, "forkRoom": fork, "sessionId": self.rooms.session_id}
        self.reply_as_upstream(value)


class UndoRedoHandler(RoomsHandler):
    """Steps on a timeline."""

    async def put(self, room: str) -> None:  # noqa: ARG002  the fork tells which room
        """Walk, or end the walk; the tab that walked brings the result into the room itself."""
        fork = self.get_query_argument("forkRoom")
        action = self.get_query_argument("action")
        if action == "restore":
            self.rooms.past.end_timeline(fork)
            self.reply_as_upstream({"code": 200, "status": "Document restored successfully"})
        elif action in ("undo", "redo"):
            self._walk(fork, cast('Literal["undo", "redo"]', action))
        else:
            raise errors.BadInput(f"'{action}' is no step on a timeline; use undo, redo or restore")

    def _walk(self, fork: str, action: Literal["undo", "redo"]) -> None:
        steps = self.get_query_argument("steps")
        if not steps.isdecimal():
            raise errors.BadInput("steps is a number")
        moved = self.rooms.past.walk(fork, action, int(steps))
        done = "undone" if action == "undo" else "redone"
        self.reply_as_upstream({"status": done} if moved else {"error": f"No more {action} operations available"})


class HistoryHandler(_PastHandler):
    """Who wrote when."""

    async def get(self, path: str) -> None:
        """The steps that made a document, oldest first."""
        steps = await self.rooms.past.steps(self.room_at(path))
        names = await self.rooms.people()
        shown = [
            {
                "author": step.author,
                "displayName": names.get(step.author, step.author),
                "authors": [{"name": name, "displayName": names.get(name, name)} for name in step.authors],
                "beganAt": step.began_at,
                "endedAt": step.ended_at,
                "edits": step.count,
                "number": step.seq,
            }
            for step in steps
        ]
        self.reply_as_upstream({"steps": shown})


class _PointAsked(msgspec.Struct, forbid_unknown_fields=True):
    name: str


class PointsHandler(_PastHandler):
    """Named points: states of a document to which one wants to come back."""

    async def get(self, path: str) -> None:
        """All named points of a document, oldest first."""
        points = await self.rooms.past.points(self.room_at(path))
        names = await self.rooms.people()
        self.reply_as_upstream({"points": [_shown(point, names) for point in points]})

    async def post(self, path: str) -> None:
        """Give what the document is now a name."""
        room = self.room_at(path)
        await self.require_editor(room)
        point = await self.rooms.past.name_point(room, self.body(_PointAsked).name, self.person)
        self.reply_as_upstream(_shown(point, {self.person.name: self.person.display_name}), 201)

    async def delete(self, path: str) -> None:
        """Take the name from a point; what the document was then stays in its history."""
        room = self.room_at(path)
        await self.require_editor(room)
        await self.rooms.past.forget_point(room, self.number("number"))
        self.reply_as_upstream({})


def _shown(point: Any, names: dict[str, str]) -> dict[str, Any]:
    who = {"author": point.author, "displayName": names.get(point.author, point.author)}
    return {"number": point.seq, "name": point.name, **who, "at": point.at}


class DifferenceHandler(_PastHandler):
    """What changed between two points."""

    async def get(self, path: str) -> None:
        """A diff as nbdime has it, and the same as text."""
        since, until = self.number("since"), self.number("until")
        diff, text = await self.rooms.past.difference(self.room_at(path), since, until)
        self.reply_as_upstream({"since": since, "until": until, "diff": diff, "text": text})


class _RestoreAsked(msgspec.Struct, forbid_unknown_fields=True):
    number: int


class RestoreHandler(_PastHandler):
    """The way back."""

    async def post(self, path: str) -> None:
        """Make the document what it was, by a new edit."""
        room = self.room_at(path)
        await self.require_editor(room)
        number = await self.rooms.past.restore(room, self.body(_RestoreAsked).number, self.person)
        self.reply_as_upstream({"number": number})


class WritersHandler(_PastHandler):
    """Who wrote this."""

    async def get(self, path: str) -> None:
        """For each cell, who wrote its characters, in their order."""
        runs = await self.rooms.past.writers(self.room_at(path))
        names = await self.rooms.people()
        cells = {
            cell: [
                {"author": r.author, "displayName": names.get(r.author, r.author), "at": r.at, "length": r.length}
                for r in found
            ]
            for cell, found in runs.items()
        }
        self.reply_as_upstream({"cells": cells})


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/api/collaboration/timeline/(.+)", TimelineHandler),
    (r"/api/collaboration/undo_redo/(.+)", UndoRedoHandler),
    (r"/api/collaboration/history/(.+)", HistoryHandler),
    (r"/api/collaboration/points/(.+)", PointsHandler),
    (r"/api/collaboration/difference/(.+)", DifferenceHandler),
    (r"/api/collaboration/restore/(.+)", RestoreHandler),
    (r"/api/collaboration/writers/(.+)", WritersHandler),
]
