"""Our values as the JSON that Hugging Face clients read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ...errors import BadQuery
from ...hub.front_matter import tags_of

if TYPE_CHECKING:
    from ...hub.files import Entry
    from ...hub.refs import Commit
    from ...hub.repos import Repo

Json = dict[str, Any]
_EXPANDABLE = """
author baseModels cardData childrenModelCount citation config createdAt datasets description disabled downloads
downloadsAllTime evalResults gated gguf inference inferenceProviderMapping lastModified library_name likes mainSize
mask_token model-index models paperswithcode_id pipeline_tag private resourceGroup runtime safetensors sdk sha
siblings spaces subdomain tags transformersInfo trendingScore usedStorage widgetData xetEnabled
"""
EXPANDABLE = set(_EXPANDABLE.split())


def time_text(moment: datetime) -> str:
    """A time as that protocol writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def repo_shape(repo: Repo) -> Json:
    """What every listing says of a repo."""
    card = repo.card
    shape: Json = {
        "_id": f"{repo.pk:024x}",
        "id": str(repo.id),
        "author": repo.id.namespace,
        "private": repo.private,
        "gated": repo.gated or False,
        "disabled": False,
        "downloads": repo.downloads,
        "likes": repo.likes,
        "trendingScore": 0,
        "createdAt": time_text(repo.created_at),
        "lastModified": time_text(repo.updated_at),
        "sha": repo.head,
        "tags": list(dict.fromkeys([*repo.weights.get("formats", []), *tags_of(card)])),
    }
    if repo.id.kind == "model":
        shape["modelId"] = str(repo.id)
        shape |= {name: card[name] for name in ("pipeline_tag", "library_name") if isinstance(card.get(name), str)}
    if repo.id.kind == "space":
        shape["sdk"] = card.get("sdk") if isinstance(card.get("sdk"), str) else None
    return shape


def detailed(shape: Json, repo: Repo) -> Json:
    """*shape* with what only the page of one repo says."""
    details: Json = {"cardData": repo.card or None, "usedStorage": repo.size_bytes, "spaces": [], "xetEnabled": True}
    if repo.id.kind == "model":
        details |= {"model-index": repo.card.get("model-index")} | weights_shape(repo.weights)
    else:
        details["description"] = ""
    return shape | details


def weights_shape(facts: Json) -> Json:
    """What a model's files say of it."""
    shape: Json = {"config": facts.get("config", {})}
    if "safetensors" in facts:
        shape["safetensors"] = {name: facts["safetensors"][name] for name in ("parameters", "total")}
    if "gguf" in facts:
        shape["gguf"] = facts["gguf"]
    return shape


def expanded(shape: Json, wanted: list[str]) -> Json:
    """Only the properties that ``expand`` names.

    Raises:
        BadQuery: there is no such property.
    """
    unknown = [name for name in wanted if name not in EXPANDABLE]
    if unknown:
        raise BadQuery(f"there is no property '{unknown[0]}' to expand; known are {', '.join(sorted(EXPANDABLE))}")
    return {name: shape[name] for name in ("_id", "id", *wanted) if name in shape}


def sibling(entry: Entry) -> Json:
    """A file in the list of a repo's page, with what ``blobs=true`` adds."""
    shape: Json = {"rfilename": entry.path, "size": entry.size, "blobId": entry.oid}
    if entry.digest is not None:
        shape["lfs"] = {"sha256": entry.digest, "size": entry.size, "pointerSize": entry.pointer_size}
    return shape


def tree_entry(entry: Entry, xet_hash: str | None) -> Json:
    """A file or folder of a tree."""
    if entry.is_dir:
        return {"type": "directory", "oid": entry.oid, "size": 0, "path": entry.path}
    shape: Json = {"type": "file", "oid": entry.oid, "size": entry.size, "path": entry.path}
    if entry.digest is not None:
        shape["lfs"] = {"oid": entry.digest, "size": entry.size, "pointerSize": entry.pointer_size}
    if xet_hash is not None:
        shape["xetHash"] = xet_hash
    return shape


def commit_shape(commit: Commit) -> Json:
    """A commit in a history."""
    title, _, message = commit.message.partition("\n")
    return {
        "id": commit.id,
        "title": title,
        "message": message.strip("\n"),
        "date": time_text(commit.at),
        "authors": [{"user": commit.author, "avatar": ""}],
        "parents": list(commit.parents),
    }


def last_commit(commit: Commit) -> Json:
    """The commit that last changed a file."""
    return {"id": commit.id, "title": commit.message.partition("\n")[0], "date": time_text(commit.at)}
