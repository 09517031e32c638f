"""Outputs too large for a shared document, and the small ones that stand there in their place.

A stand-in names the SHA-256 of the output's JSON. It is made of the output alone: whoever takes the same output out of
a file, a document or a kernel's message makes the same stand-in, so that contents can be compared without the bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from .content import Content, is_notebook, joined

MIME = "application/vnd.hubcollab.output+json"
"""The type of stand-ins; the front end has a renderer for it, others show the ``text/plain`` beside it."""

Output = dict[str, Any]

_RICH = ("display_data", "execute_result", "update_display_data")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_SHOWN = 1000
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Taken:
    """An output that was taken out: what stands in its place, and its own JSON."""

    stand_in: Output
    sha256: str
    content: bytes


@dataclass(slots=True)
class Short:
    """A content whose large outputs were taken out."""

    content: Content
    taken: dict[str, bytes] = field(default_factory=dict)
    """JSON by SHA-256."""
    cells: dict[str, list[str]] = field(default_factory=dict)
    """What was taken out of which cell."""


def take_out(output: Output, most: int) -> Taken | None:
    """Take *output* out if it has more than *most* characters; 0: never. None if it stays as it is."""
    if not most or not is_large(output, most):
        return None
    try:
        content = _encoded(output)
    except ValueError:  # no JSON: not a number, or half a character
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    return Taken(_stand_in(output, sha256, len(content)), sha256, content)


def shorten(content: Content, most: int) -> Short:
    """Take the large outputs out of a notebook; other contents stay as they are."""
    if not most or not is_notebook(content):
        return Short(content)
    short = Short({**content, "cells": []})
    for cell in content["cells"]:
        outputs = [_shortened(output, cell, most, short) for output in cell.get("outputs") or []]
        short.content["cells"].append({**cell, "outputs": outputs} if outputs else cell)
    return short


def complete(content: Content, get: Callable[[str], bytes | None]) -> Content:
    """*content* with the outputs themselves; where *get* has none, the stand-in stays."""
    if not is_notebook(content) or not any(stands_for(o) for cell in content["cells"] for o in cell.get("outputs", [])):
        return content
    return {**content, "cells": [_completed(cell, get) for cell in content["cells"]]}


def stands_for(output: Mapping[str, Any]) -> str | None:
    """The SHA-256 of the output for which this one stands; None if it stands for itself."""
    told = (output.get("data") or {}).get(MIME)
    sha256 = told.get("sha256") if isinstance(told, Mapping) else None
    return sha256 if isinstance(sha256, str) and _SHA256.fullmatch(sha256) else None


def _shortened(output: Output, cell: dict[str, Any], most: int, short: Short) -> Output:
    taken = take_out(output, most)
    if taken is None:
        return output
    short.taken[taken.sha256] = taken.content
    short.cells.setdefault(cell.get("id", ""), []).append(taken.sha256)
    return taken.stand_in


def _completed(cell: dict[str, Any], get: Callable[[str], bytes | None]) -> dict[str, Any]:
    if not any(map(stands_for, cell.get("outputs", []))):
        return cell
    return {**cell, "outputs": [_whole(output, get) for output in cell["outputs"]]}


def _whole(output: Output, get: Callable[[str], bytes | None]) -> Output:
    sha256 = stands_for(output)
    content = None if sha256 is None else get(sha256)
    return output if content is None else dict(msgspec.json.decode(content))


def is_large(output: Output, most: int) -> bool:
    """Has it more than *most* characters, and is it of a kind that can be taken out?"""
    if output.get("output_type") == "stream":
        text = output.get("text", "")
        return sum(map(len, text)) > most if isinstance(text, list) else len(text) > most
    bundle = output.get("data") if output.get("output_type") in _RICH else None
    # Widgets are drawn by the notebook that has their kernel; and what stands for another is small.
    return isinstance(bundle, dict) and _WIDGET not in bundle and MIME not in bundle and _size(bundle, most) > most


def _size(value: Any, most: int) -> int:
    """About how many characters a value has in JSON; counted no further than *most*."""
    if isinstance(value, str):
        return len(value)
    if not isinstance(value, dict | list):
        return 8
    size = 0
    for inner in value.values() if isinstance(value, dict) else value:
        size += _size(inner, most)
        if size > most:
            break
    return size


def _encoded(output: Output) -> bytes:
    bundle = output.get("data", {})
    if all(isinstance(value, str) for value in bundle.values()):
        text = {"text": joined(output["text"])} if "text" in output else {}
        return msgspec.json.encode({**output, **text}, order="sorted")
    # Slower; but a number that is none is an error here, not null.
    plain = json.dumps(output, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return plain.encode()


def _stand_in(output: Output, sha256: str, size: int) -> Output:
    is_stream = output["output_type"] == "stream"
    bundle = output.get("data", {})
    text = joined(output["text"] if is_stream else bundle.get("text/plain", ""))
    types = [output["name"]] if is_stream else sorted(bundle)
    told = f"[{', '.join(types)}: {size:,} bytes, kept as hubcollab/api/outputs/{sha256}]"
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    stand_in = {
        "output_type": "display_data" if is_stream else output["output_type"],
        "data": {
            MIME: {"sha256": sha256, "bytes": size, "types": types},
            "text/plain": f"{shown}\n{told}" if shown else told,
        },
        "metadata": {},
    }
    if output["output_type"] == "execute_result":
        stand_in["execution_count"] = output.get("execution_count")
    return stand_in
