"""The events that jupyter-collaboration publishes, under its names, so that its listeners hear ours."""

from __future__ import annotations

from typing import Any

_BASE = "https://schema.jupyter.org/jupyter_collaboration"


def schema_id(name: str) -> str:
    """The id of the event ``session``, ``awareness`` or ``fork``."""
    return f"{_BASE}/{name}/v1"


def _schema(name: str, title: str, required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "$id": schema_id(name),
        "version": "1",
        "title": title,
        "personal-data": True,
        "type": "object",
        "required": required,
        "properties": properties,
    }


_TEXT = {"type": "string"}
_FORK = {
    "type": "object",
    "required": ["root_roomid", "synchronize", "title", "description"],
    "properties": {"root_roomid": _TEXT, "synchronize": {"type": "boolean"}, "title": _TEXT, "description": _TEXT},
}

SCHEMAS: dict[str, dict[str, Any]] = {
    "session": _schema(
        "session",
        "A room was opened, loaded, saved, changed from outside, or closed",
        ["level", "room", "path"],
        {
            "level": {"enum": ["INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL"]},
            "room": _TEXT,
            "path": _TEXT,
            "store": _TEXT,
            "action": {"enum": ["initialize", "load", "save", "overwrite", "clean"]},
            "msg": _TEXT,
        },
    ),
    "awareness": _schema(
        "awareness",
        "A user entered or left a room",
        ["roomid", "username", "action"],
        {"roomid": _TEXT, "username": _TEXT, "action": {"enum": ["join", "leave"]}, "msg": _TEXT},
    ),
    "fork": _schema(
        "fork",
        "A fork of a room was made or deleted",
        ["fork_roomid", "fork_info", "username", "action"],
        {"fork_roomid": _TEXT, "fork_info": _FORK, "username": _TEXT, "action": {"enum": ["create", "delete"]}},
    ),
}
"""JSON schemas by the event's name."""
