"""What a bare repository says about itself, so that the index can be rebuilt from the folder alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..names import RepoId
from ..storage.files import write_whole

_FILE = "hubcollab.json"


def write_identity(repository: Path, id: RepoId, owner: str, private: bool, gated: str = "") -> None:
    """Note name, owner and who may see it beside the history."""
    named = {"kind": id.kind, "namespace": id.namespace, "name": id.name}
    fields = {**named, "owner": owner, "private": private, "gated": gated}
    write_identity_fields(repository, fields)


def write_identity_fields(repository: Path, fields: dict[str, Any]) -> None:
    """Note what `read_identity` gave elsewhere."""
    write_whole(repository / _FILE, json.dumps(fields).encode(), repository)


def read_identity(repository: Path) -> dict[str, Any] | None:
    """What `write_identity` noted; None where nothing readable is."""
    try:
        fields = json.loads((repository / _FILE).read_bytes())
    except (OSError, ValueError):
        return None
    return fields if isinstance(fields, dict) else None
