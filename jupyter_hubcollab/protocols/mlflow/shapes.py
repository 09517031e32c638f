"""Models and versions in the JSON of MLflow's registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...experiments.registry import Model, Version


def version_json(version: Version) -> dict[str, Any]:
    """MLflow's ``ModelVersion``."""
    note = version.note
    found = {
        "name": str(version.repo.id),
        "version": str(version.number),
        "creation_timestamp": version.created_ms,
        "last_updated_timestamp": version.updated_ms,
        "user_id": version.made.author.name,
        "current_stage": note.stage,
        "description": version.description,
        "source": version.source,
        "run_id": version.made.run_id or "",
        "status": "READY",
        "run_link": note.run_link or "",
        "tags": _pairs(version.labels),
        "aliases": list(version.aliases),
    }
    return found | ({"model_id": note.model_id} if note.model_id else {})


def model_json(model: Model) -> dict[str, Any]:
    """MLflow's ``RegisteredModel``."""
    repo = model.repo
    return {
        "name": str(repo.id),
        "creation_timestamp": int(repo.created_at.timestamp() * 1000),
        "last_updated_timestamp": int(repo.updated_at.timestamp() * 1000),
        "user_id": repo.owner,
        "description": model.description,
        "latest_versions": [version_json(version) for version in model.latest],
        "tags": _pairs(model.labels),
        "aliases": [{"alias": alias, "version": str(number)} for alias, number in sorted(model.aliases.items())],
    }


def _pairs(labels: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in sorted(labels.items())]
