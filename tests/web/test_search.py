"""The route of search, over HTTP."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec
import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab import wire

API = "hubcollab/api"


async def found(fetch: Any, **query: str) -> wire.SearchReply:
    reply = await fetch(API, "search", params=query)
    return msgspec.json.decode(reply.body, type=wire.SearchReply)


async def publish(fetch: Any, name: str, **fields: Any) -> None:
    content = name.encode()
    digest = hashlib.sha256(content).hexdigest()
    await fetch(API, "blobs", digest, method="PUT", body=content)
    files = [{"path": "notes.bin", "digest": digest, "sizeBytes": len(content)}]
    body = json.dumps({"files": files, **fields})
    await fetch(API, "models", *name.split("/"), "publications", method="POST", body=body)


async def test_what_was_just_published_is_found(jp_fetch: Any) -> None:
    """From publication to hit without waiting, by other words than the card has."""
    await found(jp_fetch, q="anything")
    await publish(
        jp_fetch,
        "team/digits",
        summary="scikit-learn classifier for 8x8 digit images",
        library="sklearn",
        task="image-classification",
        license="mit",
    )

    reply = await found(jp_fetch, q="recognise handwritten digits")

    assert [hit.model.id for hit in reply.hits] == ["team/digits"]
    assert reply.hits[0].model.latest == "v1"


async def test_understood_constraints_come_with_the_hits(jp_fetch: Any) -> None:
    """The panel shows them as chips, and takes one off by its key."""
    reply = await found(jp_fetch, q="digits under 1 MB", limit="3")
    without = await found(jp_fetch, q="digits under 1 MB", without="size<=1000000")

    assert [(each.key, each.text) for each in reply.constraints] == [("size<=1000000", "under 1 MB")]
    assert without.constraints == []


@pytest.mark.parametrize("query", ["", "   ", "\x00\x07", "é" * 2000, "'; DROP TABLE x; --", '"AND NEAR(', "😀"])
async def test_no_question_is_an_error(jp_fetch: Any, query: str) -> None:
    """Whatever is typed gets an answer."""
    reply = await found(jp_fetch, q=query)

    assert reply.hits == []


async def test_a_question_of_ten_kilobytes_is_answered(jp_fetch: Any) -> None:
    """Only its beginning is read."""
    reply = await found(jp_fetch, q="digit " * 1700)

    assert reply.total == 0


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1e3", "٣", "999999999"])
async def test_a_senseless_limit_is_refused(jp_fetch: Any, limit: str) -> None:
    """With a reason, not an error page."""
    with pytest.raises(HTTPClientError) as caught:
        await found(jp_fetch, q="digits", limit=limit)

    assert caught.value.code == 400
    assert caught.value.response is not None
    assert json.loads(caught.value.response.body)["code"] == "BadQuery"
