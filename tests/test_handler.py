"""Who asks, and what they sent, is settled before any route runs."""

from __future__ import annotations

import json
import os
import sys
import threading
from http.cookies import SimpleCookie
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.handler import in_thread


async def test_a_program_with_the_server_s_token_stays_the_same_person(jp_fetch: Any) -> None:
    """A client that keeps cookies is nobody else at its second request."""
    first = await jp_fetch("hubcollab/api/me")
    kept = SimpleCookie()
    for header in first.headers.get_list("Set-Cookie"):
        kept.load(header)
    cookies = "; ".join(f"{name}={one.value}" for name, one in kept.items() if one.value)

    second = await jp_fetch("hubcollab/api/me", headers={"Cookie": cookies})

    assert json.loads(first.body) == json.loads(second.body)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b"{}" * 2, b"[" * 100_000, b'{"digests":' * 50_000], ids=range(7)
)
async def test_a_body_that_makes_no_sense_is_refused(jp_fetch: Any, body: bytes) -> None:
    """No JSON, of whatever kind, is a fault of the server."""
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("hubcollab/api/blobs/missing", method="POST", body=body)

    assert refused.value.code == 400
    assert json.loads(refused.value.response.body)["code"] == "BadRequestBody"


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no niceness of their own")
async def test_who_works_for_a_request_steps_back_behind_the_event_loop() -> None:
    """The loop carries every kernel's messages: where cores are rare it runs first."""

    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert await in_thread(niceness) > min(niceness(), 18)  # 19 is the last
