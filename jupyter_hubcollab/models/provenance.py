"""How a version was made: the ``provenance.json`` that is committed beside its files."""

from __future__ import annotations

import json
from datetime import datetime

from .. import wire
from ..access import Actor

NAME = "provenance.json"
SCHEMA = 1
LONGEST = 1 << 20


def record(request: wire.PublicationRequest, actor: Actor, at: datetime) -> bytes:
    """The record of a publication: what the notebook API found out, and what the hub knows for sure."""
    content = {
        **request.provenance,
        "schema": SCHEMA,
        "published_by": {"name": actor.name, "display_name": actor.display_name},
        "published_at": at.isoformat(timespec="seconds"),
        "run_id": request.run_id,
        "parameters": request.parameters,
        "files": sorted(file.path for file in request.files),
    }
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def read(text: str) -> dict[str, object]:
    """The fields of a record; none where it is no JSON object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def shown(fields: dict[str, object]) -> wire.Provenance | None:
    """A record as the model page shows it."""
    if not fields:
        return None
    git, packages = fields.get("git"), fields.get("packages")
    return wire.Provenance(
        run_id=_text(fields.get("run_id")),
        notebook=_text(fields.get("notebook")),
        cell=_text(fields.get("cell")),
        git=git if isinstance(git, dict) else None,
        python=_text(fields.get("python")),
        packages={str(name): str(version) for name, version in packages.items()} if isinstance(packages, dict) else {},
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
