"""Repos as the Hugging Face Hub lists them, made into documents."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from ..names import RepoKind
from .documents import BadRecord, Document, clean, of_record
from .ours import architecture_of, facts_of_front

_FORMATS = {".safetensors": "safetensors", ".gguf": "gguf", ".onnx": "onnx", ".tflite": "tflite", ".keras": "keras"}


def of_shape(shape: object, kind: RepoKind, source: str, page: str, *, card: str = "") -> Document:
    """The document of an entry of a list; *page* is the address of that hub, *card* the text of the README.

    Raises:
        BadRecord: it is no entry of a list.
    """
    if not isinstance(shape, Mapping) or not isinstance(shape.get("id"), str):
        raise BadRecord("an entry of a list needs an 'id'")
    from ..models import cards

    front = {**_facts_of_tags(shape), **_dict(shape.get("cardData"))}
    readme = cards.shown(card)
    if readme.metadata:
        front |= readme.metadata
    facts = facts_of_front(kind, front)
    named = shape.get("pipeline_tag") if kind == "model" else None
    where = shape["id"] if kind == "model" else f"{kind}s/{shape['id']}"
    record = {
        **facts,
        "id": shape["id"],
        "kind": kind,
        "source": source,
        "name": shape["id"].rpartition("/")[2],
        "description": cards.summary(readme.markdown) or _about(shape, front),
        "body": readme.markdown,
        "task": named or facts["task"],
        "library": shape.get("library_name") or front.get("library_name") or facts["library"],
        "languages": list(facts["languages"]),
        "datasets": list(facts["datasets"]),
        "tags": [*facts["tags"], *_formats(shape)],
        "metrics": list(_metrics(front)),
        "base_model": _first(front.get("base_model")) or facts["base_model"],
        "size_bytes": shape.get("usedStorage") or None,
        "downloads": shape.get("downloads"),
        "likes": shape.get("likes"),
        "updated": shape.get("lastModified") or shape.get("createdAt"),
        "url": f"{page}/{where}",
        **_of_files(shape),
    }
    return of_record(record)


def _of_files(shape: Mapping[str, Any]) -> dict[str, Any]:
    counted = _dict(shape.get("safetensors"))
    by_type = _dict(counted.get("parameters"))
    known = {name: count for name, count in by_type.items() if isinstance(count, int)}
    return {
        "params": counted.get("total") or _dict(shape.get("gguf")).get("total"),
        "dtype": max(known, key=known.__getitem__) if known else None,
        "architecture": architecture_of({"config": _dict(shape.get("config")), "gguf": _dict(shape.get("gguf"))}),
    }


def _facts_of_tags(shape: Mapping[str, Any]) -> dict[str, Any]:
    """Tags that stand for a field, for entries that come without their card."""
    facts: dict[str, Any] = {"tags": []}
    for tag in shape.get("tags") or []:
        field, colon, value = str(tag).partition(":")
        if colon and field in ("license", "language", "dataset", "base_model", "task_categories"):
            facts.setdefault({"dataset": "datasets"}.get(field, field), []).append(value.rpartition(":")[2])
        elif not colon:
            facts["tags"].append(str(tag))
    return facts


def _formats(shape: Mapping[str, Any]) -> list[str]:
    files = [file.get("rfilename") for file in shape.get("siblings") or [] if isinstance(file, Mapping)]
    endings = {posixpath.splitext(str(name))[1] for name in files}
    return sorted(_FORMATS[ending] for ending in endings & _FORMATS.keys())


def _about(shape: Mapping[str, Any], front: Mapping[str, Any]) -> str:
    told = (shape.get("description"), front.get("short_description"), front.get("pretty_name"), front.get("title"))
    return next((text for each in told if (text := clean(each, 1000))), "")


def _metrics(front: Mapping[str, Any]) -> Iterator[str]:
    from ..models.metrics import stated

    for one in stated(dict(front)):
        yield f"{one.name}={one.value} on {one.dataset}" if one.dataset else f"{one.name}={one.value}"


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
