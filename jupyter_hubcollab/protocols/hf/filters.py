"""The query of a listing, in the words of `Listing`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...errors import BadQuery
from ...hub.listing import Listing, Order
from ...names import RepoKind

if TYPE_CHECKING:
    from .base import HFHandler

_ORDERS: dict[str, Order] = {
    "": "updated",
    "lastModified": "updated",
    "last_modified": "updated",
    "createdAt": "created",
    "created_at": "created",
    "downloads": "downloads",
    "likes": "likes",
    "likes7d": "trending",
    "trendingScore": "trending",
    "trending_score": "trending",
}
_GGUF = [["gguf"]]
_APPS: dict[str, list[list[str]]] = {
    **dict.fromkeys(["llama.cpp", "ollama", "lmstudio", "jan", "koboldcpp", "gpt4all", "localai", "msty"], _GGUF),
    "node-llama-cpp": _GGUF,
    "vllm": [["transformers", "text-generation"], ["transformers", "image-text-to-text"]],
    "sglang": [["transformers", "text-generation"], ["transformers", "image-text-to-text"]],
    "tgi": [["transformers", "text-generation"]],
    "mlx-lm": [["mlx"]],
    "diffusionbee": [["diffusers"]],
    "drawthings": [["diffusers"]],
    "invoke": [["diffusers"]],
    "joyfusion": [["diffusers"]],
}
"""By which tags one knows that a program runs a model."""
_BOUND = re.compile(r"(min|max):(\d{1,9}(?:\.\d{1,3})?)([KMBT]?)", re.IGNORECASE)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_MOST = 1 << 62


def asks_for_inference(handler: HFHandler) -> bool:
    """Should all that is listed be served by somebody? Nobody serves the models of this hub."""
    return any(handler.get_query_argument(name, "") for name in ("inference", "inference_provider"))


def listing_of(handler: HFHandler, kind: RepoKind, most: int) -> Listing:
    """What a request lists, *most* at once.

    Raises:
        BadQuery: it asks in a way that makes no sense.
    """
    sort = handler.get_query_argument("sort", "")
    if sort not in _ORDERS:
        raise BadQuery(f"cannot sort by '{sort}'; use one of {', '.join(filter(None, _ORDERS))}")
    tags = [tag for many in handler.get_query_arguments("filter") for tag in many.split(",") if tag]
    tags += filter(None, handler.get_query_arguments("pipeline_tag"))
    tags += [f"datasets:{one}" for one in handler.get_query_arguments("datasets") if one]
    tags += [f"models:{one}" for one in handler.get_query_arguments("models") if one]
    parameters = handler.get_query_argument("num_parameters", "")
    return Listing(
        kind=kind,
        namespace=handler.get_query_argument("author", "") or None,
        search=" ".join(handler.get_query_arguments("search")) or None,
        tags=tags,
        choices=[_app(one) for many in handler.get_query_arguments("apps") for one in many.split(",") if one],
        parameters=_span(parameters) if parameters else None,
        gated=handler.flag("gated") if handler.get_query_argument("gated", "") else None,
        order=_ORDERS[sort],
        direction="ascending" if handler.get_query_argument("direction", "") == "1" else "descending",
        limit=max(1, handler.number("limit", most, most)),
        offset=handler.number("cursor", 0, 1 << 40),
    )


def _app(name: str) -> list[list[str]]:
    if name.lower() not in _APPS:
        raise BadQuery(f"'{name}' is no app that is known here; known are {', '.join(sorted(_APPS))}")
    return _APPS[name.lower()]


def _span(text: str) -> tuple[int, int]:
    """``min:1B,max:10B`` as numbers."""
    least, most = 0, _MOST
    for part in text.split(","):
        found = _BOUND.fullmatch(part.strip())
        if found is None:
            raise BadQuery("num_parameters is written as min:1B,max:10B, or one of the two")
        number = int(float(found[2]) * _UNITS[found[3].upper()])
        least, most = (number, most) if found[1].lower() == "min" else (least, number)
    return least, min(most, _MOST)
