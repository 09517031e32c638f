"""The workspace from a cell: what people pinned, short-listed and said."""

from __future__ import annotations

import msgspec

from .. import wire
from .addresses import part
from .connection import Connection, connect
from .tables import table


class Workspace:
    """What people do together outside notebooks; each attribute asks the hub anew."""

    def __init__(self, connection: Connection) -> None:
        self._hub = connection

    @property
    def pins(self) -> list[wire.Pin]:
        """Runs that people put up for everybody, oldest first."""
        return self._whole().pins

    @property
    def shortlist(self) -> list[wire.Shortlisted]:
        """Models that are considered, oldest first."""
        return self._whole().shortlist

    @property
    def threads(self) -> list[wire.Thread]:
        """Comments, thread by thread."""
        return self._whole().threads

    @property
    def drafts(self) -> list[wire.Draft]:
        """Texts on which several people work."""
        return self._whole().drafts

    def pin(self, run: str, *, name: str = "", note: str = "") -> wire.Pin:
        """Put a run up for everybody."""
        return self._hub.put(f"workspace/pins/{part(run)}", wire.NoteAsked(name=name, note=note), wire.Pin)

    def unpin(self, run: str) -> None:
        """Take a run down."""
        self._hub.delete(f"workspace/pins/{part(run)}")

    def consider(self, model: str, *, note: str = "") -> wire.Shortlisted:
        """Put a model on the short list.

        Raises:
            RepoNotFound: there is no such model.
        """
        return self._hub.put(f"workspace/shortlist/{model}", wire.NoteAsked(note=note), wire.Shortlisted)

    def dismiss(self, model: str) -> None:
        """Take a model off the short list."""
        self._hub.delete(f"workspace/shortlist/{model}")

    def comment(self, subject: str, text: str, *, run: bool = False) -> wire.Thread:
        """Say something about a model, or about a run; @name tells that person."""
        asked = wire.ThreadAsked(kind="run" if run else "model", id=subject, text=text)
        return self._hub.post("workspace/threads", asked, wire.Thread)

    def reply(self, thread: str, text: str) -> wire.Thread:
        """Say something more in a thread."""
        return self._hub.post(f"workspace/threads/{part(thread)}/comments", wire.CommentAsked(text=text), wire.Thread)

    def to_json(self) -> str:
        """Everything, as `hubcollab/api/workspace` has it."""
        return msgspec.json.format(msgspec.json.encode(self._whole()), indent=2).decode()

    def to_markdown(self) -> str:
        """Everything, to read or to paste elsewhere."""
        return b"".join(self._hub.receive("workspace/export")).decode()

    def _whole(self) -> wire.Workspace:
        return self._hub.get("workspace", wire.Workspace)

    def __repr__(self) -> str:
        whole = self._whole()
        return (
            f"Workspace({len(whole.pins)} pinned runs, {len(whole.shortlist)} models on the short list, "
            f"{len(whole.threads)} threads, {len(whole.drafts)} drafts)"
        )

    def _repr_html_(self) -> str:
        whole = self._whole()
        pins = [["run", pin.name or pin.run, pin.note, pin.by.display_name] for pin in whole.pins]
        listed = [["model", one.model, one.note, one.by.display_name] for one in whole.shortlist]
        return table("What is pinned and considered", ["What", "Name", "Note", "By"], [*pins, *listed])


def workspace(*, connection: Connection | None = None) -> Workspace:
    """What people pinned, short-listed and said on this hub."""
    return Workspace(connection or connect())
