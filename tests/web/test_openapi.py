"""The description of our REST agrees with the routes."""

from __future__ import annotations

import json
import re
from typing import Any

from jupyter_hubcollab.handler import HubHandler
from jupyter_hubcollab.routes import ROUTES
from jupyter_hubcollab.web.openapi import OPERATIONS


def shape(path: str) -> str:
    """A path with all its variable parts alike."""
    return re.sub(r"{\w+}|\([^()]*\)", "*", path.replace("\\", ""))


async def test_every_route_is_described(jp_fetch: Any) -> None:
    """No route of ours is a secret."""
    ours = [(pattern, handler) for pattern, handler, *_ in ROUTES if pattern.startswith("/hubcollab/api/")]
    there = {
        (method, shape(pattern.removeprefix("/hubcollab/api")))
        for pattern, handler in ours
        for method in ("get", "post", "put", "delete")
        if getattr(handler, method) is not getattr(HubHandler, method)
    }

    described = {(one.method, shape(one.path)) for one in OPERATIONS}

    assert there <= described
    document = json.loads((await jp_fetch("hubcollab/api/openapi.json")).body)
    assert document["paths"]["/models"]["get"]["responses"]["200"]
    assert "PublicationRequest" in document["components"]["schemas"]
