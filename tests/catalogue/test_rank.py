"""What comes before what."""

from __future__ import annotations

from collections.abc import Callable

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.search import Search

ANN = Actor("ann", "Ann")


def test_who_wants_a_small_model_gets_one_first(search: Search, public: Callable[..., None]) -> None:
    """By its size or its name, before a large one that is better known; nothing vanishes, and the wish is a chip."""
    known = {"task": "image-to-text", "summary": "Writes captions of photos."}
    public(
        {"id": "zoo/captions-large", "parameters": 10**9, "downloads": 2000, **known},
        {"id": "zoo/captions-tiny", "downloads": 50, **known},
        {"id": "zoo/captions-plain", "size_bytes": 10**8, "downloads": 50, **known},
    )

    reply = search.search(ANN, "a small efficient image captioning model")

    assert {hit.model.name for hit in reply.hits[:2]} == {"captions-tiny", "captions-plain"}
    assert reply.hits[2].model.name == "captions-large"
    assert "device:small" in [one.key for one in reply.constraints]
