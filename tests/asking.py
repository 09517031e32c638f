"""Requests of people to our REST, by tokens of theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.access import Actor

Call = Callable[..., Awaitable[tuple[int, Any]]]


def caller(jp_serverapp: Any, jp_fetch: Any) -> Call:
    """One request of a person: status and JSON."""

    async def ask(method: str, path: str, fields: dict[str, Any] | None = None, user: str = "ann") -> tuple[int, Any]:
        hub = await jp_serverapp.web_app.settings["hubcollab_services"].ready()
        token = await asyncio.to_thread(hub.tokens.create, Actor(user, user.title()), name="t", scope="write")
        place, _, query = path.partition("?")
        try:
            reply = await jp_fetch(
                place,
                method=method,
                body=None if fields is None else json.dumps(fields),
                params=dict(parse_qsl(query)),
                headers={"Authorization": f"Bearer {token}"},
                allow_nonstandard_methods=True,
            )
        except HTTPClientError as error:
            reply = error.response
        return reply.code, json.loads(reply.body or b"null")

    return ask
