"""Where things are on the hub, as paths below its REST API."""

from __future__ import annotations

from urllib.parse import quote

from ..names import RepoId


def of_model(id: RepoId) -> str:
    """Where a model's files, versions, publications and checkpoints are."""
    return f"models/{id}"


def of_repo(id: RepoId) -> str:
    """Where is all that repos of every kind have."""
    return f"repos/{id.kind}s/{id}"


def part(text: str) -> str:
    """*text* as one part of an address."""
    return quote(text, safe="")


def inner(path: str) -> str:
    """*path*, as that of a file in a repo, as parts of an address: its slashes stay."""
    return quote(path)
